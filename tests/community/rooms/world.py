"""People with devices that are set up, and rooms they open over the interface."""

import json
import uuid
from datetime import timedelta
from functools import partial

from community.devices import binding
from community.devices.models import BackupVersion, CrossSigningKey, Device, Secret
from community.devices.setup import KEY_SECRETS
from community.messages.models import Event
from community.rooms.models import Room, RoomMembership
from portal.shared import clock
from tests import people
from tests.community.paper import Paper


def sealed(name="", *, user=None, **fields):
    """A member whose browser is set up for sealed messages, written straight into the tables."""
    paper = Paper(user or people.member(name, **fields))
    moment = clock.now()
    session = paper.client.session
    sign_in = binding.begin(session)
    session.save()
    Device.objects.create(
        user=paper.user, device_id=paper.device_id, device_keys=paper.device_keys(),
        confirmed=True, created=moment, last_seen_day=moment.date(), bound_sign_in=sign_in,
    )  # fmt: skip
    identity(paper)
    BackupVersion.objects.create(
        user=paper.user, version=1, algorithm="community.backup.v1", auth={}, created=moment
    )
    for secret in KEY_SECRETS:
        Secret.objects.create(user=paper.user, name=secret, iv="x", ct="x", updated=moment)
    return paper


def identity(paper):
    """Publish the person's three keys as they are now."""
    for part, key in paper.signing_keys().items():
        CrossSigningKey.objects.update_or_create(
            user=paper.user, usage=part.removesuffix("_key"),
            defaults={"key": key, "updated": clock.now()},
        )  # fmt: skip


def day(days):
    return (clock.now().date() + timedelta(days=days)).isoformat()


class Case:
    """A room opened by its first host; ``text`` is the newest signed list."""

    def __init__(self, host, *others, history="joined", kind="case", roles=(), join=True, **body):
        self.id = uuid.uuid4()
        self.kind, self.history = kind, history
        self.charter = None if kind == "direct" else "charter"
        self.people = [host, *others]
        role = dict.fromkeys(self.people, "host" if kind == "direct" else "member")
        role |= {host: "host"} | dict(roles)
        self.entries = {person: person.entry(role[person]) for person in self.people}
        roster = self.signed(host)
        self.text = roster["text"]
        self.body = {
            "room_id": f"!{self.id}:members.invalid", "kind": kind, "roster": roster,
            "ends_at": None if kind == "direct" else day(90),
            "retention_days": 365 if kind == "direct" else 90,
        } | body  # fmt: skip
        self.answer = host.post("rooms", self.body)
        if join and kind == "case" and self.answer.status_code == 201:
            for person in others:
                assert self.post(person, "join").status_code == 200

    def signed(self, by, entries=None, *, after=None, **head):
        version = json.loads(after)["version"] + 1 if after else 1
        return by.roster(
            self.id, list((entries or self.entries).values()), version=head.pop("version", version),
            prev=head.pop("prev", after), kind=self.kind, history=head.pop("history", self.history),
            charter=head.pop("charter", self.charter),
        )  # fmt: skip

    def change(self, by, *, keep=True, history=None, charter=None, **entries_of):
        """Sign and send the next version: ``entries`` replaces the list; returns the answer."""
        entries = entries_of.get("entries") or self.entries
        head = {"history": history or self.history, "charter": charter or self.charter}
        roster = self.signed(by, entries, after=self.text, **head)
        answer = self.post(by, "roster", roster)
        if keep and answer.status_code == 200:
            self.text, self.entries = roster["text"], entries
            self.history, self.charter = head["history"], head["charter"]
        return answer

    def invite(self, by, person, role="member", history=False):
        return self.change(by, entries=self.entries | {person: person.entry(role, history)})

    def remove(self, by, *gone):
        left = {who: row for who, row in self.entries.items() if who not in gone}
        return self.change(by, entries=left)

    def role(self, by, person, role):
        row = self.entries[person] | {"role": role}
        return self.change(by, entries=self.entries | {person: row})

    def post(self, by, path, body=None):
        return by.post(f"rooms/{self.id}/{path}", body)

    def get(self, by, path=""):
        return by.get(f"rooms/{self.id}{path}")

    @property
    def row(self):
        return Room.objects.get(public_id=self.id)

    def place(self, person):
        return RoomMembership.objects.get(room__public_id=self.id, user=person.user)

    def changes(self):
        """What the server said in the room, in order."""
        rows = Event.objects.filter(room__public_id=self.id, event_class="x").order_by("seq")
        return [json.loads(row.content) for row in rows]

    def say(self, by, event_class="m"):
        """A sealed message, written straight into the tables; returns its number."""
        from django.db import transaction

        from community.messages.append import append

        with transaction.atomic():
            event = append(
                self.row, event_class=event_class, content=json.dumps(by.megolm()), sender=by.user
            )
        return event.seq


Direct = partial(Case, kind="direct")


def code(answer):
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]

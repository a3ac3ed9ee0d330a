"""The messaging interface: every address and method × everybody who may have to do with a room."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.attachments.models import EventMedia
from community.devices import lists
from community.messages.models import Event
from tests import people
from tests.authz import matrix
from tests.authz.cells import HARMLESS, noting, undone
from tests.community.attachments.uploads import begin, whole
from tests.community.paper import ORIGIN, Paper
from tests.community.rooms.world import Case, day, sealed

pytestmark = [
    pytest.mark.django_db, pytest.mark.first_database, pytest.mark.usefixtures("no_limits"),
]  # fmt: skip
CONTENT = matrix.read()[1]["messages"]
INSIDE = ("invited", "member", "observer", "host")
OUTSIDE = ("outsider", "removed", "administrator")
METHODS = ("GET", "POST", "PUT", "DELETE")
HIDDEN = uuid.UUID("00000000-0000-4000-8000-00000000dead")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "e2ee_to_device": {"kind": "m.room.encrypted", "t": "t1"},
    "e2ee_backup_version_delete": {"v": 1},
    "e2ee_backup_keys": {"v": 1},
    "e2ee_backup_room_keys": {"v": 1, "r": HIDDEN},
    "e2ee_secret": {"name": "anchors"},
    "e2ee_block": {"u": HIDDEN},
    "e2ee_push_delete": {"number": 1},
} | {
    f"e2ee_device{part}": {"d": "AAAAAAAAAA"} for part in ("", "_rename", "_challenge", "_bind")
}  # fmt: skip


class World:
    """A room, everybody's browser, and a file that the host is sending."""

    def __init__(self) -> None:
        self.papers = {name: sealed(name) for name in (*INSIDE, "outsider", "removed")}
        self.papers["administrator"] = sealed(user=people.staff("administrator", "Ada"))
        p = self.papers
        roles = {p["observer"]: "observer"}
        self.case = Case(
            p["host"],
            p["invited"],
            p["member"],
            p["observer"],
            p["removed"],
            roles=roles,
            join=False,
        )
        for name in ("member", "observer", "removed"):
            assert self.case.post(p[name], "join").status_code == 200
        assert self.case.remove(p["host"], p["removed"]).status_code == 200
        self.said = self.case.say(p["member"])
        self.media = uuid.UUID(begin(p["host"], self.case.row))
        kept = whole(self.case.row, p["host"].user)
        said = Event.objects.get(room=self.case.row, seq=self.said)
        EventMedia.objects.create(event=said, media=kept)
        self.whole = kept.public_id

    def body(self, name: str, by: Paper) -> Any:
        """A body that is right in form, so that only the right to send it is judged."""
        signed = self.case.signed(by, after=self.case.text)
        bodies = {
            "e2ee_roster": signed,
            "e2ee_own": {"muted": True, "pinned": False},
            "e2ee_settings": {"retention_days": 30, "ends_at": day(30), "receipts": False},
            "e2ee_exports": {
                "manifest_sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "signatures": by.sign_text("community.transcript.v1", "x")["signatures"],
                "from_seq": 1, "to_seq": 1, "unreadable": 0, "red_consent": [],
            },
            "e2ee_close": {"step": "closing"},
            "e2ee_hold": {"until": day(30), "reason": "order of a court"},
            "e2ee_reports": {"seq": self.said, "reason": "It is an insult.", "copy": None},
            "e2ee_read": {"seq": 1},
            "e2ee_event": {
                "class": "m", "content": by.megolm(), "members_seq": self.case.row.members_seq,
                "devices_pos": lists.position(), "expires_at": None, "media": [], "notify": [],
            },
        }  # fmt: skip
        return bodies.get(name, {})

    def path(self, name: str, method: str, room: uuid.UUID, media: uuid.UUID) -> str:
        if name == "e2ee_media_bytes" and media != HIDDEN:
            media = self.whole
        if name.startswith("e2ee_media_"):
            return reverse(name, kwargs={"m": media} | ({"offset": 0} if "part" in name else {}))
        words = {"r": room}
        if name == "e2ee_event":
            words["t"] = str(self.said) if method == "DELETE" else "txn-1"  # type: ignore[assignment]
        return reverse(name, kwargs=words)


@pytest.fixture
def world() -> World:
    return World()


def ask(client: Client, method: str, path: str, body: Any) -> tuple[Any, set[str]]:
    """Send one request and undo it; return the answer and the tables it wrote."""
    written: set[str] = set()
    data = b"x" * 10 if body is None else json.dumps(body)
    kind = "application/octet-stream" if body is None else "application/json"
    with undone(), noting(written):
        answer = client.generic(method, path, data, content_type=kind, HTTP_ORIGIN=ORIGIN)
        answer.whole = b"" if answer.streaming else answer.content
    return answer, written - HARMLESS


def cells(part: str) -> list[tuple[str, str]]:
    return [(name, method) for name in CONTENT[part] for method in METHODS]


@pytest.mark.parametrize("part", ["own", "room", "media"])
def test_nobody_but_members_with_a_second_factor_gets_an_answer(world: World, part: str) -> None:
    courier = people.member(tier="courier")
    clients = {
        "visitor": (Client(), 401, "signed_out"),
        "learner": (people.signed_in(people.person(), verified=False), 403, "second_factor_required"),
        "unverified": (
            people.signed_in(people.member(), verified=False), 403, "second_factor_required",
        ),
        "courier": (people.signed_in(courier), 403, "forbidden"),
    }  # fmt: skip
    faults = []
    for name, method in cells(part):
        room = {"r": world.case.id} if part == "room" else {}
        path = (
            reverse(name, kwargs=ARGUMENTS.get(name) or room) if part == "own" and "not_found" not in name
            else "/api/e2ee/v1/nothing" if part == "own"
            else world.path(name, method, world.case.id, world.media)
        )  # fmt: skip
        for who, (client, status, code) in clients.items():
            answer, written = ask(client, method, path, {})
            found = (answer.status_code, json.loads(answer.whole).get("code"))
            right = found == (status, code) or (who == "courier" and found[0] in (404, 405))
            if not right or written:
                faults.append(f"{method} {name} as {who}: {found}, wrote {sorted(written)}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", [*CONTENT["room"], *CONTENT["media"]])
def test_room_address(world: World, name: str) -> None:
    allow = (CONTENT["room"] | CONTENT["media"])[name]
    faults = []
    for method, who in ((method, who) for method in allow for who in (*INSIDE, *OUTSIDE)):
        paper = world.papers[who]
        body = None if name == "e2ee_media_part" else world.body(name, paper)
        asked = [
            ask(paper.client, method, world.path(name, method, room, media), body)
            for room, media in ((world.case.id, world.media), (HIDDEN, HIDDEN))
        ]
        (answer, written), (nowhere, _) = asked
        here = f"{method} {name} as {who}: {answer.status_code} {answer.whole[:80]!r}"
        if nowhere.status_code != 404:
            faults.append(f"{here} – a room that does not exist answers {nowhere.status_code}")
        if who in allow[method]:
            if answer.status_code in (401, 404):
                faults.append(f"{here} – should be let in")
            continue
        if written:
            faults.append(f"{here} – wrote to {sorted(written)}")
        if who in OUTSIDE and (answer.status_code, answer.whole) != (404, nowhere.whole):
            faults.append(f"{here} – tells that the room exists")
        if answer.status_code < 400:
            faults.append(f"{here} – should be refused")
    assert not faults, "\n".join(faults)


def test_methods_not_listed_are_refused_everywhere(world: World) -> None:
    host, faults = world.papers["host"], []
    for name, allow in (CONTENT["room"] | CONTENT["media"]).items():
        for method in set(METHODS) - set(allow):
            path = world.path(name, method, world.case.id, world.media)
            answer, written = ask(host.client, method, path, {})
            if answer.status_code != 405 or written:
                faults.append(f"{method} {name}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_foreign_origin_is_refused_on_every_unsafe_method(world: World) -> None:
    host, faults = world.papers["host"], []
    for name, allow in (CONTENT["room"] | CONTENT["media"]).items():
        for method in set(allow) - {"GET"}:
            path = world.path(name, method, world.case.id, world.media)
            for origin in ({}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}):
                answer = host.client.generic(
                    method, path, "{}", content_type="application/json", **origin
                )
                if (answer.status_code, answer.json()["code"]) != (403, "csrf_failed"):
                    faults.append(f"{method} {name} from {origin}: {answer.status_code}")
    assert not faults, "\n".join(faults)

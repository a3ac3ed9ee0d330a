"""The people and things of the matrix: actors in Senegal, foreign things in Guatemala."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.catalogue.edition import edition
from courses.catalogue.models import Course
from portal.accounts.models import User
from portal.files.services import receive
from portal.organisations.models import FocalPoint, Organisation
from portal.roles.models import RoleGrant
from portal.shared import clock
from portal.vetting.inviting import secret_hash
from portal.vetting.models import (
    Application,
    ApplicationStep,
    IdentityCheck,
    Invitation,
    InvitationBatch,
)  # fmt: skip
from tests import people
from tests.authz import directory, discussions, groups, lending, library, meetings, rooms
from tests.courses.player.conftest import import_mini, make_homes

ACTORS = (
    "visitor", "learner", "courier", "unverified", "member", "room_member", "trainer", "reviewer",
    "translator", "focal_point", "administrator",
)  # fmt: skip
SETS = {
    "anyone": ACTORS,
    "accounts": ACTORS[1:],
    "verified": tuple(name for name in ACTORS[2:] if name != "unverified"),
    "members": ACTORS[4:],
    "approvers": ("focal_point", "administrator"),
}
OBJECTS = ("own", "foreign", "hidden")
CANARY = "KANARIENVOGEL"  # stands in every foreign thing's name


@dataclass
class World:
    """Who there is, with a signed-in browser each, and what belongs to whom."""

    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    things: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def thing(self, kind: str, which: str, actor: str) -> dict[str, Any]:
        """Return the arguments of an address that name a thing: own, foreign or hidden."""
        found = self.things.get((kind, which, actor), self.things.get((kind, which, "")))
        if found is None:
            raise KeyError(f"the world has no {which} {kind} for {actor}")
        return found  # type: ignore[no-any-return]


def build() -> World:
    """Make everything; the caller rolls it back."""
    world = World()
    here = people.organisation("Customs of Westmark", "SN")
    there = people.organisation(f"Customs of {CANARY}", "GT")
    _people(world, here)
    _organisations(world, here, there)
    _applications(world, here, there)
    _invitations(world)
    _identity(world, here, there)
    _roles(world, here, there)
    _factors(world)
    _files(world)
    _course(world)
    rooms.make(world, here, there)
    library.make(world, there)
    lending.make(world, there)
    groups.make(world, there)
    directory.make(world, there)
    meetings.make(world, there)
    discussions.make(world, here, there)
    return world


def _people(world: World, here: Organisation) -> None:
    users = world.users
    users["learner"] = people.person("Lea Learner")
    users["courier"] = people.member(
        "Cora Courier", of=people.organisation("Post", unit="courier"), tier="courier"
    )
    for name in ("unverified", "member", "room_member"):
        users[name] = people.member(name.title(), of=here)
    for name in ("trainer", "reviewer", "translator"):
        users[name] = people.staff(name, name.title(), of=here)
    users["focal_point"] = people.staff("focal-point", "Fatou", of=here, region_id="west-africa")
    users["administrator"] = people.staff("administrator", "Ada", of=here)
    people.app_device(users["unverified"])
    world.clients["visitor"] = Client()
    for name, user in users.items():
        world.clients[name] = people.signed_in(user, verified=name not in ("unverified", "learner"))


def _organisations(world: World, here: Organisation, there: Organisation) -> None:
    put(world, "organisation", here.public_id, there.public_id, "public_id")
    for row in (here, there):
        FocalPoint.objects.create(
            organisation=row, function="tracing", contact_email="desk@example.org"
        )
    near, far = people.member("Nadia Near", of=here), people.member(CANARY, of=there)
    put(world, "person", near.public_id, far.public_id, "public_id")


def put(world: World, kind: str, own: Any, foreign: Any, argument: str, hidden: Any = None) -> None:
    """Keep a kind of thing that is the same for all actors."""
    world.things[kind, "own", ""] = {argument: own}
    world.things[kind, "foreign", ""] = {argument: foreign}
    world.things[kind, "hidden", ""] = {argument: hidden or uuid.uuid4()}


def application(
    applicant: User, organisation: Organisation, number: str, **fields: Any
) -> Application:
    """An application that waits for a first decision, sponsored by nobody in the matrix."""
    moment = clock.now()
    row = Application.objects.create(
        number=number, applicant=applicant, state=fields.pop("state", "review"), name=applicant.name,
        country=organisation.country, organisation=organisation, post="officer", created_at=moment,
        submitted_at=moment, state_since=moment, **fields,
    )  # fmt: skip
    ApplicationStep.objects.create(application=row, kind="submitted", actor=applicant, at=moment)
    return row


def _applications(world: World, here: Organisation, there: Organisation) -> None:
    application(people.person("Awa Applicant"), here, "AAAA-2345")
    application(people.person(CANARY), there, "BBBB-2345")
    put(world, "application", "AAAA-2345", "BBBB-2345", "number", "CCCC-2345")
    for number, (name, user) in enumerate(world.users.items()):
        key = f"S{number:03}-2345"
        application(
            people.person(f"Sponsored {number}"),
            here,
            key,
            state="sponsor",
            sponsor=user,
            sponsor_email=user.email,
        )
        world.things["sponsorship", "own", name] = {"number": key}
    world.things["sponsorship", "own", ""] = {"number": "S000-2345"}
    other = people.member()
    application(
        people.person(CANARY),
        there,
        "DDDD-2345",
        state="sponsor",
        sponsor=other,
        sponsor_email=other.email,
    )
    world.things["sponsorship", "foreign", ""] = {"number": "DDDD-2345"}
    world.things["sponsorship", "hidden", ""] = {"number": "EEEE-2345"}


def _invitations(world: World) -> None:
    moment = clock.now()
    for name, user in [*world.users.items(), ("", people.staff("trainer"))]:
        batch = InvitationBatch.objects.create(
            name=name or CANARY, created_by=user, created_at=moment
        )
        world.things["batch", "own" if name else "foreign", name] = {"batch": batch.public_id}
    world.things["batch", "own", ""] = world.things["batch", "own", "member"]
    world.things["batch", "hidden", ""] = {"batch": uuid.uuid4()}
    Invitation.objects.create(
        batch=batch, email="invited@example.org", secret=secret_hash("a-secret-of-the-matrix"),
        sent_at=moment, expires_at=moment.replace(year=moment.year + 1),
    )  # fmt: skip
    put(
        world, "invitation", "a-secret-of-the-matrix", "a-secret-of-the-matrix", "secret", "unknown"
    )


def _identity(world: World, here: Organisation, there: Organisation) -> None:
    moment = clock.now()
    rows = [
        IdentityCheck.objects.create(
            user=people.member(name, of=of), asked_at=moment,
            expires_at=moment.replace(year=moment.year + 1),
        )
        for name, of in (("Ida", here), (CANARY, there))
    ]  # fmt: skip
    put(world, "identity", rows[0].public_id, rows[1].public_id, "public_id")


def _roles(world: World, here: Organisation, there: Organisation) -> None:
    near, far = (
        people.staff("trainer", name, of=of) for name, of in (("Theo", here), (CANARY, there))
    )
    grants = [RoleGrant.objects.get(user=user).public_id for user in (near, far)]
    put(world, "grant", *grants, "public_id")
    proposed = RoleGrant.objects.create(
        user=near, role="administrator", reason="a second one is needed", granted_at=clock.now(),
        granted_by=people.staff("administrator", of=here),
    )  # fmt: skip
    put(world, "proposed", proposed.public_id, uuid.uuid4(), "public_id")


def _factors(world: World) -> None:
    other = people.app_device(people.member(CANARY)).pk
    put(world, "factor", other, other, "number", 999_999_999)
    for name, user in world.users.items():
        if name != "learner":
            world.things["factor", "own", name] = {"number": people.app_device(user).pk}
    put(world, "passkey", 999_999_998, 999_999_997, "number", 999_999_999)


def _files(world: World) -> None:
    def keep(owner: User, name: str) -> Any:
        return receive(
            owner=owner, upload=SimpleUploadedFile(name, b"A letter.\n", "text/plain"),
            purpose="application", about="no such application",
        ).public_id  # fmt: skip

    stranger = keep(people.member(), f"{CANARY}.txt")
    put(world, "file", stranger, stranger, "public_id")
    for name, user in world.users.items():
        world.things["file", "own", name] = {"public_id": keep(user, "letter.txt")}


def _course(world: World) -> None:
    make_homes("en", "fr")
    import_mini(publish=True)
    reader = {"course": "mini"}
    shown = edition(*Course.objects.filter(slug="mini").values_list("release", "mark")[0])
    lesson = next(iter(shown.lessons))
    block = next(key for key, found in shown.blocks.items() if found[2].get("question"))
    for kind, own, hidden in (
        ("lesson", {"lesson": lesson}, {"lesson": "none"}),
        ("step", {"lesson": lesson, "step": 1}, {"lesson": lesson, "step": 99}),
        ("question", {"block": block}, {"block": uuid.uuid4()}),
    ):
        world.things[kind, "own", ""] = reader | own
        world.things[kind, "foreign", ""] = {"course": "none"} | own
        world.things[kind, "hidden", ""] = reader | hidden

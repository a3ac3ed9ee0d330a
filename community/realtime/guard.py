"""May these sockets go on? Asked for many at once, in a handful of queries (messaging.md 10.4).

Called in a database thread: before each inbound frame, every 30 seconds, and when the site says
that something changed. A client that hears "device revoked" wipes what it has, so that is said of
a device that was removed and of no other: one that is bound to another sign-in is signed out here.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from community.devices import binding
from community.devices.models import Device
from community.permissions import members_in_force
from portal.accounts.models import User
from portal.sockets import sign_in
from portal.sockets.codes import Close


class Subject(NamedTuple):
    """Who is asked about: the session key, and once they are known account and device (row ids)."""

    key: str
    user: int | None
    device: int | None


class Bound(NamedTuple):
    """The device bound to a sign-in; ``inbox`` is the number of the last thing sent to it."""

    row: int
    device_id: str
    inbox: int


class Verdict(NamedTuple):
    """Why a socket must be closed (None: it may go on), and who and what is at its other end."""

    code: Close | None
    user: User | None = None
    session: str = ""
    device: Bound | None = None


class Devices(NamedTuple):
    """The live devices bound to sign-ins, by account and sign-in; the row ids of removed ones."""

    bound: dict[tuple[int, str], Bound]
    removed: set[int]


def check(subjects: Sequence[Subject]) -> list[Verdict]:
    """Return a verdict for each: sign-in, account, second factor, membership, device."""
    found = sign_in.read_many({subject.key for subject in subjects})
    people = [row for row in found.values() if isinstance(row, sign_in.SignIn)]
    members = _members({person.user.pk for person in people})
    devices = _devices({binding.sign_in_of(person.data) for person in people} - {""})
    return [_verdict(subject, found[subject.key], members, devices) for subject in subjects]


def is_removed(user: int, device_id: str) -> bool:
    """Say whether a person removed the device of this id."""
    rows = Device.objects.filter(user=user, device_id=device_id, revoked_at__isnull=False)
    return bool(rows.exists())


def _members(users: Collection[int]) -> set[int]:
    return set(members_in_force().filter(pk__in=users).values_list("pk", flat=True))


def _devices(sign_ins: Collection[str]) -> Devices:
    found = Devices({}, set())
    names = ("revoked_at", "user_id", "bound_sign_in", "pk", "device_id", "inbox_seq")
    rows = Device.objects.filter(bound_sign_in__in=sign_ins).values_list(*names)
    for revoked_at, user, sign_in_id, *rest in rows:
        if revoked_at is None:
            found.bound[user, sign_in_id] = Bound(*rest)
        else:
            found.removed.add(rest[0])
    return found


def _verdict(
    subject: Subject,
    person: sign_in.SignIn | Close,
    members: set[int],
    devices: Devices,
) -> Verdict:
    if isinstance(person, Close):
        return Verdict(person)
    user = person.user
    if subject.user not in (None, user.pk):
        return Verdict(Close.SIGNED_OUT)
    if user.pk not in members:
        return Verdict(Close.ROLE_LOST)
    device = devices.bound.get((user.pk, binding.sign_in_of(person.data)))
    if subject.device is not None and (device is None or device.row != subject.device):
        removed = subject.device in devices.removed
        return Verdict(Close.DEVICE_REMOVED if removed else Close.SIGNED_OUT)
    return Verdict(None, user, person.session, device)

"""Members with devices and rooms, put straight into the database of a data folder.

Signing in, setting up and inviting are not what is measured. Everything the site asks for is
there: sessions with a second factor, memberships, bound devices, identities, backups.
"""

import json
import secrets
import string
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

USAGES = ("master", "self_signing", "user_signing")
CIPHERTEXT = "A" * 400  # of a message of some ten words (messaging.md 8)


@dataclass(frozen=True)
class Member:
    """A signed-in browser of a person: row id, session key, device."""

    user: int
    session: str
    device_id: str


@dataclass(frozen=True)
class Place:
    """A room: its public id, and the positions of its list of members and of all devices."""

    id: uuid.UUID
    members_seq: int
    devices_pos: int


def people(count: int) -> list[Member]:
    """Make members with everything they need to send and to listen."""
    users, factors = _users(count)
    sign_ins = [secrets.token_urlsafe(20) for _ in users]
    devices = _devices(users, sign_ins)
    _identities(users)
    keys = _sessions(users, factors, sign_ins)
    return [
        Member(user.pk, key, device) for user, key, device in zip(users, keys, devices, strict=True)
    ]


def newcomers(count: int, browsers: int) -> list[dict[str, Any]]:
    """Make members who are signed in with so many browsers each and have set up nothing."""
    users, factors = _users(count)
    keys = [_sessions(users, factors, [""] * count) for _ in range(browsers)]
    return [
        {"full_name": user.name, "sessions": list(own)}
        for user, own in zip(users, zip(*keys, strict=True), strict=True)
    ]


def _users(count: int) -> tuple[list[Any], list[str]]:
    """Make members with a second factor; return them and the names of the factors."""
    from portal.accounts.factor_models import AppDevice
    from portal.accounts.models import User

    first = User.objects.count()
    users = User.objects.bulk_create(
        User(email=f"chat{first + n}@load.example", name=f"Member {first + n}", password="!")
        for n in range(count)
    )
    _memberships(users)
    factors = AppDevice.objects.bulk_create(
        AppDevice(user=user, name="app", confirmed=True, sealed_key="-") for user in users
    )
    return users, [factor.persistent_id for factor in factors]


def _memberships(users: list[Any]) -> None:
    from portal.organisations.models import Organisation
    from portal.shared import clock
    from portal.vetting.models import Membership
    from tests.people import organisation

    place = Organisation.objects.first() or organisation()
    moment = clock.now()
    Membership.objects.bulk_create(
        Membership(
            user=user, tier="member", organisation=place, since=moment, confirmed_at=moment,
            lapses_at=moment + timedelta(days=365),
        )
        for user in users
    )  # fmt: skip


def _devices(users: list[Any], sign_ins: list[str]) -> list[str]:
    from community.devices.models import Device
    from portal.shared import clock

    moment = clock.now()
    names = ["".join(secrets.choice(string.ascii_uppercase) for _ in range(10)) for _ in users]
    Device.objects.bulk_create(
        Device(
            user=user, device_id=name, device_keys={}, confirmed=True, created=moment,
            last_seen_day=moment.date(), bound_sign_in=mark,
        )
        for user, name, mark in zip(users, names, sign_ins, strict=True)
    )  # fmt: skip
    return names


def _identities(users: list[Any]) -> None:
    from community.devices.models import BackupVersion, CrossSigningKey, Secret
    from portal.shared import clock

    moment = clock.now()
    CrossSigningKey.objects.bulk_create(
        CrossSigningKey(user=user, usage=usage, key={}, updated=moment)
        for user in users for usage in USAGES
    )  # fmt: skip
    Secret.objects.bulk_create(
        Secret(user=user, name=f"cross_signing_{usage}", iv="i", ct="c", updated=moment)
        for user in users for usage in USAGES
    )  # fmt: skip
    BackupVersion.objects.bulk_create(
        BackupVersion(user=user, version=1, algorithm="a", auth={}, created=moment)
        for user in users
    )


def _sessions(users: list[Any], factors: list[str], sign_ins: list[str]) -> list[str]:
    """Store sessions as sign-in with a second factor leaves them; return their keys."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django_otp import DEVICE_ID_SESSION_KEY

    from community.devices import binding
    from portal.accounts import session_limits, step_up
    from portal.shared import clock

    keys, rows, store = [], [], SessionStore()
    for user, factor, mark in zip(users, factors, sign_ins, strict=True):
        data: dict[str, Any] = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            DEVICE_ID_SESSION_KEY: factor,
            step_up.SESSION_KEY: clock.now().timestamp(),
        }
        if mark:
            data[binding.SESSION_KEY] = mark
        session_limits.begin(data)
        keys.append(secrets.token_hex(16))
        ends = clock.now() + timedelta(days=1)
        rows.append(
            Session(session_key=keys[-1], session_data=store.encode(data), expire_date=ends)
        )
    Session.objects.bulk_create(rows)
    return keys


def room(members: list[Member]) -> Place:
    """Make a case room these people have joined."""
    from django.db import transaction

    from community.devices import lists
    from community.messages.append import append_change
    from community.rooms.models import Room, RoomMembership
    from portal.shared import clock

    row = Room.objects.create(
        public_id=uuid.uuid4(), kind="case", created=clock.now(), roster_version=1
    )
    with transaction.atomic():
        append_change(row, "created", roster_version=1)
    RoomMembership.objects.bulk_create(
        RoomMembership(
            room=row, user_id=member.user, role="member", state="joined", joined_seq=1,
            first_visible_seq=1,
        )
        for member in members
    )  # fmt: skip
    return Place(row.public_id, row.members_seq, lists.position())


def body(sender: Member, place: Place) -> bytes:
    """Return the body of ``PUT rooms/{r}/events/{t}``."""
    content = {
        "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": CIPHERTEXT, "sender_key": "k" * 43,
        "device_id": sender.device_id, "session_id": "s" * 43,
    }  # fmt: skip
    fields = {
        "class": "m", "content": content, "members_seq": place.members_seq,
        "devices_pos": place.devices_pos, "expires_at": None, "media": [], "notify": [],
    }  # fmt: skip
    return json.dumps(fields).encode()

"""People for tests: who they are, what they hold, and signed-in clients."""

import itertools
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from portal.accounts import session_limits, step_up
from portal.accounts.factor_models import AppDevice
from portal.accounts.models import User
from portal.organisations.models import Organisation, Region
from portal.permissions import forget
from portal.roles.models import RoleGrant
from portal.shared import clock
from portal.vetting.models import Membership

PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def organisation(
    name: str = "", country: str = "SN", unit: str = "customs", **fields: Any
) -> Organisation:
    """An active organisation."""
    return Organisation.objects.create(
        name=name or f"Organisation {next(_numbers)}",
        country=Region.objects.get(pk=country),
        unit=unit,
        state=fields.pop("state", "active"),
        created_at=clock.now(),
        **fields,
    )


def person(name: str = "", email: str = "", **fields: Any) -> User:
    """An account with a proven address and nothing else."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"person{number}@example.org", PASSWORD, name=name or f"Person {number}", **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def member(
    name: str = "", *, of: Organisation | None = None, tier: str = "member", **fields: Any
) -> User:
    """A member (or, with ``tier="courier"``, a courier's learner) in force for a year."""
    user = person(name, **fields)
    moment = clock.now()
    Membership.objects.create(
        user=user, tier=tier, organisation=of or organisation(), since=moment,
        confirmed_at=moment, lapses_at=moment + timedelta(days=365),
    )  # fmt: skip
    return user


def with_role(user: User, role: str, **scope: Any) -> RoleGrant:
    """Give a member a role in force; scope: region_id, organisation, course, language, ends_on."""
    moment = clock.now()
    grant = RoleGrant.objects.create(
        user=user, role=role, reason="test", granted_at=moment, confirmed_at=moment, **scope
    )
    forget(user)
    return grant


def staff(role: str, name: str = "", *, of: Organisation | None = None, **scope: Any) -> User:
    """A member with one role."""
    user = member(name, of=of)
    with_role(user, role, **scope)
    return user


def app_device(user: User) -> AppDevice:
    """The person's authenticator app, confirmed."""
    device = AppDevice.objects.filter(user=user).first()
    if device is None:
        device = AppDevice(user=user, name="app", confirmed=True)
        device.set_key(secrets.token_bytes(20))
        device.save()
    return device


def signed_in(
    user: User, *, verified: bool = True, fresh: bool = True, client: Client | None = None
) -> Client:
    """A browser the person is signed in with; ``verified`` by a second factor, ``fresh`` just now."""
    client = client or Client()
    client.force_login(user, backend="portal.accounts.backends.AuthenticationBackend")
    session = client.session
    session_limits.begin(session)
    session.save()
    if verified:
        session[DEVICE_ID_SESSION_KEY] = app_device(user).persistent_id
        if fresh:
            session[step_up.SESSION_KEY] = clock.now().timestamp()
        session.save()
    return client

"""People of the directory for tests: entries made as services make them, and what a viewer sees."""

from typing import Any

from community.directory import index, services
from community.directory.kinds import FIELDS, Sight
from community.directory.models import Profile
from community.groups.models import Group, GroupMember
from portal.organisations.models import FocalPoint, Organisation
from portal.shared import clock
from tests.people import member

EVERYTHING = {f"show_{field}": Sight.EVERYBODY for field in FIELDS}


def verified(user: Any) -> Any:
    """The same person in a sign-in with a second factor."""
    user.is_verified = lambda: True
    return user


def viewer(name: str = "", *, of: Organisation | None = None) -> Any:
    """A member who looks, without an entry of her own."""
    return verified(member(name, of=of))


def entry(
    name: str = "",
    *,
    of: Organisation | None = None,
    post: str = "",
    user: Any = None,
    **values: Any,
) -> Profile:
    """The entry of a member; everybody sees every field, but for those that are named."""
    user = user or viewer(name, of=of)
    if post:
        user.membership.post = post
        user.membership.save()
    return services.save(actor=verified(user), **(EVERYTHING | values))


def group(*people: Any, joining: str = "open") -> Group:
    """A group these people are in."""
    moment = clock.now()
    made = Group.objects.create(
        name="A group", purpose="p", kind="theme", joining=joining, created_at=moment
    )
    for user in people:
        GroupMember.objects.create(group=made, person=user, state="in", since=moment)
    return made


def focal_point(user: Any, function: str = "tracing", *, confirmed: bool = True) -> FocalPoint:
    """A function of the person at her organisation."""
    return FocalPoint.objects.create(
        organisation=user.membership.organisation, function=function, person=user,
        confirmed_at=clock.now() if confirmed else None,
    )  # fmt: skip


def rewrite() -> None:
    """Index everything anew, after rows were stored past the services."""
    index.write(Profile.objects.values_list("pk", flat=True))

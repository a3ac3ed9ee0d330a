"""Calls the services of roles with a fresh second factor."""

from portal.accounts import step_up
from portal.roles import services
from portal.roles.models import Role
from portal.roles.scope import Scope

REASON = "Knows the work well."
WEST = Scope(region_id="west-africa")


def give(actor, user, role=Role.FOCAL_POINT, scope=WEST, **rest):
    with step_up.confirmed(actor):
        return services.grant(
            actor=actor,
            user=user,
            role=role,
            scope=scope,
            reason=rest.pop("reason", REASON),
            **rest,
        )


def confirm(actor, grant):
    with step_up.confirmed(actor):
        return services.confirm(actor=actor, grant=grant)


def end(actor, grant, reason=REASON):
    with step_up.confirmed(actor):
        return services.end(actor=actor, grant=grant, reason=reason)

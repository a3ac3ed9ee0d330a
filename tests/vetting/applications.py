"""Applications in every state, for tests."""

import itertools
from typing import Any

from portal.accounts.models import User
from portal.organisations.models import Organisation
from portal.shared import clock
from portal.vetting.models import Application, ApplicationStep
from tests import people

_numbers = itertools.count(1)


def application(
    applicant: User | None = None,
    *,
    state: str = "review",
    country: str = "SN",
    of: Organisation | None = None,
    sponsor: User | None = None,
    **fields: Any,
) -> Application:
    """An application that was sent, waiting in the state asked for."""
    moment = fields.pop("at", clock.now())
    applicant = applicant or people.person()
    return Application.objects.create(
        number=f"T{next(_numbers)}",
        applicant=applicant,
        state=state,
        eligible_as="customs",
        name=applicant.name,
        country_id=country,
        organisation=of or people.organisation(country=country),
        post="Inspector",
        work=fields.pop("work", "Parcels."),
        sponsor=sponsor,
        created_at=moment,
        submitted_at=fields.pop("submitted_at", moment),
        state_since=moment,
        **fields,
    )


def step(row: Application, kind: str, actor: User | None = None, **fields: Any) -> ApplicationStep:
    """One thing that happened to it."""
    fields.setdefault("at", clock.now())
    return ApplicationStep.objects.create(application=row, kind=kind, actor=actor, **fields)

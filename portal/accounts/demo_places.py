"""Where the demo people work, what they may do, and an application that waits for its sponsor."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.accounts.models import User
from portal.organisations.models import Organisation
from portal.permissions import forget
from portal.roles.models import Role, RoleGrant
from portal.roles.studio import sync_studio_rights
from portal.shared import clock
from portal.vetting import terms
from portal.vetting.models import Application, ApplicationStep, Membership

CUSTOMS = "Customs Administration of Westmark"
BORDER = "Border Guard of Eastvale"
POLICE = "Police of San Arvedo"
SCHOOL = "Institute of Controls in Norholm"
COURIER = "Quick Parcel Westmark"
# Name → (country of the row, kind of unit). The States and firms are invented.
ORGANISATIONS = {
    CUSTOMS: ("GH", "customs"),
    BORDER: ("ML", "border"),
    POLICE: ("CO", "police"),
    SCHOOL: ("KZ", "training"),
    COURIER: ("NG", "courier"),
}
APPLICANT, SPONSOR = "fatou@demo.invalid", "kofi@demo.invalid"
NUMBER = "DEMO-0001"
REASON = "Demo data"
YEAR = timedelta(days=365)


def settle(people: Sequence[Any], made: dict[str, User]) -> None:
    """Give the people their organisations, memberships and roles, each once."""
    for name, (country, unit) in ORGANISATIONS.items():
        _organisation(name, country, unit)
    for person in people:
        user = made[person.email]
        if person.organisation:
            _join(person, user)
        if person.role in Role.values:
            _grant(person, user)
        forget(user)
        sync_studio_rights(user)
    _apply(made[APPLICANT], made[SPONSOR])


def _organisation(name: str, country: str, unit: str) -> None:
    if not Organisation.objects.filter(name=name).exists():
        Organisation.objects.create(
            name=name, country_id=country, unit=unit, state="active", created_at=clock.now()
        )


def _join(person: Any, user: User) -> None:
    moment = clock.now()
    Membership.objects.get_or_create(
        user=user,
        defaults={
            "tier": "courier" if person.role == "courier" else "member",
            "organisation": Organisation.objects.get(name=person.organisation),
            "since": moment,
            "confirmed_at": moment,
            "lapses_at": moment + YEAR,
        },
    )


def _grant(person: Any, user: User) -> None:
    moment = clock.now()
    RoleGrant.objects.get_or_create(
        user=user,
        role=person.role,
        ended_at=None,
        defaults={
            "region_id": person.scope_region,
            "language": person.scope_language,
            "reason": REASON,
            "granted_at": moment,
            "confirmed_at": moment,
        },
    )


def _apply(applicant: User, sponsor: User) -> None:
    if Application.objects.filter(applicant=applicant).exists():
        return
    moment = clock.now()
    application = Application.objects.create(
        number=NUMBER,
        applicant=applicant,
        state=Application.State.SPONSOR,
        eligible_as="customs",
        name=applicant.name,
        country_id="SN",
        organisation=Organisation.objects.get(name=CUSTOMS),
        post="Inspector",
        work="I check parcels and containers at a port.",
        sponsor_email=sponsor.email,
        sponsor=sponsor,
        terms_version=terms.CURRENT,
        terms_language=applicant.language,
        terms_digest=terms.digest(terms.CURRENT, applicant.language),
        terms_accepted_at=moment,
        created_at=moment,
        submitted_at=moment,
        state_since=moment,
        due_at=moment + timedelta(days=7),
    )
    kind = ApplicationStep.Kind.SUBMITTED
    ApplicationStep.objects.create(application=application, kind=kind, actor=applicant, at=moment)

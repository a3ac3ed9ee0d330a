"""What the page of one person shows, and the pages of one's own entry."""

from typing import Any
from uuid import UUID

from community.directory import asking, rules
from community.directory.contact_page import contact_row
from community.directory.contact_permissions import with_person
from community.directory.kinds import COUNTRY, FUNCTIONS, NAME, ORGANISATION, POST
from community.directory.models import ContactRequest, Profile
from community.directory.permissions import get_profile_for, shown_to
from community.directory.results_page import countries_named, region_name
from community.directory.rows import Card, card_of, functions_of, is_stale
from community.groups.permissions import inside
from portal.organisations.directory import notes_for
from portal.permissions import membership_of

State = ContactRequest.State
VIEWERS: dict[str, rules.Shared] = {
    "everybody": rules.Shared(),
    "region": rules.Shared(region=True),
    "groups": rules.Shared(groups=True),
}


def page(user: Any, public_id: UUID) -> dict[str, Any]:
    """Return the entry of a person as this viewer sees it. Raises NotAllowed."""
    profile = get_profile_for(user, public_id)
    card = _card(profile, shown_to(user, profile))
    between = with_person(user, profile.person_id)
    return {
        "card": card,
        "profile": profile,
        "contact": contact_row(user, between) if between else None,
        "may_ask": between is None or between.state == State.DECLINED,
        "notes": notes_for([card.country_code] if card.country_code else []),
    }


def mine(user: Any, profile: Profile | None) -> dict[str, Any]:
    """Return what the page of one's own entry says beside the form."""
    membership = membership_of(user)
    office = membership.organisation if membership else None
    functions = functions_of([profile or Profile(person=user)]).get(user.pk, [])
    return {
        "profile": profile,
        "stale": profile is not None and profile.listed and is_stale(profile),
        "region": region_name(user),
        "countries": countries_named(user),
        "groups": list(inside(user).values_list("name", flat=True)),
        "facts": {
            f"show_{NAME}": user.name,
            f"show_{ORGANISATION}": office.name if office else "",
            f"show_{POST}": membership.post if membership else "",
            f"show_{COUNTRY}": str(office.country) if office else "",
            f"show_{FUNCTIONS}": " · ".join(_names(functions)),
        },
    }


def preview(user: Any, profile: Profile, viewer: str) -> dict[str, Any]:
    """Return the entry as others see it; an unknown viewer is every member."""
    chosen = viewer if viewer in VIEWERS else "everybody"
    fields = rules.shown(profile.sights, VIEWERS[chosen])
    return {
        "card": _card(profile, fields) if fields else None,
        "viewer": chosen,
        "region": region_name(user),
        "profile": profile,
    }


def _card(profile: Profile, fields: frozenset[str]) -> Card:
    functions = functions_of([profile]).get(profile.person_id, []) if FUNCTIONS in fields else []
    return card_of(profile, fields, functions)


def _names(functions: list[str]) -> list[str]:
    return [asking.name_of(asking.FUNCTION, one) for one in functions]

"""What the desk's pages show."""

from typing import Any

from portal.organisations import queries, regions
from portal.organisations.desk_forms import DeskFilter
from portal.organisations.directory import notes_for
from portal.organisations.focal_points import state_of
from portal.organisations.languages import names_of
from portal.organisations.models import FocalPoint, Organisation
from portal.organisations.permissions import countries_of, organisations_kept_by
from portal.shared.errors import NotAllowed


def desk_page(user: Any, form: DeskFilter) -> dict[str, Any]:
    """Return one page of the desk's list, and how many proposals wait."""
    kept = organisations_kept_by(user)
    chosen = form.chosen()
    page = queries.page(queries.for_desk(kept, **chosen), form.place())
    return {
        "form": form,
        "rows": [(row, queries.is_stale(row.contact_confirmed_at)) for row in page.rows],
        "after": page.after,
        "notes": notes_for([row.country_id for row in page.rows], chosen.get("country", "")),
        "proposals": kept.filter(state=Organisation.State.PROPOSED).count(),
        "may_add": bool(countries_of(user)),
    }


def organisation_page(user: Any, row: Organisation) -> dict[str, Any]:
    """Return the organisation, its focal points, what was merged into it, and likely duplicates."""
    proposed = row.state == Organisation.State.PROPOSED
    return {
        "organisation": row,
        "proposed": proposed,
        "note": regions.NOTES.get(row.country_id, ""),
        "languages": names_of(row.languages),
        "has_contact": bool(row.contact_name or row.contact_email or row.contact_phone),
        "stale": queries.is_stale(row.contact_confirmed_at),
        "points": [_point(name, point) for name, point in queries.focal_points_of(row)],
        "merged": row.merged.order_by("name"),
        "likely": queries.to_merge_into(organisations_kept_by(user), row) if proposed else [],
    }


def _point(function: FocalPoint.Function, point: FocalPoint | None) -> dict[str, Any]:
    if point is None:
        return {"function": function, "row": None}
    return {
        "function": function,
        "row": point,
        "gone": point.person is not None and queries.person_shown(point) is None,
        "languages": names_of(point.languages),
        "stale": queries.is_stale(point.confirmed_at),
        "state": state_of(point),
    }


def focal_point_of(row: Organisation, function: str) -> tuple[str, FocalPoint | None]:
    """Return the name of a function and its focal point. Raises NotAllowed for no function."""
    for known, point in queries.focal_points_of(row):
        if known == function:
            return str(known.label), point
    raise NotAllowed

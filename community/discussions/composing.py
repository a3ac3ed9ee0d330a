"""What stands around a form in which a post is written: its draft, people to mention, a preview."""

from typing import Any

from community.discussions import drafting
from community.discussions.models import Space
from community.discussions.permissions import mentionable
from community.discussions.topic_page import name_said
from portal.shared.errors import Invalid, ServiceError
from portal.shared.html import cleaned
from portal.shared.markdown import to_html
from portal.shared.text import plain

MOST = 20  # people offered
SAVE, FIND, PREVIEW = "save", "find", "preview"
DEEDS = (SAVE, FIND, PREVIEW)


def deed_of(data: Any) -> str:
    """Return which button other than "send" was pressed; "" for none."""
    return next((name for name in DEEDS if f"do-{name}" in data), "")


def initial(user: Any, place: str, **start: Any) -> dict[str, Any]:
    """Return what a form begins with: her draft of the place, else ``start``."""
    draft = drafting.of(user, place)
    if draft is None:
        return start
    return start | {name: value for name, value in draft.fields.items() if value}


def context(user: Any, space: Space | None, place: str, form: Any, data: Any) -> dict[str, Any]:
    """Return what the template of a composer needs besides its form."""
    chosen = (
        [str(one) for one in form["mentions"].value() or ()] if "mentions" in form.fields else []
    )
    draft = drafting.of(user, place)
    wanted = " ".join(plain(data.get("who", "")).split())[:60] if data else ""
    deed = deed_of(data) if data else ""
    text = str(form["text"].value() or "")
    return {
        "form": form,
        "draft": draft,
        "saved_at": draft.saved_at.isoformat() if draft else "",
        "people": _people(user, space, chosen, wanted),
        "wanted": wanted,
        "found_nobody": deed == FIND and bool(wanted),
        "preview": cleaned(to_html(text)) if deed == PREVIEW and text.strip() else "",
        "is_saved": deed == SAVE,
    }


def _people(user: Any, space: Space | None, chosen: list[str], wanted: str) -> list[dict[str, Any]]:
    """Return the chosen people and those found by name, of those who may read the space."""
    if space is None or not (chosen or len(wanted) > 1):
        return []
    rows = mentionable(user, space)
    people = list(rows.filter(public_id__in=_uuids(chosen))) if chosen else []
    if len(wanted) > 1:
        found = rows.filter(name__icontains=wanted).exclude(pk__in=[one.pk for one in people])
        people += list(found.order_by("name", "pk")[:MOST])
    return [
        {"key": str(one.public_id), "name": name_said(one), "on": str(one.public_id) in chosen}
        for one in people
    ]


def _uuids(texts: list[str]) -> list[Any]:
    from community.ids import parse_uuid

    return [one for one in map(parse_uuid, texts) if one]


def keep(user: Any, place: str, data: Any) -> str:
    """Keep what a form holds as a draft, whatever becomes of it; return why not, or ""."""
    fields = {name: data.get(name, "") for name in drafting.SIZES}
    fields["mentions"] = data.getlist("mentions")
    try:
        drafting.save(actor=user, place=place, fields=fields)
    except (Invalid, ServiceError) as refused:
        return str(refused) or type(refused).__name__
    return ""

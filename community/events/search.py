"""Events as results of the site's search: by their titles, those the person may know of."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.events.models import Meeting
from community.events.permissions import visible
from portal.markings.labels import label_of
from portal.search.registry import Found, Hit, register
from portal.shared.text import search_text

MOST = 2_000  # of the newest events; their titles are compared here


def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
    """Return the events whose titles have words beginning with all terms, the latest first."""
    titles = visible(user).order_by("-starts_at", "-pk").values_list("pk", "title")[:MOST]
    keys = [key for key, title in titles if _has_all(search_text(title).split(), terms)]
    part = keys[offset : offset + limit]
    rows = {row.pk: row for row in visible(user).filter(pk__in=part)} if part else {}
    return Found(len(keys), [_hit(rows[key]) for key in part if key in rows])


def _has_all(words: list[str], terms: list[str]) -> bool:
    return all(any(word.startswith(term) for word in words) for term in terms)


def _hit(meeting: Meeting) -> Hit:
    day = date_format(meeting.starts_at, "DATE_FORMAT")
    details = f"{meeting.get_kind_display()} · {day} · {label_of(meeting.label).tlp}"
    return Hit(
        title=meeting.title,
        url=reverse("community_event", args=[meeting.public_id]),
        kind="meeting",
        language=meeting.language,
        details=details,
    )


# A title is found whatever the language of the page: no other language need be asked.
register("meeting", find, label=_("Events of members"), languages=lambda terms, user: {})

"""Tells people that a search they keep has found something new: once, and never what or how much.

Run once a day. What is new is what was published after she last looked at the results and after
she was last told, and only if she may see it.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce

from community.library import asking, finding
from community.library.keeping import PLACE, VERB
from community.library.models import Saved
from community.library.permissions import published
from community.permissions import members_in_force
from portal.notifications import queries, services
from portal.notifications.verbs import ask_before_mail
from portal.permissions import is_member


def tell() -> int:
    """Notify whoever has something new; return how many people. Twice tells nothing twice."""
    waiting = Saved.objects.filter(alert=True, person__in=members_in_force())
    rows = list(waiting.select_related("person").order_by("person", "pk"))
    if not rows:
        return 0
    last = queries.last_told([VERB], [""])
    since = {
        row.pk: max(row.last_seen, last.get((row.person_id, ""), row.last_seen)) for row in rows
    }
    news = _published_since(min(since.values()))
    by_person: dict[Any, list[Saved]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    told = 0
    for person, searches in by_person.items():
        # Notices say nothing that only a confirmed sign-in may read; what she comes to see asks.
        person.is_verified = lambda: True
        if any(_new(person, row, since[row.pk], news) for row in searches):
            services.notify(person, VERB, place=PLACE)
            told += 1
    return told


def fresh(user: Any, searches: list[Saved]) -> dict[int, int]:
    """Return search → how many records were published since she last looked."""
    if not searches:
        return {}
    news = _published_since(min(row.last_seen for row in searches))
    return {row.pk: _new(user, row, row.last_seen, news) for row in searches}


def _published_since(moment: datetime) -> list[tuple[int, datetime]]:
    rows = published().annotate(at=Coalesce("first_published_at", "created")).filter(at__gt=moment)
    return list(rows.order_by("pk").values_list("pk", "at"))


def _new(user: Any, row: Saved, since: datetime, news: list[tuple[int, datetime]]) -> int:
    keys = [key for key, at in news if at > since]
    return finding.count(user, asking.read_text(row.query), among=keys) if keys else 0


ask_before_mail(VERB, lambda user, key: is_member(user))

"""What the pages about case digests show."""

from typing import Any

from django.urls import reverse

from community.digests import permissions, rules, writing
from community.digests.hints import hints_for
from community.digests.models import Digest
from community.library import vocabulary
from community.library.kinds import TOPIC
from community.library.permissions import visible as records_visible
from community.library.rows import MEMBERS, rows_for
from portal.languages.table import BY_CODE, direction
from portal.organisations.regions import name as region_name

RECENT = 20


def list_page(user: Any, language: str) -> dict[str, Any]:
    """Return released digests, the reader's own, and those that wait for her."""
    records = records_visible(user).filter(kind="digest").order_by("-first_published_at", "-pk")
    library = reverse("members_library")
    return {
        "released": rows_for(records[:RECENT], MEMBERS, language),
        "mine": list(permissions.own(user).order_by("-changed_at", "-pk")),
        "waiting": list(permissions.waiting_for(user)[:RECENT]),
        "is_reviewer": permissions.is_reviewer(user),
        "library": f"{library}?kind=digest",
        "topics": [
            (f"{library}?kind=digest&topic={code}", name)
            for code, name in vocabulary.choices(TOPIC)
        ],
    }


def digest_page(user: Any, digest: Digest) -> dict[str, Any]:
    """Return what the page of one digest shows: its parts with what was said of them."""
    reviews = list(digest.reviews.select_related("person"))
    is_own = digest.author_id == user.pk
    record = digest.publication
    return {
        "digest": digest,
        "is_own": is_own,
        "language": BY_CODE[digest.language],
        "direction": direction(digest.language),
        "sections": [
            {
                "title": title,
                "text": digest.sections.get(code, ""),
                "comments": [row for row in _comments(reviews, code) if row["text"]],
            }
            for code, (title, _hint) in rules.SECTIONS.items()
        ],
        "topics": [vocabulary.name(TOPIC, code) for code in digest.topics],
        "region": region_name(digest.region) if digest.region else "",
        "links": [*digest.sherloc, *digest.judgments],
        "reviews": reviews,
        "checklist": _checklist(digest),
        "hints": hints_for(user, digest) if digest.state in permissions.OPEN else [],
        "record_url": MEMBERS.url("record", record.public_id) if record and record.live else "",
        "may_change": permissions.may_change(user, digest),
        "may_submit": is_own and digest.state in {"draft", "changes"},
        "may_review": permissions.may_review(user, digest),
        "may_release": permissions.may_release(user, digest),
        "may_withdraw": permissions.may_withdraw(user, digest),
    }


def _comments(reviews: list[Any], code: str) -> list[dict[str, Any]]:
    return [
        {"person": row.person, "text": row.comments.get(code, ""), "at": row.decided_at}
        for row in reviews
    ]


def _checklist(digest: Digest) -> list[dict[str, Any]]:
    if not digest.checklist:
        return []
    return [
        {"words": words, **(digest.checklist.get(code) or {})}
        for code, words in rules.CHECKS.items()
    ]


def check_page(user: Any, digest: Digest) -> dict[str, Any]:
    """Return what stands beside the checklist: gaps, and what may have been left in."""
    return {"digest": digest, "gaps": writing.gaps(digest), "hints": hints_for(user, digest)}

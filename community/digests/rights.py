"""What case digests keep about a person: given out, deleted with the account.

Released digests were written to bear nobody's name; they stay. What was never released goes.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.digests.models import Digest, DigestReview
from portal.rights import inventory
from portal.rights.registry import Rows, register


def give(user: Any) -> Rows:
    """Return the digests she wrote, and what she said of others."""
    names = (
        "public_id", "state", "title", "title_en", "language", "region", "topics", "sections",
        "checklist", "sherloc", "judgments", "withdrawal", "created_at",
    )  # fmt: skip
    rows = Digest.objects.filter(author=user).order_by("pk").values(*names)
    found: Rows = [{"kind": "case digest", **row} for row in rows]
    reviews = DigestReview.objects.filter(person=user).order_by("pk")
    said = reviews.values("digest__public_id", "decision", "comments", "decided_at")
    return found + [{"kind": "review of a digest", **row} for row in said]


def erase(user: Any) -> None:
    """Delete what was never released; a released digest stays without her name."""
    kept = (Digest.State.RELEASED, Digest.State.WITHDRAWN)
    Digest.objects.filter(author=user).exclude(state__in=kept).delete()


register("digests", give, erase)
inventory.add(
    {
        "community.digest": ("meetings", _("case digests you write, until they are released")),
        "community.digestreview": ("meetings", _("what you decided about case digests, and why")),
    }
)

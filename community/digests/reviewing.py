"""Two reviewers decide about a case digest; then its author releases it, and a reviewer may take
it back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.digests import releasing, rules
from community.digests.models import Digest, DigestReview
from community.digests.permissions import (
    approvals,
    is_approved,
    may_release,
    may_withdraw,
    own,
    sent_to,
)
from community.digests.telling import tell_author
from community.digests.writing import locked
from portal.audit.services import record
from portal.markings.labels import Label
from portal.permissions import membership_of
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain

LABELS = (Label.CLEAR, Label.GREEN)
LONGEST = 2_000
State = Digest.State
Decision = DigestReview.Decision


@transaction.atomic
def review(
    *, actor: Any, digest: Digest, version: int, decision: str, comments: dict[str, str]
) -> Digest:
    """Approve a digest, or ask for changes with a comment on a part.

    With the second approval, from another organisation, it is approved. Raises NotAllowed, Invalid,
    and Conflict: it was changed, or somebody of the same organisation approved it.
    """
    digest = locked(digest)
    if not sent_to(actor).filter(pk=digest.pk).exists():
        raise NotAllowed
    if digest.state != State.REVIEW or digest.version != version:
        raise Conflict(_("This digest was changed meanwhile. Open it again."))
    if decision not in Decision.values:
        raise Invalid(fields={"decision": _("Choose a decision.")})
    said = _comments(comments)
    if decision == Decision.CHANGES and not said:
        raise Invalid(fields={"facts": _("Say in at least one part what should be changed.")})
    _write(actor, digest, decision, said)
    facts = {"decision": decision, "version": version}
    record("digest.reviewed", actor=actor, about=digest.author, thing=digest, facts=facts)
    if decision == Decision.CHANGES:
        digest.reviews.filter(decision=Decision.APPROVE).update(counts=False)
        _move(digest, State.CHANGES)
    elif is_approved(digest):
        _move(digest, State.APPROVED)
    return digest


def _comments(comments: dict[str, str]) -> dict[str, str]:
    found = {code: plain(comments.get(code) or "").strip() for code in rules.SECTIONS}
    long = [code for code, text in found.items() if len(text) > LONGEST]
    if long:
        sentence = _("Write at most 2,000 characters.")
        raise Invalid(fields=dict.fromkeys(long, sentence))
    return {code: text for code, text in found.items() if text}


def _write(actor: Any, digest: Digest, decision: str, comments: dict[str, str]) -> None:
    membership = membership_of(actor)
    if membership is None:
        raise NotAllowed
    others = [row for row in approvals(digest) if row.person_id != actor.pk]
    same = any(row.organisation_id == membership.organisation_id for row in others)
    if decision == Decision.APPROVE and same:
        raise Conflict(
            _("Somebody of your organisation approved it already. The second must be of another.")
        )
    digest.reviews.filter(person=actor, counts=True).update(counts=False)
    DigestReview.objects.create(
        digest=digest, person=actor, organisation=membership.organisation,
        version=digest.version, decision=decision, comments=comments, decided_at=clock.now(),
    )  # fmt: skip


def _move(digest: Digest, state: str) -> None:
    digest.state = state
    digest.save(update_fields=["state"])
    tell_author(digest)


@transaction.atomic
def release(*, actor: Any, digest: Digest, version: int, label: str) -> Digest:
    """Put an approved digest into the library, under the label its author chooses as its source.

    Raises NotAllowed, Invalid for another label than CLEAR or GREEN, and Conflict where an approval
    does not count any more: it goes back to the reviewers then.
    """
    digest = locked(digest)
    if not own(actor).filter(pk=digest.pk).exists():
        raise NotAllowed
    if label not in LABELS:
        raise Invalid(fields={"label": _("Choose CLEAR or GREEN.")})
    if not may_release(actor, digest) or digest.version != version or not is_approved(digest):
        raise Conflict(_("This digest is not approved by two reviewers at present."))
    digest.publication = releasing.publish(actor, digest, label)
    digest.state = State.RELEASED
    digest.save(update_fields=["publication", "state"])
    facts = {"label": str(label)}
    record("digest.released", actor=actor, thing=digest, facts=facts)
    return digest


@transaction.atomic
def withdraw(*, actor: Any, digest: Digest, reason: str) -> Digest:
    """Take a released digest out of the library, with a reason for its author.

    Raises NotAllowed, Invalid without a reason, Conflict where it is withdrawn already.
    """
    digest = locked(digest)
    if not sent_to(actor).filter(pk=digest.pk).exists():
        raise NotAllowed
    if not may_withdraw(actor, digest):
        raise Conflict(_("This digest is not released."))
    text = " ".join(plain(reason).split())
    if not 1 <= len(text) <= LONGEST:
        raise Invalid(fields={"reason": _("Say why in a sentence or two.")})
    releasing.unpublish(digest)
    digest.withdrawal = text
    record("digest.withdrawn", actor=actor, about=digest.author, thing=digest)
    digest.save(update_fields=["withdrawal"])
    _move(digest, State.WITHDRAWN)
    return digest

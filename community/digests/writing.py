"""Writing a case digest and sending it for review. Any change ends the approvals it had."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.digests import rules
from community.digests.models import Digest, DigestReview
from community.digests.permissions import may_change, own
from community.digests.telling import tell_reviewers
from community.library import vocabulary
from community.library.kinds import TOPIC
from portal.audit.services import record
from portal.languages.table import BY_CODE
from portal.organisations.regions import GROUPS
from portal.permissions import is_member, is_verified
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.shared.html import allowed_address
from portal.shared.text import plain

SHERLOC = "https://sherloc.unodc.org/"
MOST_LINKS = 20
LONGEST_LINK = 1_000
LONGEST_WHY = 300
State = Digest.State


def begin(*, actor: Any, language: str) -> Digest:
    """Begin an empty digest, which its author alone sees. Raises NotAllowed, Invalid, TooMany."""
    if not (is_member(actor) and is_verified(actor)):
        raise NotAllowed
    if language not in BY_CODE:
        raise Invalid(fields={"language": _("Choose a language.")})
    if wait := ratelimit.wait(str(actor.pk), "digest-drafts"):
        raise TooMany(wait)
    moment = clock.now()
    with transaction.atomic():
        digest = Digest.objects.create(
            author=actor, language=language, created_at=moment, changed_at=moment
        )
        record("digest.begun", actor=actor, thing=digest)
    return digest


def locked(digest: Digest) -> Digest:
    """Return the digest as it is now, held until the end of the transaction."""
    found = Digest.objects.select_for_update().filter(pk=digest.pk).first()
    if found is None:
        raise NotAllowed
    return found


def _own(actor: Any, digest: Digest, version: int) -> Digest:
    digest = locked(digest)
    if not own(actor).filter(pk=digest.pk).exists():
        raise NotAllowed
    if not may_change(actor, digest):
        raise Conflict(_("This digest is released already."))
    if digest.version != version:
        raise Conflict(_("This digest was changed meanwhile. Open it again."))
    return digest


@transaction.atomic
def save(*, actor: Any, digest: Digest, version: int, **given: Any) -> Digest:
    """Keep what was written, whole or not. A changed text is a draft again, without approvals.

    Raises NotAllowed, Invalid, and Conflict where it was changed meanwhile or is released.
    """
    digest = _own(actor, digest, version)
    values = _checked(given)
    if all(getattr(digest, name) == value for name, value in values.items()):
        return digest
    for name, value in values.items():
        setattr(digest, name, value)
    standing = digest.reviews.filter(counts=True, decision=DigestReview.Decision.APPROVE)
    ended = standing.update(counts=False)
    if digest.state in {State.REVIEW, State.APPROVED}:
        digest.state = State.DRAFT
    digest.version += 1
    digest.checklist = {}  # what was checked was another text
    digest.changed_at = clock.now()
    digest.save()
    if ended:
        facts = {"version": digest.version, "count": ended}
        record("digest.changed", actor=actor, thing=digest, facts=facts)
    return digest


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    faults: dict[str, object] = {}
    values: dict[str, Any] = {"sections": {}}
    for name in ("title", "title_en"):
        values[name] = " ".join(plain(given.get(name) or "").split())
        if len(values[name]) > 200:
            faults[name] = _("Write a title of at most 200 characters.")
    for code in rules.SECTIONS:
        text = plain(given.get(code) or "").replace("\r\n", "\n").replace("\x00", "").strip()
        if len(text) > rules.LONGEST:
            faults[code] = _("Write at most 10,000 characters.")
        values["sections"][code] = text
    values["language"] = given.get("language") or "en"
    values["region"] = given.get("region") or ""
    values["topics"] = sorted(set(given.get("topics") or ()))
    if values["language"] not in BY_CODE:
        faults["language"] = _("Choose a language.")
    if values["region"] and values["region"] not in GROUPS:
        faults["region"] = _("Choose a region of the list.")
    if not all(vocabulary.is_known(TOPIC, code) for code in values["topics"]):
        faults["topics"] = _("Choose themes of the list.")
    values |= _links(given, faults)
    if faults:
        raise Invalid(fields=faults)
    return values


def _links(given: dict[str, Any], faults: dict[str, object]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, begins in (("sherloc", SHERLOC), ("judgments", "https://")):
        lines = [line.strip() for line in plain(given.get(name) or "").splitlines()]
        found[name] = list(dict.fromkeys(line for line in lines if line))
        fine = all(
            line.startswith(begins) and len(line) <= LONGEST_LINK and allowed_address(line)
            for line in found[name]
        )
        if not fine or len(found[name]) > MOST_LINKS:
            faults[name] = _("Give one address on each line, at most 20. Each begins with: %s") % (
                begins
            )
    return found


def gaps(digest: Digest) -> list[Any]:
    """Return the names of what must be written before the digest can be sent."""
    missing: list[Any] = [] if digest.title else [_("Title")]
    if digest.language != "en" and not digest.title_en:
        missing.append(_("Title in English"))
    missing += [
        title for code, (title, _hint) in rules.SECTIONS.items() if not digest.sections.get(code)
    ]
    return missing + ([] if digest.topics else [_("Themes")])


@transaction.atomic
def submit(
    *, actor: Any, digest: Digest, version: int, done: list[str], why: dict[str, str]
) -> Digest:
    """Send a digest for review: it is whole, and each line of the checklist is ticked or has a
    reason. Raises NotAllowed, Invalid, Conflict."""
    digest = _own(actor, digest, version)
    if digest.state not in {State.DRAFT, State.CHANGES}:
        raise Conflict(_("This digest waits for reviewers already."))
    if gaps(digest):
        raise Invalid(_("Write something in each part first. Where there is nothing, say so."))
    checklist = {
        code: {
            "done": code in done,
            "why": " ".join(plain(why.get(code) or "").split())[:LONGEST_WHY],
        }
        for code in rules.CHECKS
    }
    if left := rules.missing(checklist):
        sentence = _("Tick it, or say why it is not needed.")
        raise Invalid(fields=dict.fromkeys((f"why_{code}" for code in left), sentence))
    digest.checklist, digest.state, digest.changed_at = checklist, State.REVIEW, clock.now()
    digest.save(update_fields=["checklist", "state", "changed_at"])
    record("digest.submitted", actor=actor, thing=digest, facts={"version": digest.version})
    tell_reviewers(digest)
    return digest


@transaction.atomic
def delete(*, actor: Any, digest: Digest) -> None:
    """Delete a digest that is not released. Raises NotAllowed, Conflict."""
    digest = locked(digest)
    if not own(actor).filter(pk=digest.pk).exists():
        raise NotAllowed
    if not may_change(actor, digest):
        raise Conflict(_("This digest is released already."))
    record("digest.deleted", actor=actor, thing=digest)
    digest.delete()

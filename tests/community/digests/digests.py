"""Case digests for tests, taken as far as a test wants them."""

from typing import Any

from community.digests import reviewing, rules, writing
from community.digests.models import Digest
from tests import people

VERSION = 2


def verified(user: Any) -> Any:
    """The same person in a sign-in with a second factor."""
    user.is_verified = lambda: True
    return user


def words(**more: Any) -> dict[str, Any]:
    """What an author writes."""
    return {
        "title": "Parcels that were too light", "title_en": "", "language": "en",
        "region": "west-africa", "topics": ["research"],
        **{code: f"About {code}." for code in rules.SECTIONS},
        "sherloc": "https://sherloc.unodc.org/cld/case/1.html",
        "judgments": "https://courts.example/judgment/7",
    } | more  # fmt: skip


def drafted(author: Any = None, **more: Any) -> Digest:
    """A whole draft."""
    author = verified(author or people.member())
    digest = writing.begin(actor=author, language="en")
    return writing.save(actor=author, digest=digest, version=1, **words(**more))


def sent(author: Any = None, **more: Any) -> Digest:
    """A digest that waits for reviewers."""
    digest = drafted(author, **more)
    author = verified(digest.author)
    return writing.submit(
        actor=author, digest=digest, version=digest.version, done=list(rules.CHECKS), why={}
    )


def decide(digest: Digest, actor: Any, decision: str = "approve", **comments: str) -> Digest:
    """One reviewer decides about the text as it is."""
    digest.refresh_from_db()
    return reviewing.review(
        actor=verified(actor), digest=digest, version=digest.version, decision=decision,
        comments=comments,
    )  # fmt: skip


def approved(author: Any = None, **more: Any) -> Digest:
    """A digest two reviewers of two organisations approved."""
    digest = sent(author, **more)
    decide(digest, people.staff("trainer"))
    return decide(digest, people.staff("reviewer"))


def released(author: Any = None, label: str = "GREEN", **more: Any) -> Digest:
    """A digest that stands in the library."""
    digest = approved(author, **more)
    actor = verified(digest.author)
    return reviewing.release(actor=actor, digest=digest, version=digest.version, label=label)

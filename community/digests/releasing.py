"""A case digest as a record of the library: its words, terms and text; its parts on its page."""

from typing import Any

from community.digests import rules
from community.digests.models import Digest
from community.library import index, vocabulary
from community.library.kinds import LANGUAGE, REGION, TOPIC
from community.library.models import Edition, Publication, PublicationTerm, PublicationText
from community.library.parts import Part, Parts, register
from portal.languages.table import direction
from portal.shared import clock

KIND, CASES = "digest", "cases"
SUMMARY = 500  # characters


def publish(actor: Any, digest: Digest, label: str) -> Publication:
    """Make the record, published and indexed. To be called inside the release's transaction."""
    with index.held():
        publication = Publication(
            kind=KIND, label=label, marked_by=actor, live=True, year=clock.now().year,
            first_published_at=clock.now(), last_published_at=clock.now(),
        )  # fmt: skip
        publication.texts = _texts(digest)
        publication.terms = _terms(digest)
        publication.save()
        Edition.objects.create(
            publication=publication, language=vocabulary.document_language(digest.language),
            text=_words(digest), text_state=Edition.TextState.READY,
        )  # fmt: skip
    return publication


def unpublish(digest: Digest) -> None:
    """Take the record out of sight; lists and harvesters hear of it."""
    publication = digest.publication
    if publication is not None and publication.live:
        publication.live = False
        publication.save()


def _texts(digest: Digest) -> list[PublicationText]:
    summary = digest.sections.get("lessons", "")[:SUMMARY]
    rows = [PublicationText(language=digest.language, title=digest.title, summary=summary)]
    if digest.language != "en":
        rows.append(PublicationText(language="en", title=digest.title_en))
    return rows


def _terms(digest: Digest) -> list[PublicationTerm]:
    pairs = {(TOPIC, code) for code in (*digest.topics, CASES)}
    pairs.add((LANGUAGE, vocabulary.document_language(digest.language)))
    if digest.region:
        pairs.add((REGION, digest.region))
    return [PublicationTerm(facet=facet, value=value) for facet, value in sorted(pairs)]


def _words(digest: Digest) -> str:
    return "\n\n".join(digest.sections.get(code, "") for code in rules.SECTIONS)


def parts_of(publication: Publication) -> Parts | None:
    """Return the parts of a released digest for its record's page."""
    digest = Digest.objects.filter(publication=publication, state=Digest.State.RELEASED).first()
    if digest is None:
        return None
    return Parts(
        parts=[
            Part(str(title), digest.sections.get(code, ""))
            for code, (title, _hint) in rules.SECTIONS.items()
        ],
        language=digest.language,
        direction=direction(digest.language),
        links=[*digest.sherloc, *digest.judgments],
    )


register(KIND, parts_of)

"""A record in unqualified Dublin Core (oai_dc). Words that are codes are given in English."""

import uuid
from collections.abc import Iterator

from django.urls import reverse

from community.library import kinds, vocabulary
from community.library.oai.queries import Shown
from community.library.oai.writing import DC, OAI_DC, Node, located
from portal.languages.table import BY_CODE

SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
SUBJECTS = (kinds.TOPIC, kinds.INSTRUMENT)
PLACES = (kinds.REGION, kinds.COUNTRY)


def metadata(record: Shown, site: str) -> Node:
    """Return what a record says; ``site`` is where addresses begin. The language is English."""
    attributes = {"xmlns:oai_dc": OAI_DC, "xmlns:dc": DC, **located(OAI_DC, SCHEMA)}
    inside = tuple(node for node in _elements(record, site) if node.content)
    return Node("metadata", (Node("oai_dc:dc", inside, attributes),))


def _elements(record: Shown, site: str) -> Iterator[Node]:
    texts = sorted(record.texts, key=lambda row: (row[0] != "en", row[0]))
    yield from (_said("title", title, language) for language, title, _summary in texts)
    yield from _terms(record, "subject", SUBJECTS)
    yield from (_said("description", summary, language) for language, _title, summary in texts)
    yield _plain("publisher", record.body)
    yield _plain("date", str(record.year or ""))
    yield _said("type", str(kinds.KINDS.get(record.kind, record.kind)), "en")
    yield _plain("identifier", address(record.public_id, site))
    yield _plain("identifier", record.symbol)
    yield _plain("identifier", record.source_url)
    yield from (_plain("language", code) for code in record.terms.get(kinds.LANGUAGE, ()))
    yield from (_plain("relation", address(other, site)) for other in sorted(record.near))
    yield from _terms(record, "coverage", PLACES)
    yield _plain("rights", "TLP:CLEAR")


def _terms(record: Shown, name: str, facets: tuple[str, ...]) -> Iterator[Node]:
    for facet in facets:
        for code in record.terms.get(facet, ()):
            yield _said(name, vocabulary.name(facet, code), "en")


def _plain(name: str, text: str) -> Node:
    return Node(f"dc:{name}", text)


def _said(name: str, text: str, language: str) -> Node:
    """Return words in a language, marked as RFC 5646 writes it (``zh-Hans``)."""
    row = BY_CODE.get(language)
    code = f"zh-{row.script}" if row and language.startswith("zh") else language
    return Node(f"dc:{name}", text, {"xml:lang": code})


def address(public_id: uuid.UUID, site: str) -> str:
    """Return the address of a public record's page, in the language at hand."""
    return site + reverse("library_record", args=[public_id])

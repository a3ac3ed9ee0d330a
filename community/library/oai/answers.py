"""What each verb answers. Every answer is in English, whoever asks."""

import re
import uuid
from collections.abc import Callable, Iterable
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation

from community import ids
from community.library.oai import arguments, queries, sets, tokens
from community.library.oai.arguments import PREFIX, TOKEN, OaiError, Window, stamp
from community.library.oai.dublin_core import SCHEMA, metadata
from community.library.oai.writing import OAI, OAI_DC, OAI_IDENTIFIER, Node, document, located
from portal.shared import clock

_EPOCH = "1970-01-01T00:00:00Z"
_MAIL = re.compile(r"[^\s@]+@([^\s@.]+\.)+[^\s@.]+")
_DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")


def answer(pairs: Iterable[tuple[str, str]], *, site: str, path: str) -> bytes:
    """Return the document that answers a question; ``site`` and ``path`` are our own address."""
    base, asked = site + path, {}
    with translation.override("en"):
        try:
            verb, given = arguments.parse(pairs)
            inside = (_VERBS[verb](given, site, base),)
            asked = {"verb": verb, **given}
        except OaiError as problem:
            inside = (Node("error", str(problem), {"code": problem.code}),)
            if problem.code not in {"badVerb", "badArgument"}:
                asked = {"verb": verb, **given}
    attributes = {"xmlns": OAI, **located(OAI, f"{OAI}OAI-PMH.xsd")}
    head = (Node("responseDate", stamp(clock.now())), Node("request", base, asked))
    return document(Node("OAI-PMH", head + inside, attributes))


def domain() -> str:
    """Return the name in identifiers, which never changes; a port is no part of it."""
    return ids.domain().partition(":")[0]


def identifier(public_id: uuid.UUID) -> str:
    """Return how harvesters name a record."""
    return f"oai:{domain()}:{public_id}"


def _found(text: str) -> queries.Entry:
    """Return the entry of an identifier. Raises OaiError idDoesNotExist."""
    start = f"oai:{domain()}:"
    public_id = ids.parse_uuid(text.removeprefix(start)) if text.startswith(start) else None
    entry = queries.one(public_id) if public_id else None
    if entry is None:
        raise OaiError("idDoesNotExist", "There is no record of this name.")
    return entry


def _identify(given: dict[str, str], site: str, base: str) -> Node:
    earliest = queries.earliest()
    rows = {
        "repositoryName": settings.SITE_NAME,
        "baseURL": base,
        "protocolVersion": "2.0",
        "adminEmail": _mail(),
        "earliestDatestamp": stamp(earliest) if earliest else _EPOCH,
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    nodes = [Node(name, text) for name, text in rows.items()]
    if _DOMAIN.fullmatch(domain()):
        nodes.append(Node("description", (_scheme(),)))
    return Node("Identify", tuple(nodes))


def _mail() -> str:
    """Return an address to write to: that of the site's mails, where it is a full one."""
    mail = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return mail if _MAIL.fullmatch(mail) else f"postmaster@{domain()}"


def _scheme() -> Node:
    """Return how identifiers are made, as the guidelines on identifiers ask for."""
    rows = {
        "scheme": "oai",
        "repositoryIdentifier": domain(),
        "delimiter": ":",
        "sampleIdentifier": identifier(uuid.UUID(int=0)),
    }
    attributes = {"xmlns": OAI_IDENTIFIER, **located(OAI_IDENTIFIER, f"{OAI_IDENTIFIER}.xsd")}
    return Node("oai-identifier", tuple(Node(*row) for row in rows.items()), attributes)


def _list_formats(given: dict[str, str], site: str, base: str) -> Node:
    if "identifier" in given:
        _found(given["identifier"])
    rows = {"metadataPrefix": PREFIX, "schema": SCHEMA, "metadataNamespace": OAI_DC}
    only = Node("metadataFormat", tuple(Node(*row) for row in rows.items()))
    return Node("ListMetadataFormats", (only,))


def _list_sets(given: dict[str, str], site: str, base: str) -> Node:
    if TOKEN in given:
        raise OaiError("badResumptionToken", "The list of sets is given whole.")
    rows = [
        Node("set", (Node("setSpec", spec), Node("setName", name)))
        for spec, name in sets.all_sets()
    ]
    return Node("ListSets", tuple(rows))


def _header(entry: queries.Entry) -> Node:
    rows = [
        Node("identifier", identifier(entry.public_id)),
        Node("datestamp", stamp(entry.at)),
        *(Node("setSpec", spec) for spec in entry.sets),
    ]
    gone = {} if entry.record else {"status": "deleted"}
    return Node("header", tuple(rows), gone)


def _record(entry: queries.Entry, site: str) -> Node:
    header = _header(entry)
    if entry.record is None:
        return Node("record", (header,))
    return Node("record", (header, metadata(entry.record, site)))


def _get_record(given: dict[str, str], site: str, base: str) -> Node:
    entry = _found(given["identifier"])
    arguments.check_prefix(given)
    return Node("GetRecord", (_record(entry, site),))


def _list_identifiers(given: dict[str, str], site: str, base: str) -> Node:
    return _list("ListIdentifiers", given, _header, whole=False)


def _list_records(given: dict[str, str], site: str, base: str) -> Node:
    return _list("ListRecords", given, lambda entry: _record(entry, site), whole=True)


def _list(
    verb: str, given: dict[str, str], show: Callable[[queries.Entry], Node], *, whole: bool
) -> Node:
    """Return one part of a list, and where it goes on. Raises OaiError."""
    place = tokens.read(verb, given[TOKEN]) if TOKEN in given else None
    if place is None:
        arguments.check_prefix(given)
    window = place.window if place else arguments.window(given)
    entries, more = queries.page(window, place.after if place else None, whole=whole)
    if not entries and place:  # all that was left has changed, and comes later or no more
        raise OaiError("badResumptionToken", "Nothing is left of this list. Begin it anew.")
    if not entries:
        raise OaiError("noRecordsMatch", "No record matches.")
    nodes = [show(entry) for entry in entries]
    if place or more:
        nodes.append(_rest(verb, window, place, entries, more))
    return Node(verb, tuple(nodes))


def _rest(
    verb: str,
    window: Window,
    place: tokens.Place | None,
    entries: list[queries.Entry],
    more: bool,
) -> Node:
    """Return the token for what follows; the last part of a list has an empty one."""
    given = place.given if place else 0
    total = place.total if place else queries.count(window)
    attributes = {"completeListSize": str(total), "cursor": str(given)}
    if not more:
        return Node(TOKEN, "", attributes)
    last = entries[-1].at, entries[-1].public_id
    text, ends = tokens.write(verb, tokens.Place(window, last, given + len(entries), total))
    return Node(TOKEN, text, {"expirationDate": stamp(ends), **attributes})


_VERBS: dict[str, Callable[[dict[str, str], str, str], Node]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
    "GetRecord": _get_record,
}

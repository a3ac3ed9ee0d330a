"""What OAI-PMH.xsd and oai_dc.xsd ask of a document, as tables: order, number, form of each part."""

import re
from typing import Any

OAI = "{http://www.openarchives.org/OAI/2.0/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA_PLACE = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
MANY = 10**9

VERBS = (
    "Identify", "ListMetadataFormats", "ListSets", "GetRecord", "ListIdentifiers", "ListRecords",
)  # fmt: skip
# Element → its children in order: name, least, most. "*" is any one element of another namespace.
CHILDREN: dict[str, list[tuple[str, int, int]]] = {
    "Identify": [
        ("repositoryName", 1, 1), ("baseURL", 1, 1), ("protocolVersion", 1, 1),
        ("adminEmail", 1, MANY), ("earliestDatestamp", 1, 1), ("deletedRecord", 1, 1),
        ("granularity", 1, 1), ("compression", 0, MANY), ("description", 0, MANY),
    ],
    "ListMetadataFormats": [("metadataFormat", 1, MANY)],
    "metadataFormat": [("metadataPrefix", 1, 1), ("schema", 1, 1), ("metadataNamespace", 1, 1)],
    "ListSets": [("set", 1, MANY), ("resumptionToken", 0, 1)],
    "set": [("setSpec", 1, 1), ("setName", 1, 1), ("setDescription", 0, MANY)],
    "GetRecord": [("record", 1, 1)],
    "ListIdentifiers": [("header", 1, MANY), ("resumptionToken", 0, 1)],
    "ListRecords": [("record", 1, MANY), ("resumptionToken", 0, 1)],
    "record": [("header", 1, 1), ("metadata", 0, 1), ("about", 0, MANY)],
    "header": [("identifier", 1, 1), ("datestamp", 1, 1), ("setSpec", 0, MANY)],
    "metadata": [("*", 1, 1)],
    "description": [("*", 1, 1)],
}  # fmt: skip
NAME = r"[A-Za-z0-9\-_.!~*'()]+"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
DATE = rf"(\d{{4}}-\d\d-\d\d|{MOMENT})"
FORMS = {
    "responseDate": MOMENT, "datestamp": DATE, "earliestDatestamp": DATE,
    "setSpec": rf"{NAME}(:{NAME})*", "metadataPrefix": NAME, "protocolVersion": r"2\.0",
    "deletedRecord": "no|persistent|transient",
    "granularity": "YYYY-MM-DD|YYYY-MM-DDThh:mm:ssZ", "adminEmail": r"\S+@(\S+\.)+\S+",
    "baseURL": r"https?://\S+", "schema": r"https?://\S+", "metadataNamespace": r"https?://\S+",
    "identifier": r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+", "setName": r".+", "repositoryName": r".+",
}  # fmt: skip
# Element → attribute → form.
ATTRIBUTES: dict[str, dict[str, str]] = {
    "request": {
        "verb": "|".join(VERBS), "identifier": r"[\s\S]*", "metadataPrefix": NAME, "from": DATE,
        "until": DATE, "set": rf"{NAME}(:{NAME})*", "resumptionToken": r"[\s\S]*",
    },
    "header": {"status": "deleted"},
    "resumptionToken": {
        "expirationDate": MOMENT, "completeListSize": r"[1-9]\d*", "cursor": r"\d+",
    },
    "error": {
        "code": "cannotDisseminateFormat|idDoesNotExist|badArgument|badVerb|noMetadataFormats"
        "|noRecordsMatch|badResumptionToken|noSetHierarchy",
    },
}  # fmt: skip
CORE = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type",
    "format", "identifier", "source", "language", "relation", "coverage", "rights",
}  # fmt: skip


def check(root: Any) -> None:
    """Assert that a whole answer is what the schemas ask for."""
    assert root.tag == f"{OAI}OAI-PMH"
    assert set(root.attrib) == {SCHEMA_PLACE}
    head, inside = list(root)[:2], list(root)[2:]
    assert [child.tag for child in head] == [f"{OAI}responseDate", f"{OAI}request"]
    names = {child.tag.removeprefix(OAI) for child in inside}
    assert names == {"error"} or (len(inside) == 1 and names <= set(VERBS))
    for child in root:
        _element(child)


def _element(element: Any) -> None:
    name = element.tag.removeprefix(OAI)
    allowed = ATTRIBUTES.get(name, {})
    for attribute, value in element.attrib.items():
        assert attribute in allowed, (name, attribute)
        assert re.fullmatch(allowed[attribute], value), (name, attribute, value)
    if name in FORMS:
        assert re.fullmatch(FORMS[name], element.text or ""), (name, element.text)
    if name in CHILDREN:
        _children(element, CHILDREN[name])
        assert not (element.text or "").strip()
    else:
        assert len(element) == 0, name


def _children(element: Any, rows: list[tuple[str, int, int]]) -> None:
    found = list(element)
    for name, least, most in rows:
        count = 0
        while found and _is(found[0], name) and count < most:
            child, count = found.pop(0), count + 1
            if name == "*":
                _foreign(child)
            else:
                _element(child)
        assert count >= least, (element.tag, name)
    assert not found, (element.tag, found[0].tag)


def _is(element: Any, name: str) -> bool:
    return not element.tag.startswith(OAI) if name == "*" else element.tag == f"{OAI}{name}"


def _foreign(element: Any) -> None:
    """Metadata say where their schema is; Dublin Core has its elements, texts and languages."""
    namespace = element.tag.partition("}")[0].removeprefix("{")
    assert element.get(SCHEMA_PLACE, "").split()[0] == namespace
    if element.tag != f"{OAI_DC}dc":
        return
    for child in element:
        assert child.tag.startswith(DC)
        assert child.tag.removeprefix(DC) in CORE
        assert set(child.attrib) <= {LANG}
        assert len(child) == 0

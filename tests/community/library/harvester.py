"""A harvester for tests: asks /oai, checks every answer's frame, and follows tokens."""

import re
from typing import Any

from defusedxml import ElementTree
from django.core.cache import cache
from django.test import Client

from tests.community.library import schema

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# Children of an answer, in the order of the schema (OAI-PMH.xsd).
HEADER = ["identifier", "datestamp", "setSpec"]


def names(element: Any) -> list[str]:
    return [child.tag.removeprefix(OAI) for child in element]


def ask(query: str | dict[str, str] = "", *, post: bool = False, **arguments: str) -> Any:
    """Ask and return the part of the answer after its head; ``from_`` stands for ``from``."""
    cache.clear()  # limits are another test's matter
    data = {name.rstrip("_"): value for name, value in arguments.items()}
    if post:
        response = Client().post(
            "/oai", query or data, content_type="application/x-www-form-urlencoded"
        )
    else:
        response = Client().get(f"/oai?{query}" if query else "/oai", data or None)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    schema.check(root)
    assert root.get(f"{XSI}schemaLocation").split()[0] == OAI.strip("{}")
    _date, request, *inside = root
    assert request.text == "http://testserver/oai"
    assert len(inside) == 1
    return inside[0]


def request_of(**arguments: str) -> dict[str, str]:
    """Return the attributes of <request> in an answer."""
    cache.clear()
    data = {name.rstrip("_"): value for name, value in arguments.items()}
    root = ElementTree.fromstring(Client().get("/oai", data).content)
    return dict(root[1].attrib)


def code(*arguments: Any, **more: Any) -> str:
    """Return the code of an error."""
    found = ask(*arguments, **more)
    assert found.tag == f"{OAI}error", found.tag
    assert found.text
    return found.get("code")


def check_header(header: Any) -> None:
    order = [HEADER.index(name) for name in names(header)]
    assert order == sorted(order)
    assert STAMP.fullmatch(header.find(f"{OAI}datestamp").text)
    assert set(header.attrib) <= {"status"}


def harvest(verb: str = "ListRecords", **arguments: str) -> list[Any]:
    """Return all items of a list, following tokens to the end."""
    found: list[Any] = []
    given = {"verb": verb, "metadataPrefix": "oai_dc", **arguments}
    while True:
        part = ask(**given)
        if part.tag == f"{OAI}error":
            assert part.get("code") == "noRecordsMatch"
            return found
        token = part.find(f"{OAI}resumptionToken")
        items = [child for child in part if child is not token]
        assert items
        for item in items:
            check_header(item if verb == "ListIdentifiers" else item[0])
        if token is not None:
            assert int(token.get("cursor")) == len(found)
        found += items
        if token is None or not token.text:
            if token is not None:
                assert part[-1] is token
            return found
        given = {"verb": verb, "resumptionToken": token.text}


def identifiers(**arguments: str) -> list[str]:
    """Return the identifiers of a list, withdrawn ones with an exclamation mark."""
    return [
        header[0].text + ("!" if header.get("status") == "deleted" else "")
        for header in harvest("ListIdentifiers", **arguments)
    ]


def titles(**arguments: str) -> list[str]:
    """Return the titles of the records of a list."""
    found = harvest(**arguments)
    return [record.find(f".//{DC}title").text for record in found if len(record) == 2]

"""XML of the answers: a tree of nodes, written by Django's XML generator."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

# XML 1.0, section 2.2: what is no Char. Text of people may hold it; a document may not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Node:
    """An element: its name, its attributes, and text or elements inside."""

    name: str
    content: "str | tuple[Node, ...]" = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def located(namespace: str, schema: str) -> dict[str, str]:
    """Return the attributes that say where the schema of a namespace is."""
    return {"xmlns:xsi": XSI, "xsi:schemaLocation": f"{namespace} {schema}"}


def document(root: Node) -> bytes:
    """Return a document in UTF-8. What XML cannot hold is left out."""
    buffer = io.BytesIO()
    generator = SimplerXMLGenerator(buffer, "utf-8")
    generator.startDocument()
    _write(generator, root)
    generator.endDocument()
    return buffer.getvalue()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _write(generator: SimplerXMLGenerator, node: Node) -> None:
    values = {name: _clean(value) for name, value in node.attributes.items()}
    generator.startElement(node.name, AttributesImpl(values))
    if isinstance(node.content, str):
        generator.characters(_clean(node.content))
    else:
        for child in node.content:
            _write(generator, child)
    generator.endElement(node.name)

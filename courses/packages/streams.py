"""Between a pack's blocks and the JSON a StreamField keeps. Pure; both ways without loss.

A stored block is ``{"type": kind, "id": uuid, "value": {...}}``; list items are
``{"type": "item", "id": uuid, "value": …}``. Text is Markdown in a pack, HTML in the store.
"""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from courses.packages.markdown import table_rows, table_text, to_html, to_markdown
from courses.packages.model import Block, Part, Source

# Plain attributes of each kind: attribute = key of the stored value.
PLAIN: dict[str, tuple[str, ...]] = {
    "step": ("title", "minutes"),
    "text": (),
    "callout": ("tone", "title"),
    "image": ("figure", "file", "alt", "decorative", "caption"),
    "video": ("title", "file", "poster", "captions", "audio"),
    "accordion": (),
    "table": ("caption", "header"),
    "resource": ("title", "url", "language", "size", "checked", "label"),
    "example": ("title", "stage"),
    "question": ("question", "behaviour", "tries"),
}
NUMBERS = {"minutes", "tries"}
FLAGS = {"decorative"}
TRANSLATED = {
    "step": ("title",),
    "callout": ("title",),
    "image": ("alt", "caption"),
    "video": ("title", "captions"),
    "table": ("caption",),
    "resource": ("title",),
    "example": ("title",),
}
WITH_TEXT = {"text", "callout", "resource", "example"}
PARTS = {"accordion": ("item", "items"), "example": ("step", "steps")}


def to_raw(block: Block, *, source: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the stored form of a block.

    For a translation ``source`` is the stored source block: what a translation leaves out is
    taken from it.
    """
    value: dict[str, Any] = dict(source["value"]) if source else {}
    if source:
        # What a translation leaves out is shown from the source, but is not its own.
        value |= dict.fromkeys(TRANSLATED.get(block.kind, ()), "")
    for name in PLAIN[block.kind]:
        if name in block.attributes:
            value[name] = _stored(name, block.attributes[name])
    if source is None:
        value |= {
            "optional": block.attributes.get("optional") == "yes",
            "audience": [
                a.strip() for a in block.attributes.get("audience", "").split(",") if a.strip()
            ],
            "regional": block.attributes.get("regional", "no"),
            "sources": [_item(block.id, n, _source(row)) for n, row in enumerate(block.sources)],
        }
    value["basis"] = block.basis or ""
    if block.kind in WITH_TEXT:
        value["text"] = to_html(block.text)
    value |= _parts_value(block)
    return {"type": block.kind, "id": block.id, "value": value}


def from_raw(raw: dict[str, Any], *, translation: bool = False) -> Block:
    """Return the pack's form of a stored block; a translation keeps only what it translates."""
    kind, value = raw["type"], raw["value"]
    names = TRANSLATED.get(kind, ()) if translation else PLAIN[kind]
    attributes = {
        name: _written(name, value[name])
        for name in names
        if value.get(name) is not None and value[name] != "" and value[name] is not False
    }
    sources: tuple[Source, ...] = ()
    if not translation:
        if value.get("optional"):
            attributes["optional"] = "yes"
        if value.get("audience"):
            attributes["audience"] = ",".join(value["audience"])
        if value.get("regional", "no") != "no":
            attributes["regional"] = value["regional"]
        sources = tuple(Source(**_only(row)) for row in items(value.get("sources")))
    text, parts = _text_and_parts(kind, value)
    return Block(
        kind=kind,
        id=str(raw["id"]),
        attributes=attributes,
        sources=sources,
        basis=value.get("basis") or None,
        text=text,
        parts=parts,
    )


def items(raw: Any) -> list[Any]:
    """Return the values of a stored list, whichever of Wagtail's two forms it has."""
    return [row["value"] if _is_item(row) else row for row in raw or []]


def _is_item(row: Any) -> bool:
    return isinstance(row, dict) and "type" in row and "value" in row


def _only(row: dict[str, Any]) -> dict[str, str]:
    return {name: row.get(name, "") for name in ("document", "paragraph", "weight", "as_of")}


def _stored(name: str, text: str) -> Any:
    if name in NUMBERS:
        return int(text)
    return text == "yes" if name in FLAGS else text


def _written(name: str, value: Any) -> str:
    return "yes" if name in FLAGS else str(value)


def _source(row: Source) -> dict[str, str]:
    return {
        "document": row.document,
        "paragraph": row.paragraph,
        "weight": row.weight,
        "as_of": row.as_of,
    }


def _item(block: str, number: int | str, value: Any, identity: str | None = None) -> dict[str, Any]:
    """Return a list item; one without an identity of its own gets a steady one."""
    return {
        "type": "item",
        "id": identity or str(uuid5(NAMESPACE_OID, f"{block}/{number}")),
        "value": value,
    }


def _parts_value(block: Block) -> dict[str, Any]:
    if block.kind in PARTS:
        name, key = PARTS[block.kind]
        rows = [part for part in block.parts if part.name == name]
        return {
            key: [
                _item(
                    block.id,
                    n,
                    {"title": p.attributes.get("title", ""), "text": to_html(p.text)},
                    p.id,
                )
                for n, p in enumerate(rows)
            ]
        }
    if block.kind == "image":
        labels = [part for part in block.parts if part.name == "label"]
        described = next((part for part in block.parts if part.name == "description"), None)
        return {
            "labels": [
                _item(
                    block.id,
                    f"label-{p.attributes['key']}",
                    {"key": p.attributes["key"], "text": p.text},
                )
                for p in labels
            ],
            "description": to_html(described.text) if described else "",
        }
    if block.kind == "video":
        said = next((part for part in block.parts if part.name == "transcript"), None)
        return {"transcript": to_html(said.text) if said else ""}
    if block.kind == "table":
        return {
            "rows": [
                _item(
                    block.id,
                    n,
                    {"cells": [_item(block.id, f"{n}-{m}", c) for m, c in enumerate(row)]},
                )
                for n, row in enumerate(table_rows(block.text))
            ]
        }
    return {}


def _text_and_parts(kind: str, value: dict[str, Any]) -> tuple[str, list[Part]]:
    text = to_markdown(value.get("text") or "") if kind in WITH_TEXT else ""
    parts: list[Part] = []
    if kind in PARTS:
        name, key = PARTS[kind]
        for row in value.get(key) or []:
            content = row["value"] if _is_item(row) else row
            identity = str(row["id"]) if _is_item(row) else None
            parts.append(
                Part(name, identity, {"title": content["title"]}, to_markdown(content["text"]))
            )
    if kind == "image":
        parts = [
            Part("label", None, {"key": r["key"]}, r["text"]) for r in items(value.get("labels"))
        ]
        if value.get("description"):
            parts.append(Part("description", None, {}, to_markdown(value["description"])))
    if kind == "video" and value.get("transcript"):
        parts = [Part("transcript", None, {}, to_markdown(value["transcript"]))]
    if kind == "table":
        text = table_text([items(row["cells"]) for row in items(value.get("rows"))])
    return text, parts

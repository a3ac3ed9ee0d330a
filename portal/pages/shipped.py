"""The texts of the site pages that come with the product: one YAML file per language.

A file maps the path of a page (``about/help``; the home page is ``home``) to ``title``,
``summary``, ``seo_title``, ``description`` and ``body``, a list of blocks. Running text is
Markdown; a link to ``/about/help/`` leads to that page in the language of the file. All languages
have the same pages, blocks and paragraphs, which is what lets translators work on them piece by
piece; a test holds them to it.
"""

import datetime
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.shared.markdown import COMMONMARK

FOLDER = Path(__file__).parent / "content"
HOME = "home"
_IDENTITY = uuid.UUID("7d1f5e0a-3b0f-5a58-9a0c-6a2f5f0f4f11")


@dataclass(frozen=True)
class ShippedPage:
    """One page of the tree: where, of which type, and what is the same in all languages."""

    path: str
    model: str
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0] or HOME


# Parents before children.
TREE: tuple[ShippedPage, ...] = (
    ShippedPage(HOME, "HomePage"),
    ShippedPage("about", "StandardPage"),
    ShippedPage("about/help", "StandardPage"),
    ShippedPage("about/what-we-store", "StandardPage"),
    ShippedPage("about/accessibility", "StandardPage"),
    ShippedPage("about/handling-labels", "StandardPage"),
    ShippedPage("news", "NewsIndexPage"),
    ShippedPage("news/first-course", "NewsPage", {"date": datetime.date(2026, 11, 21)}),
    ShippedPage("events", "EventIndexPage"),
)


@lru_cache
def texts(language: str) -> dict[str, Any]:
    """Return path → texts of one language. Raises FileNotFoundError for a language without any."""
    source = (FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(source))


def identity(*parts: object) -> str:
    """Return the UUID of a page or block: the same on every site and in every language."""
    return str(uuid.uuid5(_IDENTITY, "/".join(str(part) for part in parts)))


def rich(markdown: str, language: str, page_ids: dict[str, int]) -> str:
    """Return Markdown as Wagtail stores rich text; own paths become links to pages."""
    tokens = COMMONMARK.parse(markdown.strip())
    for token in tokens:
        for child in token.children or []:
            if child.type == "link_open":
                href = str(child.attrs["href"])
                if href.strip("/") in page_ids:
                    child.attrs = {"linktype": "page", "id": page_ids[href.strip("/")]}
                elif href.startswith("/"):
                    child.attrs = {"href": f"/{language}{href}"}
    html: str = COMMONMARK.renderer.render(tokens, COMMONMARK.options, {})
    for written, stored in ((">\n<", "><"), ("<strong>", "<b>"), ("</strong>", "</b>")):
        html = html.replace(written, stored)
    return html.strip()


def body(path: str, language: str, page_ids: dict[str, int]) -> list[dict[str, Any]]:
    """Return the blocks of a page as StreamField data."""
    blocks = []
    for index, block in enumerate(texts(language)[path].get("body", [])):
        ((kind, value),) = block.items()
        made = _Block((path, index), language, page_ids).value(kind, value)
        blocks.append({"type": kind, "value": made, "id": identity(path, index)})
    return blocks


@dataclass(frozen=True)
class _Block:
    """Turns one block of a file into StreamField data."""

    place: tuple[Any, ...]
    language: str
    page_ids: dict[str, int]

    def rich(self, markdown: str) -> str:
        return rich(markdown, self.language, self.page_ids)

    def items(self, values: list[Any], *place: Any) -> list[dict[str, Any]]:
        return [
            {"type": "item", "value": value, "id": identity(*self.place, *place, at)}
            for at, value in enumerate(values)
        ]

    def target(self, path: str) -> dict[str, Any]:
        page = self.page_ids.get(path.strip("/"))
        return {"page": page, "address": "" if page else path}

    def value(self, kind: str, value: Any) -> Any:
        match kind:
            case "text":
                return self.rich(value)
            case "callout":
                return value | {"text": self.rich(value["text"])}
            case "table":
                rows = [
                    {"cells": self.items([self.rich(cell) for cell in row], at)}
                    for at, row in enumerate(value["rows"])
                ]
                return value | {"rows": self.items(rows)}
            case "accordion":
                parts = [part | {"text": self.rich(part["text"])} for part in value]
                return {"items": self.items(parts)}
            case "links":
                links = [self._linked(link) for link in value["links"]]
                return {"title": value.get("title", ""), "links": self.items(links)}
            case "cards":
                cards = [self._linked(card) for card in value["cards"]]
                return {"title": value.get("title", ""), "cards": self.items(cards)}
        raise ValueError(f"no block of kind {kind}")

    def _linked(self, part: dict[str, Any]) -> dict[str, Any]:
        rest = {key: text for key, text in part.items() if key != "to"}
        return rest | self.target(part.get("to", ""))

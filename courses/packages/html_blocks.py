"""Reads rich text as Draftail stores it into flat blocks of runs. Pure."""

from collections.abc import Callable, Mapping
from html.parser import HTMLParser

from courses.packages.inline import ADDRESS, Run, settle

_BLOCKS = {"p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_STYLES = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "dfn": "term"}
_IGNORED = frozenset({"script", "style", "template"})


class BlockParser(HTMLParser):
    """Collects ``blocks``: (kind, depth, runs). Unknown elements leave their text behind."""

    def __init__(self, address: Callable[[Mapping[str, str]], str | None]):
        super().__init__(convert_charrefs=True)
        self.address = address
        self.blocks: list[tuple[str, int, list[Run]]] = []
        self.runs: list[Run] = []
        self.kind: tuple[str, int] | None = None
        self.lists: list[str] = []
        self.quotes = 0
        self.styles: dict[str, int] = dict.fromkeys(_STYLES.values(), 0)
        self.links: list[str | None] = []
        self.ignored = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _IGNORED:
            self.ignored += 1
        elif tag in _STYLES:
            self.styles[_STYLES[tag]] += 1
        elif tag == "a":
            found = self.address({name: value or "" for name, value in attrs})
            self.links.append(found if found and ADDRESS.fullmatch(found) else None)
        elif tag == "br":
            self.handle_data("\n")
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists.append(tag)
        elif tag == "li":
            self.flush()
            depth = min(max(len(self.lists) - 1, 0), 1)
            self.kind = (self.lists[-1] if self.lists else "ul", depth)
        elif tag == "blockquote":
            self.flush()
            self.quotes += 1
        elif tag in _BLOCKS and not self.is_new_item():
            self.flush()
            self.kind = ("blockquote" if self.quotes else _BLOCKS[tag], 0)

    def is_new_item(self) -> bool:
        """Whether a list item has just begun: a paragraph in it is the item itself."""
        return self.kind is not None and self.kind[0] in ("ul", "ol") and not self.runs

    def handle_endtag(self, tag: str) -> None:
        if tag in _IGNORED:
            self.ignored = max(self.ignored - 1, 0)
        elif tag in _STYLES:
            name = _STYLES[tag]
            self.styles[name] = max(self.styles[name] - 1, 0)
        elif tag == "a":
            self.links = self.links[:-1]
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists = self.lists[:-1]
        elif tag == "blockquote":
            self.flush()
            self.quotes = max(self.quotes - 1, 0)
        elif tag in _BLOCKS or tag == "li":
            self.flush()

    def handle_data(self, data: str) -> None:
        if self.ignored or (self.kind is None and not data.strip()):
            return
        if self.kind is None:
            self.kind = ("blockquote" if self.quotes else "p", 0)
        href = next((link for link in reversed(self.links) if link), None)
        on = {name: count > 0 for name, count in self.styles.items()}
        text = data if data == "\n" else data.replace("\n", " ")
        self.runs.append(Run(text, on["strong"], on["em"], on["term"], href))

    def flush(self) -> None:
        """End the block that is open."""
        if self.kind is not None:
            runs = settle(self.runs, breaks=self.kind[0][0] != "h")
            if runs:
                self.blocks.append((*self.kind, runs))
        self.runs, self.kind = [], None

    def close(self) -> None:
        super().close()
        self.flush()

"""Markdown of members as HTML: no HTML of theirs passes, and what comes out is cleaned. Pure."""

from markdown_it import MarkdownIt

from portal.shared.html import clean

_MD = MarkdownIt("commonmark", {"html": False}).disable(["image"])


def to_html(text: str) -> str:
    """Return cleaned HTML, ready for ``portal.shared.html.cleaned``."""
    return clean(_MD.render(text)).strip()

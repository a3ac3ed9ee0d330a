"""Markdown of people made into clean HTML. What it does not know stays text.

CommonMark and tables; HTML in it is text, pictures are left out, headings begin below those of
the page.
"""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.shared.html import clean

_MD = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_inline"])
_MD.disable("html_block")
_LOWEST = 4  # of headings


def _lower(token: Token) -> Token:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(_LOWEST, int(token.tag[1]) + 1)}"
    return token


def to_html(text: str) -> str:
    """Return the HTML of Markdown, cleaned; ``portal.shared.html.cleaned`` shows it. Never raises
    for any text."""
    tokens = [_lower(token) for token in _MD.parse(text)]
    return clean(_MD.renderer.render(tokens, _MD.options, {}))

"""The Markdown of texts that people write on the site: CommonMark, no HTML in it."""

from markdown_it import MarkdownIt

from portal.shared.html import clean

# Shipped pages are written in plain CommonMark.
COMMONMARK = MarkdownIt("commonmark", {"html": False})
# Posts: a line is a line, tables are tables, addresses become links when the text is cleaned.
_POSTS = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


def to_html(source: str) -> str:
    """Return the cleaned HTML of what a person wrote. Headings begin below those of the page.

    Never raises for any text.
    """
    tokens = _POSTS.parse(source)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        for name in list(token.attrs):
            if name == "style":  # how a column of a table is aligned: our policy has no styles
                del token.attrs[name]
    return clean(_POSTS.renderer.render(tokens, _POSTS.options, {}))


def quoted(source: str) -> str:
    """Return a text as a quotation in Markdown."""
    return "\n".join(f"> {line}".rstrip() for line in source.strip().splitlines())

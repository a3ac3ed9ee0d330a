"""Which texts of the code a person sees: read from Python, templates and TypeScript.

Needs Babel and Django, but no gettext programs and no configured settings.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "courses", "community")
DOMAINS = ("django", "djangojs")

# Function: which of its arguments are texts (Babel's notation; "c" marks the context).
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def _python_source(path: Path) -> bytes:
    """Return Python as it is, and a template as lines that hold nothing but its texts."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    # What is no text becomes a run of X; its indentation would not be Python.
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def sources(domain: str, root: Path = ROOT) -> Iterator[Path]:
    """Yield the files of one domain: Python and templates, or TypeScript."""
    if domain == "djangojs":
        yield from sorted(
            path
            for path in (root / "static" / "src").rglob("*.ts")
            if not path.name.endswith((".test.ts", ".d.ts"))
        )
        return
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            code = path.suffix == ".py" and "migrations" not in path.parts
            template = path.suffix in {".html", ".txt"} and "templates" in path.parts
            if code or template:
                yield path


def texts(domain: str, root: Path = ROOT) -> Catalog:
    """Return a catalogue with every text of one domain and the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    method = "javascript" if domain == "djangojs" else "python"
    for path in sources(domain, root):
        content = path.read_bytes() if domain == "djangojs" else _python_source(path)
        found = extract(
            method, BytesIO(content), keywords=KEYWORDS, comment_tags=("Translators:",),
            options={"encoding": "utf-8"}, strip_comment_tags=True,
        )  # fmt: skip
        name = path.relative_to(root).as_posix()
        for _line, message, comments, context in found:
            if message and any(message):
                catalogue.add(
                    message, locations=[(name, 1)], auto_comments=comments, context=context
                )
    return catalogue

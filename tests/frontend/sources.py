"""Where the front end's sources and built files are, for the tests beside this file."""

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
DIST = STATIC / "dist"
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def style_sheets() -> dict[str, str]:
    """Return every style sheet by its name, comments taken out."""
    return {
        str(path.relative_to(STATIC / "css")): COMMENT.sub("", path.read_text(encoding="utf-8"))
        for path in sorted((STATIC / "css").rglob("*.css"))
    }


def scripts() -> dict[str, str]:
    """Return every TypeScript source that reaches a browser (no tests), by its name."""
    src = STATIC / "src"
    return {
        str(path.relative_to(src)): path.read_text(encoding="utf-8")
        for path in sorted([*src.rglob("*.ts"), *src.rglob("*.tsx")])
        if ".test." not in path.name and "testing" not in path.parts
    }


def page_templates() -> dict[str, str]:
    """Return every template of a page by its name; mails and the studio's own are not pages."""
    found = {}
    for app in ("portal", "courses"):
        folder = ROOT / app / "templates"
        for path in sorted(folder.rglob("*.html")):
            if "email" not in path.parts and not path.name.startswith("studio_"):
                found[str(path.relative_to(folder))] = path.read_text(encoding="utf-8")
    return found


def compressed(path: Path) -> int:
    """Return the size of a file in bytes as a browser receives it."""
    return len(gzip.compress(path.read_bytes(), 9))


def manifest() -> dict[str, dict]:
    """Return the list of built files; without a build the test fails and says what to do."""
    path = DIST / "manifest.json"
    if not path.exists():
        pytest.fail("The front end is not built: run `npm run build` in static/.")
    return json.loads(path.read_text(encoding="utf-8"))

"""Bytes of a first visit, compressed, as ux.md section 9 promises them."""

import gzip

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from portal.project.styleguide import samples
from tests.frontend.sources import DIST, compressed, manifest

KILOBYTE = 1000
CSS = 20 * KILOBYTE
SCRIPT = 40 * KILOBYTE
HTML = 30 * KILOBYTE


SEALED = "src/community/chat/index.tsx"  # on pages of its own, see test_library.py


def everywhere() -> dict[str, dict]:
    """The built files but those of the messages alone."""
    return {
        name: entry
        for name, entry in manifest().items()
        if name != SEALED and entry["file"] not in manifest()[SEALED].get("assets", [])
    }


def test_style_sheet_stays_within_its_budget():
    sheets = {css for entry in everywhere().values() for css in entry.get("css", [])}
    assert len(sheets) == 1
    assert sum(compressed(DIST / css) for css in sheets) <= CSS


def test_all_scripts_together_stay_within_their_budget():
    files = {entry["file"] for entry in everywhere().values() if entry["file"].endswith(".js")}
    assert sum(compressed(DIST / file) for file in files) <= SCRIPT


def test_all_entries_are_built():
    assert {"src/main.ts", "src/courses/player.ts", SEALED} <= manifest().keys()


def test_no_font_or_picture_is_built():
    kinds = {path.suffix for path in DIST.rglob("*") if path.is_file()}
    assert kinds <= {".js", ".css", ".json", ".wasm"}


def test_library_for_partials_is_loaded_only_where_it_is_used():
    entry = manifest()["src/main.ts"]
    loaded = [entry["file"], *(manifest()[key]["file"] for key in entry.get("imports", []))]
    assert sum(compressed(DIST / file) for file in loaded) <= 5 * KILOBYTE
    assert "src/portal/partials.ts" in entry["dynamicImports"]


@pytest.mark.parametrize("code", ["en", "ar", "ru", "zh-hans"])
def test_page_with_every_component_stays_within_the_budget_of_html(code):
    request = RequestFactory().get(f"/{code}/styleguide/")
    request.user = AnonymousUser()
    with translation.override(code):
        page = render_to_string("portal/styleguide.html", samples(code), request=request)
    assert len(gzip.compress(page.encode(), 9)) <= HTML

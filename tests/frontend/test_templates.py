"""Rules every page template keeps: nothing inline, icons and partials exist."""

import re

import pytest

from portal.templatetags.icons import ICONS, MIRRORED
from tests.frontend.sources import ROOT, STATIC, page_templates, style_sheets

TEMPLATES = page_templates()
TAG = re.compile(r"<[a-zA-Z][^<>]*(?:\{%[^%]*%\}[^<>]*)*>")
PARTIAL = re.compile(r'"(portal/components/[\w-]+\.html)"')


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_has_nothing_inline(name):
    """The content policy blocks inline styles, scripts and handlers; none may be written."""
    for tag in TAG.findall(TEMPLATES[name]):
        assert not re.search(r"\sstyle\s*=", tag), tag
        assert not re.search(r"\son[a-z]+\s*=", tag), tag
        assert not re.search(r"\s(?:data-)?hx-on", tag), tag
        assert "javascript:" not in tag, tag
    assert "<style" not in TEMPLATES[name]
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/)", TEMPLATES[name])


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_uses_icons_that_exist(name):
    used = set(re.findall(r'\{% icon "([^"]+)"', TEMPLATES[name]))
    assert used - ICONS.keys() == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_uses_partials_that_exist(name):
    folder = ROOT / "portal" / "templates"
    missing = [path for path in PARTIAL.findall(TEMPLATES[name]) if not (folder / path).exists()]
    assert missing == []


def test_every_partial_says_what_it_takes():
    for name, text in TEMPLATES.items():
        is_part = name.startswith("portal/components/") and "/frame_tools" not in name
        if is_part and "/frame_footer" not in name:
            assert text.startswith("{% comment %}"), name


def test_every_partial_stands_on_the_pattern_page_or_in_the_frame():
    shown = "".join(
        text for name, text in TEMPLATES.items() if "styleguide" in name or "/base" in name
    )
    inner = "".join(text for name, text in TEMPLATES.items() if "/components/" in name)
    for name in TEMPLATES:
        if name.startswith("portal/components/"):
            assert f'"{name}"' in shown or f'"{name}"' in inner, name


def test_icons_that_are_mirrored_exist():
    assert MIRRORED - ICONS.keys() == set()


def test_figure_colours_of_the_pack_format_all_have_a_class():
    css = "\n".join(style_sheets().values())
    names = "ink muted brand accent ok warn bad line surface sunken selected"
    for name in names.split():
        assert f".fill-{name} " in css
        assert f".stroke-{name} " in css


def test_components_list_names_only_classes_that_exist():
    listed = (STATIC / "COMPONENTS.md").read_text(encoding="utf-8")
    css = "\n".join(style_sheets().values())
    html = "\n".join(TEMPLATES.values())
    for names in re.findall(r'class="([a-z][a-z -]*)"', listed):
        for name in names.split():
            family = name.rpartition("-")[0] + "-{{"  # callout-law is written callout-{{ tone }}
            assert f".{name}" in css or name in html or family in html, name

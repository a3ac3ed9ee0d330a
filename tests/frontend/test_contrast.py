"""Contrast of every colour pair, computed from tokens.css with the formula of WCAG 2.2."""

import re

import pytest

from tests.frontend.sources import style_sheets

TOKENS = style_sheets()["tokens.css"]
GROUNDS = ("bg", "surface", "sunken", "selected")
TEXT = ("ink", "muted", "brand", "link", "brand-strong", "visited", "accent", "ok", "warn", "bad")
TLP = ("tlp-red", "tlp-amber", "tlp-green", "tlp-clear")


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", block))


def blocks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Light, dark by the device's wish, dark by the reader's choice."""
    light = re.search(r":root \{(.*?)\}", TOKENS, re.S)
    device = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', TOKENS, re.S)
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', TOKENS, re.S)
    assert light
    assert device
    assert chosen
    return colours(light[1]), colours(device[1]), colours(chosen[1])


LIGHT, DARK, CHOSEN = blocks()
THEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition of that name)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_twenty_one():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", TEXT)
def test_text_token_is_readable_on_every_ground(theme, token):
    palette = THEMES[theme]
    worst = min(contrast(palette[token], palette[ground]) for ground in GROUNDS)
    assert worst >= 4.5, f"{token} has {worst:.2f} in {theme}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["control", "focus"])
def test_border_and_focus_ring_are_seen_on_every_ground(theme, token):
    palette = THEMES[theme]
    assert min(contrast(palette[token], palette[ground]) for ground in GROUNDS) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["brand", "brand-strong"])
def test_text_on_primary_button_is_readable(theme, ground):
    palette = THEMES[theme]
    assert contrast(palette["on-brand"], palette[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_on_pressed_danger_button_is_readable(theme):
    assert contrast(THEMES[theme]["bg"], THEMES[theme]["bad"]) >= 4.5


@pytest.mark.parametrize("label", TLP)
def test_handling_label_is_readable_on_its_own_ground(label):
    palette = colours(TOKENS)
    assert contrast(palette[label], palette["tlp-ground"]) >= 4.5


def test_dark_by_device_and_dark_by_choice_are_the_same():
    assert DARK == CHOSEN


def test_every_light_colour_has_a_dark_one():
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize(
    ("theme", "token", "figures"),
    [
        ("light", "ink", (16.5, 15.3, 14.1, 13.6)),
        ("light", "accent", (6.0, 5.6, 5.2, 5.0)),
        ("light", "control", (4.4, 4.1, 3.8, 3.6)),
        ("dark", "ink", (15.3, 13.6, 16.2, 9.9)),
        ("dark", "muted", (8.7, 7.8, 9.2, 5.7)),
        ("dark", "focus", (12.5, 11.1, 13.2, 8.1)),
    ],
)
def test_figures_of_the_design_hold(theme, token, figures):
    palette = THEMES[theme]
    measured = [contrast(palette[token], palette[ground]) for ground in GROUNDS]
    assert measured == pytest.approx(figures, abs=0.06)

"""The terms: complete in every language, and unchanged once released."""

import re

import pytest

from portal.languages.table import CODES
from portal.shared import clock
from portal.vetting import terms
from tests import people
from tests.vetting.applications import application

# What was released must never change: people accepted exactly these words. For new words make a
# new version; only then add its digests here.
RELEASED: dict[tuple[str, str], str] = {
    ("2026-11", "en"): "79600a273275ded41b01b3a4725bf5d989edf55c34fab1ae9e5f48d1017ccb70",
    ("2026-11", "fr"): "5c8ea9db1734248d70c59c5f1d0b305de9c3f102f49560b26488c42a2539da67",
    ("2026-11", "es"): "762f6e0efdd5de772af15bd451fe67416bc257c356665d3f24f6b9220d0db0b3",
    ("2026-11", "ru"): "a9e111a5e1498bd9863e3b7e5d28bd35be1e10f842842c380e919bae5cce6332",
    ("2026-11", "ar"): "7ca6cbe6606a7f4f5f24ada873a745bf21f4f3db70a463ab1e9bf82e77bb9454",
    ("2026-11", "zh-hans"): "037606fe8776df81a3b4c6483113a90c9a628766a97422eefc1d3a0ee14b0ac3",
    ("2026-11", "uk"): "3983a61651499d4ee392c2f948b971c5d1751a137d2012091f04d438a0e807ca",
}
WORD = re.compile(r"\w+(?:[’'+:-]\w+)*")


@pytest.mark.parametrize("language", CODES)
def test_text_of_version_in_force_exists(language: str) -> None:
    assert len(terms.text(terms.CURRENT, language)) > 300


def test_released_texts_have_not_changed() -> None:
    now = {(v, code): terms.digest(v, code) for v in terms.versions() for code in CODES}
    assert now == RELEASED


@pytest.mark.parametrize("language", CODES)
def test_text_is_short_and_has_the_same_parts(language: str) -> None:
    parts = terms.parts(terms.CURRENT, language)
    english = terms.parts(terms.CURRENT, "en")
    assert [part.kind for part in parts] == [part.kind for part in english]
    assert [len(part.lines) for part in parts] == [len(part.lines) for part in english]
    text = terms.text(terms.CURRENT, language)
    size = len(text) / 2.2 if language == "zh-hans" else len(WORD.findall(text))
    assert size <= 500


@pytest.mark.parametrize("language", CODES)
def test_labels_are_never_translated(language: str) -> None:
    text = terms.text(terms.CURRENT, language)
    for label in ("TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"):
        assert label in text


@pytest.mark.parametrize("language", CODES)
def test_text_has_no_markup_and_no_direction_marks(language: str) -> None:
    text = terms.text(terms.CURRENT, language)
    assert not re.search("[<>\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert "\r" not in text


@pytest.mark.parametrize(
    ("version", "language"), [("2026-11", "xx"), ("1999-01", "en"), ("../2026-11", "en")]
)
def test_unknown_version_or_language_is_refused(version: str, language: str) -> None:
    with pytest.raises(KeyError):
        terms.text(version, language)


@pytest.mark.django_db
def test_consent_is_needed_until_version_in_force_was_accepted() -> None:
    user = people.person()
    assert terms.needs_consent(user)
    row = application(user, terms_version="2020-01", terms_accepted_at=clock.now())
    assert terms.needs_consent(user)
    row.terms_version = terms.CURRENT
    row.save()
    assert not terms.needs_consent(user)

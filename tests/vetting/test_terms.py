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
    ("2026-11", "fr"): "19e4bb6074265b995531c508ecfffe4a32d4050899bcbea41a8e76d61119cf1e",
    ("2026-11", "es"): "b29a75b3dab700c2f0205a18986e701ec7a82d4f8fb5af4f9330457606940fb6",
    ("2026-11", "ru"): "1302bff0b4e05591b94a477bddc37c439900f90c0d6db08de64b7eda9108c6a0",
    ("2026-11", "ar"): "5cb5e75eed1b2ca6f297d4964993814d1d14222da8542fd23ac2cff380f68983",
    ("2026-11", "zh-hans"): "c3b0d49298cbe9870c0523c769d0e6f4ad4f50d9f09e4197642423595860d383",
    ("2026-11", "uk"): "acdae98a49fff4e8fbf15f3aafe29e076a9265fbea19dc44f193a07ff4b2fb32",
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

"""The words of the sealed screens: all there, none too many, right in every language."""

import re
from pathlib import Path

import pytest
from babel.core import Locale
from django.utils import translation

from community.sealed import icons, words_plural
from community.sealed.words import TEXT, page_words
from community.sealed.words_emoji import EMOJI
from community.sealed.words_errors import ERRORS
from community.sealed.words_export import EXPORT
from portal.languages.table import CODES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "static" / "src" / "community"
DESIGN = {
    # messaging.md 4.4, to the letter: a few of them, so that none is changed unnoticed
    "hole": ("Messages are missing here.", "Fetch them again"),
    "key-missing": (
        "The key for this message did not reach this device.",
        "Ask {name} to send it again",
    ),
    "member-unsigned": (
        (
            "The server lists {name} as a member, but no host has signed this. {name} receives no "
            "keys."
        ),
        "Tell the hosts",
    ),
    "identity-changed": (
        (
            "{name}'s security identity has changed. Nothing is sent to this room until this is "
            "checked."
        ),
        "Check now",
    ),
    "signed-out": (
        "You have been signed out. Unsent messages are kept, sealed, on this device.",
        "Sign in",
    ),
}
LITERAL = re.compile(r"['\"`]([A-Za-z][\w+-]*)['\"`]")
FAMILY = re.compile(r"`([\w-]*)\$\{[^}`]+\}([\w-]*)`")
CALL = re.compile(r"\b(t|tx|plain|tn)\(\s*'([\w+-]+)'")


def sources() -> dict[str, str]:
    """Return every script of the screens by its name, tests left out."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((SCRIPTS / "chat").glob("*.ts*"))
        if ".test." not in path.name
    }


SOURCES = sources()
EVERYTHING = "\n".join(SOURCES.values())


def test_scripts_are_found():
    assert len([name for name in SOURCES if name.endswith(".tsx")]) > 50


def test_every_word_that_is_asked_for_is_there():
    asked = set(CALL.findall(EVERYTHING))
    assert {key for call, key in asked if call != "tn"} - TEXT.keys() == set()
    assert {key for call, key in asked if call == "tn"} - words_plural.SENTENCES.keys() == set()


def test_no_word_is_there_for_nothing():
    literals = set(LITERAL.findall(EVERYTHING))
    families = [
        re.compile(f"{before}.+{after}")
        for before, after in FAMILY.findall(EVERYTHING)
        if len(before + after) > 2
    ]
    unused = [
        key
        for key in TEXT
        if key not in literals and not any(family.fullmatch(key) for family in families)
    ]
    # keys of faults of the form of a room are put together from the names of its fields
    assert [key for key in unused if not re.fullmatch(r"form-\w+-missing", key)] == []
    assert words_plural.SENTENCES.keys() - literals == set()


def test_words_of_the_transcript_are_those_its_page_asks_for():
    page = SOURCES["export-html.ts"]
    whole = set(re.findall(r"'(export-[\w-]+)'", page))
    interface = (SCRIPTS / "crypto" / "interface.ts").read_text(encoding="utf-8")
    unions = {
        "role": re.search(r"type Role =(.*?)\n", interface)[1],
        "gone": re.search(r"gone: \{ why:(.*?);", SOURCES["parts.ts"])[1],
        "change": re.search(r"  change:(.*?)\n  user", SOURCES["parts.ts"], re.S)[1],
        "kind": re.sub(
            r"(?m)^  (\w+):.*$",
            r"'\1'",
            re.search(r"const KINDS: .*? = \{\n(.*?)\n\}", SOURCES["content.ts"], re.S)[1],
        ),
    }
    for family, union in unions.items():
        assert f"`export-{family}-${{" in page
        whole |= {f"export-{family}-{one}" for one in re.findall(r"'(\w+)'", union)}
    assert whole == EXPORT.keys()


def test_every_problem_of_the_engine_has_its_sentence_and_its_button():
    interface = (SCRIPTS / "crypto" / "interface.ts").read_text(encoding="utf-8")
    union = re.search(r"export type ProblemCode =(.*?)\n\n", interface, re.S)
    assert union
    codes = set(re.findall(r"'([\w-]+)'", union[1]))
    assert codes == ERRORS.keys()
    actions = (SCRIPTS / "chat" / "errors.ts").read_text(encoding="utf-8")
    table = re.search(r"ACTIONS: .*?= \{(.*?)\n\}", actions, re.S)
    assert table
    assert set(re.findall(r"^  '?([\w-]+)'?:", table[1], re.M)) == codes


@pytest.mark.parametrize("code", DESIGN)
def test_sentence_of_a_problem_is_that_of_the_design(code):
    with translation.override("en"):
        assert tuple(str(text) for text in ERRORS[code]) == DESIGN[code]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "may-not-be-posted",
            (
                "Do not post classified information here. Do not post evidence, or anything that your "
                "law requires to go through an official channel. Official requests stay official: "
                "agree here who sends them, then send them through your authority's channel."
            ),
        ),
        (
            "key-keep",
            (
                "Write this key down and keep it apart from your device. Without it, and without "
                "another device of yours, nobody can bring your messages back, including us."
            ),
        ),
        (
            "sign-out-text",
            (
                "Signing out removes the keys from this browser. You will need your recovery key or "
                "another device of yours to read sealed messages here again."
            ),
        ),
        ("history-protected", "History protected on this device"),
        ("history-not-protected", "Not protected – fix"),
    ],
)
def test_binding_sentences_are_those_of_the_design(key, sentence):
    with translation.override("en"):
        assert str(TEXT[key]) == sentence


def test_honest_sentences_together_are_those_of_the_design():
    with translation.override("en"):
        said = f"{TEXT['protects']} {TEXT['cannot-protect']}"
    assert said == (
        "This protects your messages if the database is stolen, if a backup leaks or if an "
        "administrator is curious. It cannot protect you if this site is changed to send your "
        "browser altered program code."
    )


def test_banner_names_the_number_of_people():
    with translation.override("en"):
        forms = words_plural.forms()["sealed-room"]
    assert forms["other"] == (
        "Sealed room. Only the {n} people listed can read what is written here. The operators of "
        "this site cannot."
    )
    assert forms["one"] != forms["other"]


@pytest.mark.parametrize("language", CODES)
def test_every_plural_category_of_the_language_has_a_sentence(language):
    with translation.override(language):
        forms = words_plural.forms()
    rule = Locale.parse(language.split("-")[0]).plural_form
    needed = set(rule.tags) | {"other"}
    for key, sentences in forms.items():
        # categories of fractions cannot happen: everything is counted in whole numbers
        assert sentences.keys() >= {category for category in needed if _counts(rule, category)}, key


def _counts(rule, category: str) -> bool:
    return any(rule(number) == category for number in (*range(1001), 1_000_000))


def test_a_check_has_sixty_four_words_that_differ():
    with translation.override("en"):
        words = [str(word) for word in EMOJI]
    assert len(words) == 64
    assert len(set(words)) == 64
    assert (words[0], words[17], words[34], words[63]) == ("Dog", "Cactus", "Spanner", "Pin")


def test_every_icon_that_is_asked_for_is_drawn_and_none_is_carried_for_nothing():
    asked = set(re.findall(r"(?:icon=|Icon name=)\"([\w-]+)\"", EVERYTHING))
    tables = re.findall(r"ICONS\b[^=]*= \{(.*?)\}", EVERYTHING, re.S)
    asked |= {name for table in tables for name in re.findall(r": '([\w-]+)'", table)}
    drawn = icons.drawn().keys()
    assert len(tables) >= 4
    assert asked - drawn == set()
    assert drawn - set(LITERAL.findall(EVERYTHING)) == set()
    assert set(icons.mirrored()) <= drawn


@pytest.mark.parametrize("language", CODES)
def test_page_has_no_text_missing_in_any_language(language):
    with translation.override(language):
        words = page_words()
    assert words["text"].keys() == TEXT.keys()
    assert all(words["text"].values())
    assert len(words["emoji"]) == 64
    assert {"HR", "SN", "XK"} <= words["countries"].keys()
    assert words["notes"].keys() == {"XK"}


def test_screens_bring_no_text_of_their_own():
    """Between tags of a screen stands an expression or a mark, never a word."""
    for name, text in SOURCES.items():
        if not name.endswith(".tsx"):
            continue
        for words in re.findall(r">([^<>{}=;()]*[A-Za-z]{2,}[^<>{}=;()]*)</", text):
            assert re.fullmatch(r"\s*TLP:\s*", words), f"{name}: {words}"

"""The keys of a pack's files and what may stand in them (FORMAT.md). Pure.

The closed lists repeat ``courses.catalogue.kinds``, which needs Django; a test compares them.
"""

import re
from typing import Any

from courses.packages.fields import (
    BAD,
    CODE,
    KEY,
    LANGUAGE,
    MONTH,
    REGION,
    SLUG,
    Check,
    Field,
    bad,
    by_language,
    choice,
    flag,
    fraction,
    identity,
    is_identity,
    list_of,
    mapping,
    optional,
    paragraphs,
    pattern,
    translated,
    uuid,
    whole,
    words,
)
from courses.packages.report import Place
from courses.packages.sources import SourceError, parse_sources, write_sources
from courses.progress.leaves import UnknownRule, validate

LEVELS = ("foundation", "intermediate", "advanced")
DELIVERIES = ("self-paced", "blended", "instructor")
ACCESS = ("public", "courier", "learner", "member", "restricted")
LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
TOPICS = (
    "law", "offences", "detection", "identification", "tracing", "investigation", "finance",
    "ammunition", "cooperation", "data", "prevention",
)  # fmt: skip
LESSON_KINDS = ("self-paced", "live-session", "practice", "test")
QUESTION_KINDS = ("single", "multiple", "truefalse", "numeric", "match", "order")
CLASSES = ("practice", "test", "transfer")

_language = pattern(LANGUAGE, "a language code such as zh-hans")
_code = pattern(CODE, "a code such as C1 or C1-Q04")
_key = pattern(KEY, "a key (lower-case letters, digits, dots and hyphens)")
_month = pattern(MONTH, "a month such as 2026-11")


def _format(value: Any, place: Place) -> Any:
    if value != 1 or isinstance(value, bool):
        return bad(place, "this program reads packs of format 1 only")
    return 1


def _rule(value: Any, place: Place) -> Any:
    if value in ("all", "any"):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    return bad(place, "must be all, any or a number")


def _complete(value: Any, place: Place) -> Any:
    try:
        validate(value)
    except UnknownRule as error:
        return bad(place, str(error))
    return value


def sources_text(value: Any, place: Place) -> Any:
    """Sources in one text, in the canonical form."""
    value = words(value, place)
    if value is BAD:
        return BAD
    try:
        return write_sources(parse_sources(value))
    except SourceError as error:
        return bad(place, str(error))


_outcomes = list_of(mapping(Field("id", _key), Field("text", words)), least=1)

pack = mapping(
    Field("pack", _format),
    Field("family", uuid),
    Field("code", _code),
    Field("source", _language),
    Field("languages", list_of(_language, least=1)),
    Field("regions", list_of(pattern(REGION, "a region code")), default=[]),
    Field("licence", words),
    Field("release_notes", optional(paragraphs), default=None),
)

COURSE = (
    Field("title", words, translated=True),
    Field("slug", pattern(SLUG, "a slug such as firearms-protocol")),
    Field("summary", words, translated=True),
    Field("audience", words, translated=True),
    Field("outcomes", _outcomes, translated=True),
    Field("level", choice(*LEVELS)),
    Field("delivery", choice(*DELIVERIES)),
    Field("minutes", whole(1, 100_000)),
    Field("pillars", list_of(whole(1, 5)), default=[]),
    Field("topics", list_of(choice(*TOPICS)), default=[]),
    Field("access", choice(*ACCESS)),
    Field("label", choice(*LABELS), default="TLP:CLEAR"),
    Field("opens", list_of(_code), default=[]),
    Field("needs", list_of(_code), default=[]),
    Field("pass_mark", whole(0, 100)),
    Field("edition", _month),
    Field("review_due", optional(_month), default=None),
    Field("certificate_months", whole(1, 600, none=True), default=None),
)
MODULE = (
    Field("title", words, translated=True),
    Field("outcomes", list_of(_key), default=[]),
    Field("rule", _rule, default="all"),
)
LESSON = (
    Field("title", words, translated=True),
    Field("minutes", whole(1, 600)),
    Field("kind", choice(*LESSON_KINDS), default="self-paced"),
    Field("complete", _complete, default="viewed"),
)
_LEVELS = {"course": COURSE, "module": MODULE, "lesson": LESSON}


def front_matter(level: str, *, source: bool, region: bool = False) -> Check:
    """Return the check of the front matter of a course, module or lesson file."""
    rows = [] if region else list(_LEVELS[level]) if source else translated(_LEVELS[level])
    return mapping(Field("pack", _format), Field(level, identity), *rows)


media = mapping(Field("credit", words), Field("licence", words))

_why = Field("why", by_language())
_text = Field("text", by_language())
_id = Field("id", _key)
_share = Field("fraction", fraction)
_decimal = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?(?:/[1-9]\d{0,5})?", re.ASCII)
_value = pattern(_decimal, "a number such as 122 or 0.5")


def _explained_by(value: Any, place: Place) -> Any:
    value = words(value, place)
    if value is BAD:
        return BAD
    lesson, sign, block = value.rpartition("@")
    if is_identity(value) or (sign and is_identity(lesson) and is_identity("@" + block)):
        return value
    return bad(place, f"“{value[:80]}” is neither @lesson@block nor a UUID")


def _kind_fields(kind: str) -> list[Field]:
    if kind == "single":
        return [Field("options", list_of(mapping(_id, _share, _text, _why), least=2))]
    if kind == "multiple":
        options = Field("options", list_of(mapping(_id, _share, _text, _why), least=2))
        return [Field("all_or_nothing", flag, drop=False), options]
    if kind == "truefalse":
        return [Field("options", list_of(mapping(_id, _share, _why), least=2))]
    if kind == "numeric":
        entry = mapping(_id, Field("value", _value), Field("tolerance", _value, "0"), _share, _why)
        return [
            Field("accept", list_of(entry, least=1)),
            Field("otherwise", mapping(_why)),
            Field("unit", by_language(), drop=None),
        ]
    if kind == "match":
        rows = Field("rows", list_of(mapping(_id, Field("match", _key), _text, _why), least=2))
        return [rows, Field("choices", list_of(mapping(_id, _text), least=2))]
    items = Field("items", list_of(mapping(_id, _text, _why), least=2))
    return [Field("marking", choice("all", "neighbours"), "all"), items]


def _question(kind: str) -> Check:
    settings, *parts = _split_settings(_kind_fields(kind))
    return mapping(
        Field("id", identity),
        Field("code", _code),
        Field("kind", choice(*QUESTION_KINDS)),
        Field("module", identity, drop=None),
        Field("class", choice(*CLASSES), default="practice"),
        Field("difficulty", whole(1, 5), default=2),
        Field("tags", list_of(_key), default=[]),
        Field("outcomes", list_of(_key), default=[]),
        Field("sources", sources_text, drop=None),
        Field("explained_by", _explained_by, drop=None),
        *settings,
        Field("shuffle", flag, drop=True),
        Field("prompt", by_language()),
        *parts,
        Field("hint", by_language(), drop=None),
    )


def _split_settings(fields: list[Field]) -> list[Any]:
    """Return [settings, part, part, ...]: settings stand before the prompt, parts after it."""
    settings = [field for field in fields if field.name in ("all_or_nothing", "marking")]
    return [settings, *(field for field in fields if field not in settings)]


_QUESTIONS = {kind: _question(kind) for kind in QUESTION_KINDS}


def question(value: Any, place: Place) -> Any:
    """The content of a question's file, keys in canonical order."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind not in QUESTION_KINDS:
        return bad(place.sub("kind"), f"must be one of: {', '.join(QUESTION_KINDS)}")
    return _QUESTIONS[kind](value, place)

"""A small course as pack files: two modules, three lessons, every kind of question, two languages."""

import uuid

FAMILY = "5e1c3a52-9f3e-4d1c-8a8f-2f3a6f1b0c01"
COURSE = "0b7c1f3e-1111-4c6a-9a3e-000000000001"


def key(name: str) -> str:
    """Return the UUID of a named thing of this course."""
    return str(uuid.uuid5(uuid.UUID(FAMILY), name))


CODES = ("M-Q01", "M-Q02", "M-Q03", "M-Q04", "M-Q05", "M-Q06")
SOURCE = 'sources="002 ¶11 secretariat 2014-05"'


def _course(code: str, title: str, full: bool) -> str:
    rest = (
        "level: foundation\ndelivery: self-paced\nminutes: 30\npillars:\n- 1\ntopics:\n- law\n"
        "access: public\nlabel: TLP:CLEAR\nopens: []\nneeds: []\npass_mark: 70\nedition: 2026-11\n"
        "review_due: null\ncertificate_months: null\n"
    )
    slug = "slug: mini\n" if full else ""
    return (
        f"---\npack: 1\ncourse: {COURSE}\ntitle: {title}\n{slug}summary: Summary {code}.\n"
        f"audience: Everyone {code}.\noutcomes:\n- id: o1\n  text: Outcome {code}.\n"
        f"{rest if full else ''}---\nDescription {code}.\n"
    )


def _module(number: int, code: str, full: bool) -> str:
    rest = "outcomes:\n- o1\nrule: all\n" if full else ""
    return (
        f"---\npack: 1\nmodule: {key(f'm{number}')}\ntitle: Module {number} {code}\n{rest}---\n"
        f"About module {number}.\n"
    )


def _lesson(name: str, code: str, full: bool, body: str) -> str:
    rest = "minutes: 5\nkind: self-paced\ncomplete: viewed\n" if full else ""
    return f"---\npack: 1\nlesson: {key(name)}\ntitle: Lesson {name} {code}\n{rest}---\n{body}"


def _step(name: str, title: str, full: bool = True) -> str:
    minutes = " minutes=2" if full else ""
    return f'::: step {{id={key(name)} title="{title}"{minutes}}} :::\n'


def _text(name: str, words: str, full: bool = True) -> str:
    source = f" {SOURCE}" if full else ""
    return f"::: text {{id={key(name)}{source}}}\n{words}\n:::\n"


def _ask(name: str, code: str) -> str:
    return f"::: question {{id={key(name)} question={code} behaviour=interactive tries=2}} :::\n"


LESSONS = {
    ("01-first", "01-one", "one"): (
        _step("one-s1", "At the border") + _text("one-t1", "An officer meets **a parcel**.")
        + _step("one-s2", "Check") + _ask("one-q1", "M-Q01") + _ask("one-q2", "M-Q02"),
        _step("one-s1", "À la frontière", False) + _text("one-t1", "Un agent voit **un colis**.", False)
        + _step("one-s2", "Vérifier", False),
    ),
    ("01-first", "02-two", "two"): (
        _step("two-s1", "Numbers") + _text("two-t1", "The law has [=terms=].") + _ask("two-q1", "M-Q03"),
        _step("two-s1", "Nombres", False) + _text("two-t1", "La loi a des [=termes=].", False),
    ),
    ("02-second", "01-three", "three"): (
        _step("three-s1", "Pairs") + _ask("three-q1", "M-Q04") + _ask("three-q2", "M-Q05")
        + _ask("three-q3", "M-Q06"),
        None,
    ),
}  # fmt: skip


def _both(words: str) -> str:
    return f"{{en: '{words} EN', fr: '{words} FR'}}"


def _question(code: str, kind: str, rest: str) -> bytes:
    return (
        f"id: {key(code)}\ncode: {code}\nkind: {kind}\nmodule: {key('m1')}\nclass: practice\n"
        f"difficulty: 2\ntags: []\noutcomes:\n- o1\nsources: 002 ¶11 secretariat 2014-05\n"
        f"explained_by: {key('one-t1')}\nprompt: {_both('Prompt ' + code)}\n{rest}"
    ).encode()


def _options(fractions: dict[str, str], text: bool = True) -> str:
    rows = []
    for name, fraction in fractions.items():
        words = f", text: {_both('Text ' + name)}" if text else ""
        rows.append(
            f"- {{id: '{name}', fraction: '{fraction}'{words}, why: {_both('KEYWHY ' + name)}}}"
        )
    return "options:\n" + "\n".join(rows) + "\n"


QUESTIONS = {
    "M-Q01": ("single", _options({"a": "0", "b": "1", "c": "0"})),
    "M-Q02": ("multiple", _options({"a": "1/2", "b": "1/2", "c": "-1/2"})),
    "M-Q03": (
        "numeric",
        "accept:\n- {id: n1, value: '122', tolerance: '0', fraction: '1', why: "
        + _both("KEYWHY n1") + "}\notherwise: {why: " + _both("KEYWHY other") + "}\n",
    ),
    "M-Q04": ("truefalse", _options({"true": "0", "false": "1"}, text=False)),
    "M-Q05": (
        "match",
        "rows:\n- {id: r1, match: x, text: " + _both("Row 1") + ", why: " + _both("KEYWHY r1") + "}\n"
        "- {id: r2, match: y, text: " + _both("Row 2") + ", why: " + _both("KEYWHY r2") + "}\n"
        "choices:\n- {id: x, text: " + _both("Choice x") + "}\n- {id: y, text: " + _both("Choice y") + "}\n",
    ),
    "M-Q06": (
        "order",
        "items:\n" + "".join(
            f"- {{id: {name}, text: {_both('Item ' + name)}, why: {_both('KEYWHY ' + name)}}}\n"
            for name in ("k", "l", "m")
        ) + "marking: all\n",
    ),
}  # fmt: skip

RIGHT = {
    "M-Q01": {"answer": ["b"]},
    "M-Q02": {"answer": ["a", "b"]},
    "M-Q03": {"answer": ["122"]},
    "M-Q04": {"answer": ["false"]},
    "M-Q05": {"row-r1": ["x"], "row-r2": ["y"]},
    "M-Q06": {"item-k": ["1"], "item-l": ["2"], "item-m": ["3"]},
}
WRONG = {
    "M-Q01": {"answer": ["a"]},
    "M-Q02": {"answer": ["c"]},
    "M-Q03": {"answer": ["109"]},
    "M-Q04": {"answer": ["true"]},
    "M-Q05": {"row-r1": ["y"], "row-r2": ["x"]},
    "M-Q06": {"item-k": ["3"], "item-l": ["1"], "item-m": ["2"]},
}
BLOCK = {
    "M-Q01": key("one-q1"), "M-Q02": key("one-q2"), "M-Q03": key("two-q1"),
    "M-Q04": key("three-q1"), "M-Q05": key("three-q2"), "M-Q06": key("three-q3"),
}  # fmt: skip


def files() -> dict[str, bytes]:
    """Return the pack's files by path."""
    found = {
        "pack.yaml": (
            f"pack: 1\nfamily: {FAMILY}\ncode: M1\nsource: en\nlanguages:\n- en\n- fr\nregions: []\n"
            "licence: CC-BY-4.0\nrelease_notes: First.\n"
        ).encode(),
        "course.en.md": _course("en", "Mini course", True).encode(),
        "course.fr.md": _course("fr", "Petit cours", False).encode(),
        "modules/01-first/module.en.md": _module(1, "en", True).encode(),
        "modules/01-first/module.fr.md": _module(1, "fr", False).encode(),
        "modules/02-second/module.en.md": _module(2, "en", True).encode(),
    }
    for (module, lesson, name), (english, french) in LESSONS.items():
        path = f"modules/{module}/lessons/{lesson}/lesson"
        found[f"{path}.en.md"] = _lesson(name, "en", True, english).encode()
        if french:
            found[f"{path}.fr.md"] = _lesson(name, "fr", False, french).encode()
    for code, (kind, rest) in QUESTIONS.items():
        found[f"questions/m1/{code}.yaml"] = _question(code, kind, rest)
    return found

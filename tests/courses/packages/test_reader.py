"""Packs are hostile input: every fault is named with its place, and nothing comes through by halves."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.packages import files as pack_files
from courses.packages.canonical import format_pack, resolve
from courses.packages.reader import read, read_files
from courses.packages.writer import files

PACK = """pack: 1
family: 1f0c6d52-7a43-4a51-9a3e-2d5c1b8e7c01
code: C9
source: en
languages: [en, fr]
regions: [SN]
licence: CC-BY-4.0
"""
COURSE = """---
pack: 1
course: '@course'
title: A course
slug: a-course
summary: One sentence.
audience: Everyone.
outcomes:
- id: o1
  text: Say what it is.
level: foundation
delivery: self-paced
minutes: 30
access: public
pass_mark: 70
edition: '2026-11'
---
Words.
"""
MODULE = "---\npack: 1\nmodule: '@m'\ntitle: A module\noutcomes: [o1]\n---\nI can do it.\n"
LESSON = """---
pack: 1
lesson: '@l'
title: A lesson
minutes: 5
---

::: step {id=@s title="Begin" minutes=2} :::

::: text {id=@t sources="002 ¶11 secretariat 2014-05"}
Three **groups** of offences, see [there](#@q).
:::

::: question {id=@q question=C9-Q01} :::
"""
LESSON_FR = """---
pack: 1
lesson: '@l'
title: Une leçon
---
::: step {id=@s title="Commencer"} :::

::: text {id=@t}
Trois **groupes** d’infractions, voir [là](#@q).
:::
"""
QUESTION = """id: '@C9-Q01'
code: C9-Q01
kind: truefalse
module: '@m'
sources: 002 ¶11 secretariat 2014-05
explained_by: '@l@t'
prompt:
  en: Is it so?
  fr: Est-ce ainsi ?
options:
- id: true
  fraction: 1
  why: {en: Yes., fr: Oui.}
- id: false
  fraction: 0
  why: {en: No., fr: Non.}
"""
ROOT = "modules/01-first/"
PLACES = {
    "pack.yaml": PACK,
    "course.en.md": COURSE,
    ROOT + "module.en.md": MODULE,
    ROOT + "lessons/01-one/lesson.en.md": LESSON,
    ROOT + "lessons/01-one/lesson.fr.md": LESSON_FR,
    "questions/c9/C9-Q01.yaml": QUESTION,
}
LESSON_PATH = ROOT + "lessons/01-one/lesson.en.md"


def small(**changes):
    """Return the files of a small pack; ``path=text`` replaces (keys with . and / as they are)."""
    texts = {**PLACES, **changes}
    return {path: text.encode() for path, text in texts.items() if text is not None}


def faults(found):
    pack, findings = read_files(found)
    blocking = [(f.path, f.line, f.reason) for f in findings if f.blocking]
    assert (pack is None) == bool(blocking)
    return blocking


def test_read_gives_a_pack_with_defaults_and_without_identities_in_fields():
    pack, findings = read_files(small())
    assert findings == []
    lesson = pack.modules[0].lessons[0]
    assert (pack.id, lesson.id, lesson.number, lesson.slug) == ("@course", "@l", 1, "one")
    assert lesson.texts["en"].fields == {
        "title": "A lesson", "minutes": 5, "kind": "self-paced", "complete": "viewed",
    }  # fmt: skip
    assert [b.kind for b in lesson.texts["en"].blocks] == ["step", "text", "question"]
    assert lesson.texts["en"].blocks[2].attributes["tries"] == "2"
    assert lesson.texts["en"].blocks[1].line == 10
    assert pack.questions["C9-Q01"].data["options"][0]["id"] == "true"


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "reason"),
    [
        ("pack.yaml", "pack: 1", "pack: 2", 1, "format 1"),
        ("pack.yaml", "code: C9", "code: C9\ncode: C8", 4, "given twice"),
        ("pack.yaml", "code: C9", "code: C9\nprice: 3", 4, "not known"),
        ("pack.yaml", "[en, fr]", "&a [en, fr]", 5, "anchors"),
        ("pack.yaml", "[en, fr]", "*a", 5, "alias"),
        ("pack.yaml", "code: C9", "code: !!python/object:os.system C9", 3, "tags"),
        ("pack.yaml", "[en, fr]", "[[[[[[[[[[[[[[[[en", 5, ""),
        ("course.en.md", "minutes: 30", "minutes: many", 13, "whole number"),
        ("course.en.md", "level: foundation", "level: top", 11, "none of"),
        ("course.en.md", "title: A course\n", "", 2, "“title” is missing"),
        (LESSON_PATH, "minutes: 5", "complete: {score: 700}", 5, "no rule"),
        (LESSON_PATH, "{id=@t", "{id=@t colour=red", 10, "no attribute colour"),
        (LESSON_PATH, "{id=@t", '{id=@t optional="maybe"', 10, "must be one of"),
        (LESSON_PATH, "{id=@t", "{id=@t id=@u", 10, "given twice"),
        (LESSON_PATH, "{id=@t", "{id=T!", 10, "label"),
        (LESSON_PATH, "secretariat 2014-05", "rumour 2014-05", 10, "no weight"),
        (LESSON_PATH, "002 ¶11", "999 ¶11", 10, "none of the documents"),
        (LESSON_PATH, "::: text", "::: poem", 10, "no kind of block"),
        (LESSON_PATH, "see [there](#@q).\n:::", "see.", 13, "not closed"),
        (LESSON_PATH, "::: question", "Loose words.\n\n::: question", 14, "outside a block"),
        (LESSON_PATH, "question=C9-Q01", "tries=20", 14, "tries"),
        (LESSON_PATH, 'title="Begin"', 'title="Be\\gin"', 8, "not known"),
        (LESSON_PATH, "groups", "gr\u2028oups", 11, "U+2028"),
        (LESSON_PATH, "groups", "gr\x07oups", 11, "U+0007"),
        ("questions/c9/C9-Q01.yaml", "fraction: 1", "fraction: 3/2", 12, "between -1 and 1"),
        ("questions/c9/C9-Q01.yaml", "{en: Yes., fr: Oui.}", "{fr: Oui.}", 13, "(en) is missing"),
        ("questions/c9/C9-Q01.yaml", "fr: Oui.", "de: Ja.", 13, "not a language"),
        ("questions/c9/C9-Q01.yaml", "code: C9-Q01", "code: C9-Q02", 0, "belongs into"),
    ],
)
def test_read_names_file_line_and_reason_of_a_fault(path, old, new, line, reason):
    assert old in PLACES[path]
    found = faults(small(**{path: PLACES[path].replace(old, new)}))
    assert any(p == path and n == line and reason in why for p, n, why in found), found


def test_read_reports_every_fault_and_not_only_the_first():
    found = faults(small(**{
        "course.en.md": COURSE.replace("level: foundation", "level: top").replace("70", "700"),
        LESSON_PATH: LESSON.replace("@s", "s s").replace("@q", "?"),
        "questions/c9/C9-Q01.yaml": "kind: riddle\n",
    }))  # fmt: skip
    assert len(found) >= 5
    assert len({path for path, _, _ in found}) == 3


@pytest.mark.parametrize(
    "path",
    ["../evil.md", "/etc/passwd", "a/b/c/d/e/f/g/h/i", "modules/01-first/x.md", "README", ".git",
     "course.EN.md", "questions/c9/../C9-Q01.yaml", "media/../pack.yaml", "media/a b.svg", "a\\b"],
)  # fmt: skip
def test_read_refuses_a_path_that_is_not_of_a_pack(path):
    assert any(p == path for p, _, _ in faults(small(**{path: "x"})))


def test_read_refuses_two_names_that_differ_by_capitals_only():
    found = faults({**small(), "media/a.svg": b"x", "media/A.svg": b"x"})
    assert "capital" in found[0][2]


def test_read_refuses_what_is_not_utf_8_and_makes_the_rest_nfc():
    assert "UTF-8" in faults({**small(), "course.en.md": b"---\nx: \xff\n---\n"})[0][2]
    pack, _ = read_files(small(**{"course.en.md": COURSE.replace("Words", "Cafe\u0301")}))
    assert pack.texts["en"].body == "Caf\u00e9."


def test_read_names_missing_files():
    for path in ("pack.yaml", "course.en.md", ROOT + "module.en.md", LESSON_PATH):
        assert (path, 0) in [found[:2] for found in faults(small(**{path: None}))]


def test_read_refuses_a_language_or_region_that_the_pack_does_not_have():
    found = faults(small(**{"course.de.md": COURSE}))
    assert "not a language" in found[0][2]
    text = "---\npack: 1\nlesson: '@l'\n---\n::: text {id=@t mode=hide} :::\n"
    found = faults(small(**{ROOT + "lessons/01-one/lesson.fr@ML.md": text}))
    assert "not a region" in found[0][2]


def test_a_translation_may_not_say_what_the_source_decides():
    changed = LESSON_FR.replace("{id=@t}", '{id=@t sources="002 ¶1 draft 2020" optional=yes}')
    reasons = [why for _, _, why in faults(small(**{LESSON_PATH.replace("en", "fr"): changed}))]
    assert len(reasons) == 2
    assert all("come" in why for why in reasons)


def test_checksums_must_fit_if_they_are_there():
    pack, _ = read_files(small())
    written = files(resolve(pack))
    assert faults(written) == []
    changed = {**written, "course.en.md": written["course.en.md"] + b"More.\n"}
    assert "changed" in faults(changed)[0][2]
    gone = dict(written)
    del gone["modules/01-first/lessons/01-one/lesson.fr.md"]
    assert "missing" in faults(gone)[0][2]
    assert "not listed" in faults({**written, ROOT + "module.fr.md": b"---\npack: 1\nmodule: "
        + pack_id(written) + b"\ntitle: Un module\n---\nJe sais.\n"})[0][2]  # fmt: skip


def pack_id(written):
    line = written[ROOT + "module.en.md"].decode().split("\n")[2]
    return line.removeprefix("module: ").encode()


def _write(root, found):
    for path, content in found.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def test_read_of_a_folder_refuses_links_and_large_files(tmp_path: Path, monkeypatch):
    _write(tmp_path, small())
    assert read(tmp_path)[1] == []
    (tmp_path / "media").mkdir()
    os.symlink("/etc/passwd", tmp_path / "media" / "a.svg")
    os.symlink(tmp_path, tmp_path / "media" / "loop")
    pack, findings = read(tmp_path)
    assert pack is None
    assert [f.path for f in findings if "links" in f.reason] == ["media/a.svg", "media/loop"]
    monkeypatch.setattr(pack_files, "MAX_FILE", 100)
    assert "larger" in read(tmp_path)[1][0].reason


def test_read_of_a_folder_refuses_too_many_files_and_folders_too_deep(tmp_path: Path, monkeypatch):
    _write(tmp_path, {**small(), "a/b/c/d/e/f/g/h/i/j": b"x"})
    assert any("deep" in f.reason for f in read(tmp_path)[1])
    monkeypatch.setattr(pack_files, "MAX_FILES", 3)
    assert any("more than 3 files" in f.reason for f in read(tmp_path)[1])


def test_read_of_what_is_no_folder_is_a_finding(tmp_path: Path):
    assert read(tmp_path / "none")[1][0].reason == "this is not a folder"


def test_format_makes_a_folder_canonical_and_a_second_time_changes_nothing(tmp_path: Path):
    _write(tmp_path, small())
    assert [f for f in format_pack(tmp_path) if f.blocking] == []
    once = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert tmp_path / "checksums.txt" in once
    assert b"'@" not in b"".join(once.values())
    french = (tmp_path / LESSON_PATH.replace("en.md", "fr.md")).read_text("utf-8")
    assert "basis=" in french
    assert format_pack(tmp_path) == []
    assert once == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    (tmp_path / "course.en.md").write_text(COURSE.replace("'@course'", once_id(once)), "utf-8")
    assert read(tmp_path)[0] is None
    assert [f for f in format_pack(tmp_path) if f.blocking] == []
    assert read(tmp_path)[0] is not None


def once_id(once):
    course = next(content for path, content in once.items() if path.name == "course.en.md")
    return course.decode().split("course: ")[1].split("\n")[0]


def test_format_leaves_a_folder_with_faults_as_it_is(tmp_path: Path):
    _write(tmp_path, small(**{"course.en.md": COURSE.replace("level: foundation", "level: top")}))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert any(f.blocking for f in format_pack(tmp_path))
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(PLACES)), st.integers(0, 400), st.binary(max_size=12), st.integers(0, 9)
)
def test_read_of_damaged_files_never_fails(path, at, inserted, cut):
    content = PLACES[path].encode()
    damaged = content[:at] + inserted + content[at + cut :]
    pack, findings = read_files({**small(), path: damaged})
    if pack is not None:
        written = files(resolve(pack))
        assert files(resolve(read_files(written)[0])) == written
    else:
        assert any(f.blocking for f in findings)

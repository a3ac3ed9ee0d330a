"""Course packs and the database: everything or nothing, in place, people's edits respected."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from courses.catalogue.models import Course, CourseRelease
from courses.catalogue.pages import CoursePage, LessonPage
from courses.models import Enrolment, Question
from courses.packages import canonical, writer
from courses.packages.exporting import export_pack
from courses.packages.reader import read, read_files
from tests.courses import minipack
from tests.courses.player.conftest import canonical_files, import_mini
from tests.courses.player.steps import answer, url

LESSON = "modules/01-first/lessons/01-one/lesson.en.md"


def test_export_of_an_imported_pack_gives_the_same_files(mini: Course) -> None:
    pack, _ = read_files(minipack.files())
    assert pack is not None
    wanted = writer.files(canonical.resolve(pack))
    assert writer.files(export_pack(minipack.FAMILY)) == wanted


def test_importing_again_changes_nothing(mini: Course) -> None:
    report = import_mini(publish=True)
    assert set(report.counts) == {"unchanged"}
    assert CourseRelease.objects.count() == 1


def test_an_import_without_publish_leaves_what_learners_read(mini: Course, visitor: Client) -> None:
    files = canonical_files()
    files[LESSON] = files[LESSON].replace(b"An officer meets", b"Somebody meets")
    report = import_mini(files)
    assert report.counts["changed"] == 1
    assert "An officer meets" in visitor.get(url("one", 1)).content.decode()
    assert CourseRelease.objects.count() == 1


def edit(words: str) -> None:
    """Change a lesson as a person does in the studio."""
    page = LessonPage.objects.get(translation_key=minipack.key("one"), locale__language_code="en")
    page = page.get_latest_revision_as_object()
    raw = [dict(block) for block in page.body.raw_data]
    raw[1] = raw[1] | {"value": dict(raw[1]["value"]) | {"text": f"<p>{words}</p>"}}
    page.body = raw
    page.save_revision().publish()


def test_a_page_a_person_has_edited_is_never_overwritten(mini: Course, visitor: Client) -> None:
    edit("My own words.")
    files = canonical_files()
    files[LESSON] = files[LESSON].replace(b"An officer meets", b"Somebody meets")
    report = import_mini(files, publish=True)
    assert report.kept == ["lesson en Lesson one en"]
    page = LessonPage.objects.get(translation_key=minipack.key("one"), locale__language_code="en")
    assert "My own words." in str(page.body)


def test_overwrite_takes_the_packs_text(mini: Course) -> None:
    edit("My own words.")
    report = import_mini(publish=True, overwrite=True)
    assert report.counts["changed"] == 1
    page = LessonPage.objects.get(translation_key=minipack.key("one"), locale__language_code="en")
    assert "My own words." not in str(page.body)


def test_a_question_a_person_has_edited_is_kept(mini: Course) -> None:
    row = Question.objects.get(code="M-Q01", locale__language_code="en")
    row.prompt = "My own question?"
    row.save()
    assert import_mini(publish=True).kept == ["question M-Q01"]
    row.refresh_from_db()
    assert row.prompt == "My own question?"


def test_publishing_in_the_studio_makes_a_release(
    mini: Course, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        edit("My own words.")
    mini.refresh_from_db()
    assert mini.release.number == 2


def test_a_course_that_is_withdrawn_leaves_the_catalogue(
    mini: Course, visitor: Client, signed_in: Client, django_capture_on_commit_callbacks: Any
) -> None:
    answer(signed_in, "M-Q01")
    with django_capture_on_commit_callbacks(execute=True):
        CoursePage.objects.get(slug="mini", locale__language_code="en").unpublish()
    assert visitor.get("/en/courses/mini/").status_code == 404
    assert "Mini course" not in visitor.get("/en/courses/").content.decode()
    assert signed_in.get(url("one", 1)).status_code == 200


def test_re_import_keeps_learners_progress(mini: Course, signed_in: Client) -> None:
    answer(signed_in, "M-Q01")
    before = Enrolment.objects.get().summary
    files = canonical_files()
    files[LESSON] = files[LESSON].replace(b"An officer meets", b"Somebody meets")
    import_mini(files, publish=True)
    assert Enrolment.objects.get().summary == before
    assert 'data-state="right"' in signed_in.get(url("one", 2)).content.decode()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


BROKEN = {
    "no title": (LESSON, b"title: Lesson one en\n", b""),
    "unknown block": (LESSON, b"::: text", b"::: video2"),
    "unknown question": (LESSON, b"question=M-Q01", b"question=M-Q99"),
    "doubled id": (LESSON, minipack.key("one-t1").encode(), minipack.key("one-s1").encode()),
    "no right answer": ("questions/m1/M-Q01.yaml", b"fraction: '1'", b"fraction: '0'"),
    "not text": (LESSON, b"An officer", b"\xff\xfe"),
    "bad yaml": ("questions/m1/M-Q02.yaml", b"kind: multiple", b"kind: [multiple"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pack_is_refused_as_a_whole_with_file_and_reason(
    db: None, tmp_path: Path, capsys: Any, name: str
) -> None:
    path, old, new = BROKEN[name]
    files = minipack.files()
    assert old in files[path]
    files[path] = files[path].replace(old, new, 1)
    files = {path: content.replace(b"M-Q0", b"N-Q0") for path, content in files.items()}
    files = {path.replace("M-Q0", "N-Q0"): content for path, content in files.items()}
    before = LessonPage.objects.count()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("course_pack", "import", str(write(tmp_path, files)))
    assert path.replace("M-Q0", "N-Q0") in capsys.readouterr().out
    assert LessonPage.objects.count() == before
    assert not Question.objects.filter(code__startswith="N-").exists()


def test_every_fault_is_named_and_not_only_the_first(tmp_path: Path) -> None:
    files = minipack.files()
    for path, old, new in (BROKEN["no title"], BROKEN["bad yaml"]):
        files[path] = files[path].replace(old, new, 1)
    _, findings = read(write(tmp_path, files))
    assert {LESSON, "questions/m1/M-Q02.yaml"} <= {finding.path for finding in findings}


def test_the_shipped_courses_are_canonical_and_without_faults(capsys: Any) -> None:
    root = Path(__file__).parents[3] / "courses" / "content"
    packs = [path for path in root.iterdir() if (path / "pack.yaml").exists()]
    assert packs
    glossary = root / "glossary.csv"
    call_command("course_pack", "check", *map(str, packs), "--glossary", str(glossary))
    for folder in packs:
        pack, _ = read(folder)
        assert pack is not None
        for path, content in writer.files(canonical.resolve(pack)).items():
            assert (folder / path).read_bytes() == content, path

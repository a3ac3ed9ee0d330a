"""Progress: derived, rebuildable, never falling, the same in every language."""

import random
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from courses.catalogue.models import Course, CourseRelease
from courses.models import Enrolment, LearningEvent, ProgressFacts, Response
from courses.progress.services import Happening, rebuild, record
from portal.accounts.models import User
from tests.courses import minipack
from tests.courses.player.conftest import canonical_files, import_mini
from tests.courses.player.steps import STEPS, answer, changed_note, complete, do_everything, url


def test_doing_everything_rightly_passes_the_course(signed_in: Client) -> None:
    do_everything(signed_in)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.score) == ("passed", 100.0)
    assert (
        "You have passed the course with 100%"
        in signed_in.get("/en/courses/mini/result/").content.decode()
    )


def test_reading_everything_without_answering_is_done_and_not_passed(signed_in: Client) -> None:
    for lesson, step in STEPS:
        complete(signed_in, lesson, step)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.score) == ("done", 0.0)


def test_answering_without_reading_does_not_complete_a_lesson(signed_in: Client) -> None:
    for code in minipack.CODES:
        answer(signed_in, code)
    assert Enrolment.objects.get().state == "started"
    assert "not read yet" in signed_in.get("/en/courses/mini/why/").content.decode()


def test_the_last_step_leads_to_the_result(signed_in: Client) -> None:
    response = complete(signed_in, "three", 1)
    assert response.headers["Location"] == "/en/courses/mini/result/"
    assert complete(signed_in, "one", 2).headers["Location"] == url("two", 1)


def test_rebuilding_gives_identical_rows(signed_in: Client) -> None:
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    do_everything(signed_in)
    enrolment = Enrolment.objects.get()
    before = (enrolment.summary, enrolment.state, enrolment.score, enrolment.facts.data)
    assert rebuild(enrolment=enrolment) is False
    enrolment = Enrolment.objects.get()
    assert before == (enrolment.summary, enrolment.state, enrolment.score, enrolment.facts.data)


def test_the_command_mends_a_row_that_was_tampered_with(signed_in: Client, capsys: Any) -> None:
    do_everything(signed_in)
    Enrolment.objects.update(state="none", score=None, summary={})
    ProgressFacts.objects.update(data={})
    call_command("rebuild_progress")
    assert "1 enrolments, 1 differed" in capsys.readouterr().out
    assert Enrolment.objects.get().state == "passed"


def test_switching_the_language_keeps_everything(signed_in: Client) -> None:
    answer(signed_in, "M-Q01")
    complete(signed_in, "one", 1)
    page = signed_in.get(url("one", 2, "fr")).content.decode()
    assert 'data-state="right"' in page
    assert "Text b FR" in page
    answer(signed_in, "M-Q02", language="fr")
    assert Enrolment.objects.count() == 1
    change = LearningEvent.objects.get(verb="language_changed")
    assert change.data == {"from": "en", "to": "fr"}
    assert 'data-state="right"' in signed_in.get(url("one", 2, "en")).content.decode()


def test_the_same_event_twice_is_one_event(mini: Course, learner: User, signed_in: Client) -> None:
    complete(signed_in, "one", 1)
    enrolment = Enrolment.objects.get()
    event = Happening("opened", minipack.key("one-s2"), id=uuid.uuid4())
    record(enrolment=enrolment, happenings=[event], language="en")
    record(enrolment=enrolment, happenings=[event], language="en")
    assert LearningEvent.objects.filter(pk=event.id).count() == 1


def test_the_database_refuses_to_change_an_event_or_a_response(signed_in: Client) -> None:
    answer(signed_in, "M-Q01")
    for rows, change in (
        (LearningEvent.objects.all(), {"verb": "opened"}),
        (LearningEvent.objects.all(), {"data": {}}),
        (Response.objects.all(), {"mark": 1.0}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LearningEvent.objects.all().delete()


def edited(**changes: tuple[str, str]) -> dict[str, bytes]:
    """Return the pack in its canonical form (translations know their source) with words changed."""
    files = canonical_files()
    for path, (old, new) in changes.items():
        name = next(p for p in files if p.endswith(path.replace("__", "/") + ".md"))
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode())
    return files


def test_a_wrong_word_mended_makes_a_new_release_and_old_ones_stay(mini: Course) -> None:
    import_mini(
        edited(**{"01-one__lesson.en": ("An officer meets", "A customs officer meets")}),
        publish=True,
    )
    mini.refresh_from_db()
    assert CourseRelease.objects.count() == 2
    assert mini.release.number == 2
    first = CourseRelease.objects.get(number=1)
    text = first.texts.get(language="en").content["blocks"][minipack.key("one-t1")]
    assert "An officer meets" in text["value"]["text"]


def test_nobody_in_progress_is_moved_and_moving_keeps_everything(
    signed_in: Client, mini: Course
) -> None:
    answer(signed_in, "M-Q01")
    complete(signed_in, "one", 1)
    import_mini(
        edited(**{"01-one__lesson.en": ("An officer meets", "A customs officer meets")}),
        publish=True,
    )
    assert "An officer meets" in signed_in.get(url("one", 1)).content.decode()
    assert "There is a newer edition" in signed_in.get("/en/courses/mini/").content.decode()
    signed_in.post("/en/courses/mini/move/")
    assert "A customs officer meets" in signed_in.get(url("one", 1)).content.decode()
    enrolment = Enrolment.objects.get()
    assert enrolment.summary["steps"][minipack.key("one-s1")] == "done"
    assert enrolment.summary["questions"][minipack.BLOCK["M-Q01"]] == 100.0


def test_somebody_who_has_not_begun_reads_the_newest_release(
    signed_in: Client, mini: Course
) -> None:
    signed_in.post("/en/courses/mini/start/")
    import_mini(
        edited(**{"01-one__lesson.en": ("An officer meets", "A customs officer meets")}),
        publish=True,
    )
    assert "A customs officer meets" in signed_in.get(url("one", 1)).content.decode()


def test_a_new_step_never_reopens_a_finished_course(signed_in: Client, mini: Course) -> None:
    do_everything(signed_in)
    extra = f'::: step {{id={minipack.key("new-s")} title="More" minutes=1}} :::\n'
    extra += f"::: text {{id={minipack.key('new-t')} {minipack.SOURCE}}}\nMore text.\n:::\n"
    files = canonical_files()
    path = "modules/01-first/lessons/02-two/lesson.en.md"
    files[path] += extra.encode()
    import_mini(files, publish=True)
    signed_in.post("/en/courses/mini/move/")
    enrolment = Enrolment.objects.get()
    assert enrolment.state == "passed"
    assert enrolment.summary["lessons"][minipack.key("two")] == "done"
    assert minipack.key("new-s") in enrolment.summary["new"][minipack.key("two")]
    assert "New since you finished this lesson" in signed_in.get(url("two", 2)).content.decode()


def test_a_better_translation_joins_the_release_without_a_new_number(
    mini: Course, visitor: Client
) -> None:
    import_mini(edited(**{"01-one__lesson.fr": ("Un agent voit", "Une agente voit")}), publish=True)
    assert CourseRelease.objects.count() == 1
    assert "Une agente voit" in visitor.get(url("one", 1, "fr")).content.decode()


def test_a_translation_made_from_an_older_source_says_so(mini: Course, visitor: Client) -> None:
    import_mini(
        edited(**{"01-one__lesson.en": ("An officer meets", "A customs officer meets")}),
        publish=True,
    )
    page = visitor.get(url("one", 1, "fr")).content.decode()
    assert "Un agent voit" in page
    assert changed_note() in page


def test_random_histories_never_lose_a_completed_step(signed_in: Client, mini: Course) -> None:
    chance = random.Random(20261121)
    done: set[str] = set()
    words = "An officer meets"
    for round_number in range(12):
        deed = chance.choice(["complete", "answer", "publish", "move"])
        if deed == "complete":
            lesson, step = chance.choice(STEPS)
            complete(signed_in, lesson, step)
            done.add(minipack.key(f"{lesson}-s{step}"))
        elif deed == "answer":
            answer(signed_in, chance.choice(minipack.CODES), language=chance.choice(["en", "fr"]))
        elif deed == "publish":
            import_mini(
                edited(**{"01-one__lesson.en": (words, f"Round {round_number} meets")}),
                publish=True,
            )
        else:
            signed_in.post("/en/courses/mini/move/")
        enrolment = Enrolment.objects.filter().first()
        if enrolment is not None and done:
            states = enrolment.summary.get("steps", {})
            assert all(states.get(step) == "done" for step in done), deed
            assert rebuild(enrolment=enrolment) is False

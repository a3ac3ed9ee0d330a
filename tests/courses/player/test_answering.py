"""Answers: marked once, kept always, never lost, never a crash."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from courses.attempts.services import record_response
from courses.catalogue.edition import edition
from courses.catalogue.models import Course
from courses.enrolment.services import enrol
from courses.models import Attempt, Enrolment, LearningEvent, Response
from portal.accounts.models import User
from tests.courses import minipack
from tests.courses.player.steps import answer, url


@pytest.mark.parametrize("code", minipack.CODES)
def test_the_right_answer_gets_the_whole_mark(signed_in: Client, code: str) -> None:
    page = answer(signed_in, code, HX_Request="true")
    assert page.status_code == 200
    assert 'data-state="right"' in page.content.decode()
    attempt = Attempt.objects.get()
    assert (attempt.mark, attempt.closed) == (1.0, True)


@pytest.mark.parametrize("code", minipack.CODES)
def test_a_wrong_answer_leaves_a_second_try_that_earns_two_thirds(
    signed_in: Client, code: str
) -> None:
    first = answer(signed_in, code, minipack.WRONG[code], HX_Request="true").content.decode()
    assert 'data-state="wrong"' in first or 'data-state="partly"' in first
    assert "Try 2 of 2" in first
    answer(signed_in, code)
    attempt = Attempt.objects.get()
    assert attempt.closed
    assert attempt.mark == pytest.approx(2 / 3)


def test_without_script_the_answer_leads_back_to_the_question(signed_in: Client) -> None:
    response = answer(signed_in, "M-Q01")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{url('one', 2)}#b-{minipack.BLOCK['M-Q01']}"
    assert 'data-result="right"' in signed_in.get(url("one", 2)).content.decode()


def test_the_same_key_again_is_the_same_answer(signed_in: Client) -> None:
    key = str(uuid.uuid4())
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"], key=key)
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"], key=key)
    answer(signed_in, "M-Q01", key=key)
    assert Response.objects.count() == 1
    assert Attempt.objects.get().used == 1


def test_an_identical_answer_is_no_new_try(signed_in: Client) -> None:
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    assert Attempt.objects.get().used == 1


def test_two_devices_answering_at_once_keep_both_answers_and_one_result(
    mini: Course, learner: User
) -> None:
    enrolment = enrol(course=mini, user=learner, visitor="", language="en")
    entry = edition(mini.release_id, mini.mark).blocks[minipack.BLOCK["M-Q01"]][2]
    common: dict[str, Any] = {"enrolment": enrolment, "entry": entry, "language": "en"}
    record_response(key=uuid.uuid4(), raw={"answer": ["b"]}, device="phone", **common)
    late = record_response(key=uuid.uuid4(), raw={"answer": ["a"]}, device="desk", **common)
    assert late.response is not None
    assert not late.response.counted
    assert Response.objects.count() == 2
    assert Attempt.objects.get().mark == 1.0
    enrolment.refresh_from_db()
    assert enrolment.summary["questions"][minipack.BLOCK["M-Q01"]] == 100.0


def test_another_persons_key_shows_nothing_of_theirs(mini: Course, signed_in: Client) -> None:
    key = str(uuid.uuid4())
    answer(signed_in, "M-Q01", key=key)
    other = Client()
    other.force_login(User.objects.create_user("other@example.org", "a-long-password-1"))
    page = answer(
        other, "M-Q01", minipack.WRONG["M-Q01"], key=key, HX_Request="true"
    ).content.decode()
    assert 'data-state="right"' not in page
    assert Response.objects.count() == 1


BAD = [
    {}, {"answer": [""]}, {"answer": ["zzz"]}, {"answer": ["a", "b"]}, {"answer": ["a" * 5000]},
    {"answer": ["\x00"]}, {"answer": ["\ud800"]}, {"answer": ["１２２" * 50]}, {"row-r1": ["x"]},
    {"row-r1": ["nope"], "row-r2": ["y"]}, {"item-k": ["1"], "item-l": ["1"], "item-m": ["1"]},
    {"item-k": ["0"], "item-l": ["-1"], "item-m": ["99999999999"]}, {"item-zz": ["1"]},
    {"answer": ["1e999"]}, {"answer": ["NaN"]}, {"answer": ["1/0"]}, {"answer": ["٫"]},
    {"key": ["not-a-uuid"], "answer": ["a"]},
]  # fmt: skip


@pytest.mark.parametrize("code", minipack.CODES)
@pytest.mark.parametrize("fields", BAD, ids=range(len(BAD)))
def test_bad_fields_get_a_clear_message_and_store_nothing_by_halves(
    signed_in: Client, code: str, fields: dict[str, Any]
) -> None:
    data = {
        name: [v.encode("utf-8", "replace").decode() for v in vs] for name, vs in fields.items()
    }
    for headers in ({"HX_Request": "true"}, {}):
        response = answer(signed_in, code, data, **headers)
        assert response.status_code in {200, 302, 422}
        if response.status_code == 422:
            page = response.content.decode()
            assert "<title>Error:" in page
            assert 'role="alert"' in page
    assert Response.objects.count() == Attempt.objects.filter(used__gt=0).count() <= 1


def test_a_refused_answer_keeps_what_was_filled_in(signed_in: Client) -> None:
    response = answer(signed_in, "M-Q05", {"row-r1": ["x"]})
    assert response.status_code == 422
    page = response.content.decode()
    assert '<option value="x" selected>' in page
    assert "Some rows are still empty" in page


def test_a_half_answer_is_there_on_another_device(learner: User, signed_in: Client) -> None:
    path = f"/en/courses/mini/save/{minipack.BLOCK['M-Q05']}/"
    assert signed_in.post(path, {"row-r1": "x", "device": "phone"}).status_code == 204
    other = Client()
    other.force_login(learner)
    assert '<option value="x" selected>' in other.get(url("three", 1)).content.decode()


def test_two_half_answers_show_the_newest_and_offer_the_other(
    learner: User, signed_in: Client
) -> None:
    path = f"/en/courses/mini/save/{minipack.BLOCK['M-Q01']}/"
    signed_in.post(path, {"answer": "a", "device": "phone"})
    signed_in.post(path, {"answer": "c", "device": "desk"})
    page = signed_in.get(url("one", 2)).content.decode()
    assert 'value="c" checked' in page
    assert "Another half-finished answer" in page


def test_practising_again_never_lowers_the_mark(signed_in: Client) -> None:
    answer(signed_in, "M-Q01")
    signed_in.post(f"/en/courses/mini/again/{minipack.BLOCK['M-Q01']}/")
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    enrolment = Enrolment.objects.get()
    assert enrolment.summary["questions"][minipack.BLOCK["M-Q01"]] == 100.0
    assert Attempt.objects.count() == 2


def test_an_attempt_keeps_the_version_and_order_that_were_shown(signed_in: Client) -> None:
    shown = signed_in.get(url("three", 1)).content.decode()
    card = shown[shown.index(minipack.BLOCK["M-Q06"]) :]
    order = re.search(r'name="shown" value="([^"]*)"', card)
    assert order
    answer(signed_in, "M-Q06", {**minipack.WRONG["M-Q06"], "shown": order[1]})
    attempt = Attempt.objects.get()
    places = [shown.index(f'name="item-{name}"') for name in attempt.order]
    assert places == sorted(places)
    assert attempt.version.code == "M-Q06"
    assert attempt.order != ["k", "l", "m"]


def test_an_order_that_was_never_shown_is_not_believed(signed_in: Client) -> None:
    answer(signed_in, "M-Q06", {**minipack.WRONG["M-Q06"], "shown": "k,l,zz"})
    assert sorted(Attempt.objects.get().order) == ["k", "l", "m"]


def test_an_answer_is_an_event_with_the_language_it_was_given_in(signed_in: Client) -> None:
    answer(signed_in, "M-Q01", language="fr")
    event = LearningEvent.objects.get(verb="answered")
    assert (event.language, event.data["question"]) == ("fr", "M-Q01")


def test_a_form_without_token_is_refused(learner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)
    assert answer(strict, "M-Q01").status_code == 403
    assert not Response.objects.exists()

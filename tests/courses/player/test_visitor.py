"""A visitor learns without an account; an account takes over what she did."""

import dataclasses
import re

import pytest
from django.core import mail
from django.test import Client

from courses.catalogue.models import Course
from courses.enrolment.services import claim, forget_visitors, visitor_hash
from courses.models import Enrolment, LearningEvent, Response
from courses.player.reader import VISITOR_COOKIE
from portal.accounts.models import User
from portal.shared import ratelimit
from portal.shared.clock import now
from tests.courses import minipack
from tests.courses.player.steps import answer, complete, do_everything, url
from tests.limits import forget_limits


def test_a_visitor_answers_and_finds_the_answer_again(visitor: Client) -> None:
    answer(visitor, "M-Q01")
    assert 'data-state="right"' in visitor.get(url("one", 2)).content.decode()
    cookie = visitor.cookies[VISITOR_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 30 * 24 * 3600


def test_the_visitors_key_is_stored_as_a_digest_only(visitor: Client) -> None:
    answer(visitor, "M-Q01")
    key = visitor.cookies[VISITOR_COOKIE].value
    assert Enrolment.objects.get().visitor == visitor_hash(key) != key


def test_another_visitor_sees_nothing_of_it(visitor: Client) -> None:
    answer(visitor, "M-Q01")
    assert 'data-state="unanswered"' in Client().get(url("one", 2)).content.decode()


@pytest.mark.parametrize("key", ["", "x", "a" * 300, "\u00e9" * 30, "../../etc", "null"])
def test_a_foreign_or_broken_key_is_nobody(visitor: Client, key: str) -> None:
    answer(visitor, "M-Q01")
    stranger = Client()
    stranger.cookies[VISITOR_COOKIE] = key
    assert 'data-state="unanswered"' in stranger.get(url("one", 2)).content.decode()


def test_opening_a_page_leaves_no_trace_of_a_visitor(visitor: Client) -> None:
    assert visitor.post(f"{url('one', 1)}opened/", {"active_seconds": "9"}).status_code == 204
    assert not Enrolment.objects.exists()
    assert VISITOR_COOKIE not in visitor.cookies


def test_signing_up_keeps_what_a_visitor_has_done(visitor: Client) -> None:
    answer(visitor, "M-Q01")
    complete(visitor, "one", 1)
    visitor.post(
        "/en/account/sign-up/", {"email": "new@example.org", "password1": "a-long-password-1"}
    )
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[0].body)
    assert code, mail.outbox[0].body
    visitor.post("/en/account/confirm/", {"code": code.group()})
    page = visitor.get("/en/learning/").content.decode()
    assert "Mini course" in page
    enrolment = Enrolment.objects.get()
    assert enrolment.learner is not None
    assert enrolment.learner.email == "new@example.org"
    assert enrolment.visitor == ""


def test_signing_in_joins_a_visitors_work_to_the_accounts_own(
    visitor: Client, learner: User, signed_in: Client
) -> None:
    answer(signed_in, "M-Q01")
    answer(visitor, "M-Q01", minipack.WRONG["M-Q01"])
    answer(visitor, "M-Q02")
    claim(user=learner, visitor=visitor.cookies[VISITOR_COOKIE].value)
    enrolment = Enrolment.objects.get()
    assert enrolment.learner == learner
    assert enrolment.summary["questions"][minipack.BLOCK["M-Q01"]] == 100.0
    assert enrolment.summary["questions"][minipack.BLOCK["M-Q02"]] == 100.0
    assert set(LearningEvent.objects.values_list("learner", flat=True)) == {learner.public_id}


def test_claiming_twice_changes_nothing(visitor: Client, learner: User) -> None:
    do_everything(visitor)
    key = visitor.cookies[VISITOR_COOKIE].value
    assert claim(user=learner, visitor=key) == 1
    assert claim(user=learner, visitor=key) == 0
    assert Enrolment.objects.get().state == "passed"


def test_a_visitors_work_is_deleted_when_its_time_is_over(
    visitor: Client, signed_in: Client
) -> None:
    answer(visitor, "M-Q01")
    answer(signed_in, "M-Q01")
    assert forget_visitors(before=now()) == 1
    assert Enrolment.objects.get().learner is not None
    assert Response.objects.count() == 1


def test_a_course_for_accounts_is_closed_to_visitors(mini: Course, visitor: Client) -> None:
    mini.release.manifest["course"]["access"] = "learner"
    mini.release.save()
    assert visitor.get(url("one", 1)).status_code == 404
    assert visitor.get("/en/courses/mini/").status_code == 200
    assert answer(visitor, "M-Q01").status_code == 404
    assert "sign-in" in visitor.post("/en/courses/mini/start/").headers["Location"]


def test_one_address_cannot_begin_courses_without_end(
    mini: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = ratelimit.get("visitor-starts")
    monkeypatch.setitem(ratelimit.BY_NAME, "visitor-starts", dataclasses.replace(limit, amount=3))
    forget_limits()
    for _ in range(3):
        assert answer(Client(), "M-Q01").status_code == 302
    refused = answer(Client(), "M-Q01")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert Enrolment.objects.count() == 3
    forget_limits()

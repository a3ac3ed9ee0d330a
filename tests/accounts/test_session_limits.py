"""How long a sign-in lasts."""

import pytest
from django.contrib.auth import SESSION_KEY
from django_otp import DEVICE_ID_SESSION_KEY
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import session_limits
from portal.shared import clock
from tests.people import app_device, person, signed_in

MINUTE, HOUR, DAY = 60, 3600, 86_400
LEARNER = {SESSION_KEY: "1"}
VERIFIED = LEARNER | {DEVICE_ID_SESSION_KEY: "portal.appdevice/1"}


@pytest.mark.parametrize(
    ("session", "idle", "longest"),
    [(VERIFIED, HOUR, 12 * HOUR), (LEARNER, 14 * DAY, 30 * DAY)],
    ids=["verified", "learner"],
)
class TestLimits:
    def test_idle(self, session, idle, longest):
        session = dict(session)
        with clock.held() as time:
            session_limits.begin(session)
            time.advance(seconds=idle - 1)
            assert not session_limits.is_over(session)
            time.advance(seconds=1)
            assert session_limits.why_over(session) == session_limits.IDLE

    def test_being_there_prolongs_but_not_beyond_the_end(self, session, idle, longest):
        session = dict(session)
        with clock.held() as time:
            session_limits.begin(session)
            for _ in range(longest // (idle // 2) - 1):
                time.advance(seconds=idle // 2)
                assert not session_limits.is_over(session)
                session_limits.touch(session)
            time.advance(seconds=longest)
            assert session_limits.why_over(session) == session_limits.AGE

    def test_it_is_noted_rarely(self, session, idle, longest):
        session = dict(session)
        with clock.held() as time:
            session_limits.begin(session)
            before = dict(session)
            time.advance(seconds=idle / 60 - 1)
            session_limits.touch(session)
            assert session == before
            time.advance(seconds=1)
            session_limits.touch(session)
            assert session != before


def test_giving_a_factor_shortens_the_time():
    session = dict(LEARNER)
    with clock.held() as time:
        session_limits.begin(session)
        time.advance(days=3)
        assert not session_limits.is_over(session)
        assert session_limits.is_over(session | {DEVICE_ID_SESSION_KEY: "x"})


@pytest.mark.parametrize("marks", [{}, {"signed_in_at": 1}, {"signed_in_at": "x", "seen_at": "y"}, {"signed_in_at": None, "seen_at": None}])  # fmt: skip
def test_a_sign_in_that_does_not_say_when_it_began_is_over(marks):
    assert session_limits.is_over(LEARNER | marks)


def test_a_visitors_session_is_never_over():
    assert not session_limits.is_over({})
    session = {"x": 1}
    session_limits.touch(session)
    assert session == {"x": 1}


@given(began=st.floats(0, 40 * DAY), seen=st.floats(0, 40 * DAY), verified=st.booleans())
def test_the_rule_is_the_rule(began, seen, verified):
    with clock.held() as time:
        now = time().timestamp()
        session = dict(VERIFIED if verified else LEARNER)
        session |= {"signed_in_at": now - began, "seen_at": now - seen}
        idle, longest = (HOUR, 12 * HOUR) if verified else (14 * DAY, 30 * DAY)
        wanted = now - (now - began) >= longest or now - (now - seen) >= idle
        assert session_limits.is_over(session) == wanted


@pytest.mark.parametrize(
    ("session", "reason", "words"),
    [
        (VERIFIED, "idle", "not used for 60 minutes"), (VERIFIED, "age", "may last 12 hours"),
        (LEARNER, "idle", "not used for 14 days"), (LEARNER, "age", "may last 30 days"),
    ],
)  # fmt: skip
def test_the_reason_is_said_with_its_number(session, reason, words):
    assert words in session_limits.words(reason, session)


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize(("verified", "seconds"), [(True, HOUR), (False, 14 * DAY)])
    def test_the_next_page_after_the_end_asks_to_sign_in(self, verified, seconds):
        with clock.held() as time:
            browser = signed_in(person(), verified=verified)
            time.advance(seconds=seconds - 60)
            assert browser.get("/en/account/security/").status_code == 200
            time.advance(seconds=seconds - 60)
            assert browser.get("/en/account/security/").status_code == 200
            time.advance(seconds=seconds)
            answer = browser.get("/en/courses/")
            assert answer.url == "/en/account/sign-in/?next=/en/courses/"
            assert "Your sign-in ended" in browser.get(answer.url).content.decode()
            assert browser.get("/en/courses/").status_code == 200

    def test_a_form_sent_too_late_is_not_carried_out(self):
        with clock.held() as time:
            user = person("Before")
            browser = signed_in(user)
            time.advance(seconds=12 * HOUR)
            answer = browser.post("/en/account/profile/", {"name": "After", "language": "en"})
            assert answer.url == "/en/account/sign-in/"
            user.refresh_from_db()
            assert user.name == "Before"

    def test_every_way_in_starts_the_clock(self):
        from django.test import Client

        from tests.accounts.codes import code_of
        from tests.people import PASSWORD

        user = person()
        browser = Client()
        browser.post("/en/account/sign-in/", {"login": user.email, "password": PASSWORD})
        assert not session_limits.is_over(browser.session)
        device = app_device(user)
        other = Client()
        other.post("/en/account/sign-in/", {"login": user.email, "password": PASSWORD})
        other.post("/en/account/factor/", {"device": device.pk, "code": code_of(device)})
        assert not session_limits.is_over(other.session)

    def test_pages_within_a_minute_write_nothing(self, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        browser = signed_in(person(), verified=False)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            browser.get("/en/account/profile/")
        assert not [q for q in seen.captured_queries if q["sql"].startswith(("UPDATE", "INSERT"))]

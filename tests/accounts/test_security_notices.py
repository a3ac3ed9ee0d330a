"""Security notices: what happened and when, in the person's language, and nothing about her."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from portal.accounts import factor_services, security_notices
from portal.accounts.models import User
from portal.accounts.security_notices import FROM_ALLAUTH, NOTICES, SEVERAL
from portal.languages.table import CODES
from portal.notifications.mailing import due
from portal.notifications.models import Notification
from portal.shared.errors import Invalid, TooMany
from tests.accounts.authenticator import register
from tests.accounts.conftest import PASSWORD
from tests.people import app_device, member, organisation, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/account/sign-in/"
NEW = "quite another sentence 7"
CANARY = "CANARY"


@pytest.fixture
def canary(db) -> User:
    """A member whose every field is easily found again."""
    place = organisation(f"{CANARY} organisation", unit="customs")
    user = member(f"{CANARY} name", of=place)
    user.email = "canary-address@canary.example"
    user.save()
    EmailAddress.objects.filter(user=user).update(email=user.email)
    return user


def sent(to: str | None = None) -> list[mail.EmailMessage]:
    return [m for m in mail.outbox if to in (None, *m.to)]


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("notice", NOTICES)
def test_notice_is_complete_in_every_language_and_names_nobody(canary, language, notice):
    canary.language = language
    message = security_notices.message(canary, notice, canary.email)
    assert message.to == [canary.email]
    for text in (message.subject, message.body):
        assert not re.search(r"canary|\d+\.\d+\.\d+\.\d+|Mozilla|Firefox", text, re.IGNORECASE)
        assert not re.search(r"%\(|\{[{%]?|&#|&amp;|&quot;|None", text), text
    assert f"/{language}/account/password/reset/" in message.body
    assert str(timezone.now().year) in message.body
    assert "\n" not in message.subject


@pytest.mark.parametrize("language", CODES)
def test_subject_is_the_same_whatever_happened(canary, language):
    canary.language = language
    subjects = {security_notices.message(canary, kind, "x@example.org").subject for kind in NOTICES}
    assert len(subjects) == 1


def test_body_says_what_happened(canary):
    bodies = {security_notices.message(canary, kind, "x@example.org").body for kind in NOTICES}
    assert len(bodies) == len(NOTICES)


def test_notice_is_in_the_language_of_the_person_not_of_the_page(canary):
    canary.language = "ar"
    with translation.override("en"):
        assert "/ar/account/" in security_notices.message(canary, "factor_added", "x@e.org").body
        assert translation.get_language() == "en"


def test_unknown_notice_is_an_error(canary):
    with pytest.raises(KeyError):
        security_notices.tell(canary, "hello")
    assert set(FROM_ALLAUTH.values()) <= set(NOTICES)


def test_notice_goes_out_after_the_commit_and_once(canary, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        security_notices.tell(canary, "factor_added")
    assert mail.outbox == []
    assert waiting
    with django_capture_on_commit_callbacks(execute=True):
        security_notices.tell(canary, "factor_removed")
    assert [m.to for m in mail.outbox] == [[canary.email]]
    row = Notification.objects.get(user=canary)
    assert (row.verb, row.place, row.count) == ("security", "account_security", 2)
    assert due(canary, now_only=False) == []


def test_mail_server_that_fails_breaks_nothing(
    canary, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(self) -> None:
        raise OSError

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        security_notices.tell(canary, "factor_added")
    assert Notification.objects.filter(user=canary).exists()


def test_first_sign_in_tells_nothing_and_one_in_a_new_browser_does(
    amina, django_capture_on_commit_callbacks
):
    answers = {"login": amina.email, "password": PASSWORD}
    first, second = Client(), Client()
    with django_capture_on_commit_callbacks(execute=True):
        first.post(SIGN_IN, answers)
    assert sent() == []
    with django_capture_on_commit_callbacks(execute=True):
        second.post(SIGN_IN, answers)
    assert str(NOTICES["new_browser"]) in translated(amina, sent()[0])
    first.post("/en/account/sign-out/")
    with django_capture_on_commit_callbacks(execute=True):
        first.post(SIGN_IN, answers)
    assert len(sent()) == 1


def translated(user: User, message: mail.EmailMessage) -> str:
    """Return the body with the sentences in the language the tests compare with."""
    with translation.override(user.language):
        for sentence in NOTICES.values():
            if str(sentence) in message.body:
                with translation.override("en"):
                    return str(sentence)
    return message.body


def test_passkey_that_was_added_is_told(browser, amina, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert register(browser).status_code == 200
    assert [translated(amina, m) for m in sent()] == [NOTICES["factor_added"]]


def test_new_password_is_told(browser, amina):
    data = {"oldpassword": PASSWORD, "password1": NEW}
    browser.post("/en/account/password/change/", data)
    assert [translated(amina, m) for m in sent(amina.email)] == [NOTICES["password_changed"]]


def test_new_address_is_told_to_the_old_and_the_new_one(browser, amina):
    url = browser.post("/en/account/email/", {"action_add": "1", "email": "new@example.org"}).url
    browser.post(url, {"password": PASSWORD})
    code = re.search(r"[B-Z]{4}-[B-Z]{4}", mail.outbox[0].body)[0]
    browser.post("/en/account/confirm/", {"action": "verify", "code": code})
    told = mail.outbox[1:]
    assert [m.to for m in told] == [["amina@example.org"], ["new@example.org"]]
    assert {translated(amina, m) for m in told} == {NOTICES["address_changed"]}
    assert not any("@example" in m.body for m in told)


def wrong(user: User) -> None:
    with pytest.raises((Invalid, TooMany)):
        factor_services.check(user=user, device=app_device(user), code="000000")
    device = app_device(user)
    device.throttling_failure_count = 0
    device.save()


def test_several_wrong_second_factors_are_told_once_an_hour(
    amina, django_capture_on_commit_callbacks
):
    app_device(amina)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(SEVERAL - 1):
            wrong(amina)
        assert not Notification.objects.filter(user=amina).exists()
        for _ in range(SEVERAL):
            wrong(amina)
    assert [translated(amina, m) for m in sent()] == [NOTICES["factor_failed"]]


def test_code_at_sign_in_is_no_reason_for_a_second_notice(
    amina, django_capture_on_commit_callbacks
):
    client = signed_in(amina)
    with django_capture_on_commit_callbacks(execute=True):
        client.get("/en/account/security/")
    assert sent() == []

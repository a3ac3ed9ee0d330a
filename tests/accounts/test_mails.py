"""Mails: in the person's language, complete, and without a word too many."""

import re
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.core import mail
from django.test import RequestFactory
from django.utils import timezone, translation

import portal
from portal.languages.table import CODES

pytestmark = pytest.mark.django_db
FOLDER = Path(portal.__file__).parent / "templates" / "account" / "email"
KINDS = sorted(path.name.removesuffix("_subject.txt") for path in FOLDER.glob("*_subject.txt"))
KINDS.remove("security_notice")  # tests of its own: test_security_notices


def send(kind: str, user, **extra) -> mail.EmailMessage:
    request = RequestFactory().get(
        "/en/", HTTP_USER_AGENT="CANARY-BROWSER", REMOTE_ADDR="203.0.113.9"
    )
    with context.request_context(request):
        data = {
            "user": user,
            "code": "BCDF-GHJK",
            "password_reset_url": "http://testserver/x/?a=1&b=2",
            "timestamp": timezone.now(),
            "ip": "203.0.113.9",
            "user_agent": "CANARY-BROWSER",
            **extra,
        }
        get_adapter().send_mail(f"account/email/{kind}", user.email, data)
    return mail.outbox[-1]


def test_there_is_a_subject_for_every_message():
    messages = {p.name.removesuffix("_message.txt") for p in FOLDER.glob("*_message.txt")}
    assert messages - {"base", "security_notice"} == set(KINDS)


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_is_complete_in_every_language(amina, kind, language):
    amina.language = language
    message = send(kind, amina)
    for text in (message.subject, message.body):
        assert "Practitioners’ Platform" in text
        assert not re.search(r"%\(|\{[{%]?|&#|&amp;|&quot;|None", text), text
    assert f"/{language}/account/" in message.body
    assert "\n" not in message.subject


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_holds_anything_about_the_person(amina, kind):
    message = send(kind, amina, from_email="CANARY@old.example", to_email="CANARY@new.example",
                   deleted_email="CANARY@x.example", email="CANARY@mail.example")  # fmt: skip
    text = f"{message.subject}\n{message.body}"
    for secret in ("Amina", "amina@", "CANARY", "203.0.113.9"):
        assert secret not in text


def test_a_mail_is_in_the_language_of_the_person_not_of_the_page(amina, monkeypatch):
    amina.language = "ar"
    languages = []
    adapter = type(get_adapter())
    real = adapter.render_mail

    def spy(self, *args, **kwargs):
        languages.append(translation.get_language())
        return real(self, *args, **kwargs)

    monkeypatch.setattr(adapter, "render_mail", spy)
    with translation.override("en"):
        send("password_reset_key", amina)
        assert translation.get_language() == "en"
    assert languages == ["ar"]

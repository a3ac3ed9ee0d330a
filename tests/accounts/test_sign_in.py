"""Signing in and out, where it leads, and what limits guessing."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.accounts import known_browsers
from portal.accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/account/sign-in/"
SIGN_OUT = "/en/account/sign-out/"

ELSEWHERE = [
    "https://evil.example/", "//evil.example", "///evil.example", "http:///evil.example",
    "/\\evil.example", "\\\\evil.example", "http:evil.example", "https:evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
    "http://testserver@evil.example/", "http://testserver.evil.example/", "http://evil.example#testserver",
    "http://evil.example?testserver", " //evil.example", "\t//evil.example", "/\t/evil.example",
    "\x00//evil.example", "http://[::1", "ftp://testserver/", "https://localhost.evil.example",
    "//testserver:80@evil.example", "http://localhost/", "/" + "a" * 3000, "%2f%2fevil.example@",
]  # fmt: skip


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"login": email, "password": password, **extra})


def test_signing_in_leads_to_my_learning(client, amina):
    answer = sign_in(client, "AMINA@example.org")
    assert (answer.status_code, answer.url) == (302, "/en/learning/")


def test_signing_in_goes_back_to_where_it_was_asked_for(client, amina):
    assert (
        sign_in(client, amina.email, next="/en/courses/?level=basic").url
        == "/en/courses/?level=basic"
    )
    again = Client()
    assert sign_in(again, amina.email, next="http://testserver/fr/").url == "http://testserver/fr/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_to_another_host(client, amina, target):
    answer = sign_in(client, amina.email, next=target)
    assert answer.status_code == 302
    assert answer.url in {"/en/learning/"} or answer.url.startswith("%2f")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_out_never_leads_to_another_host(browser, target):
    answer = browser.post(SIGN_OUT, {"next": target})
    assert answer.status_code == 302
    assert answer.url == "/" or answer.url.startswith("%2f")


@pytest.mark.parametrize("address", ["sign-in", "sign-up"])
@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_signed_in_person_is_not_sent_to_another_host(browser, address, target):
    answer = browser.get(f"/en/account/{address}/", {"next": target})
    assert answer.status_code == 302
    assert answer.url == "/en/learning/" or answer.url.startswith("%2f")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(amina):
    texts = []
    for email in (amina.email, "nobody@example.org"):
        answer = sign_in(Client(), email, "wrong words here")
        assert answer.status_code == 200
        assert f'value="{email}"' in answer.content.decode()
        texts.append(answer.context["form"].errors)
    assert texts[0] == texts[1]


def test_signing_out_needs_a_post_and_clears_the_browser(browser):
    assert browser.get(SIGN_OUT).status_code == 200
    assert "_auth_user_id" in browser.session
    answer = browser.post(SIGN_OUT)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in browser.session


def test_a_closed_account_is_told_so_after_the_right_password_only(client, amina):
    User.objects.update(is_active=False)
    assert sign_in(client, amina.email).url == "/en/account/inactive/"
    assert sign_in(client, amina.email, "wrong words here").status_code == 200
    assert client.get("/en/account/inactive/").status_code == 200


def test_too_many_wrong_passwords_are_stopped_with_the_time_to_wait(client, amina):
    for _ in range(5):
        sign_in(client, amina.email, "wrong words here")
    answer = sign_in(client, amina.email)
    assert answer.status_code == 200
    assert "Wait 5 minutes" in answer.content.decode()


def test_a_stranger_who_guesses_does_not_shut_out_the_owner(browser, amina):
    browser.post(SIGN_OUT)
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(6):
        answer = sign_in(stranger, amina.email, "wrong words here")
    assert "Wait 5 minutes" in answer.content.decode()
    assert sign_in(browser, amina.email).url == "/en/learning/"


def test_the_cookie_of_a_known_browser_holds_no_address_and_cannot_be_made_up(browser, amina, rf):
    value = browser.cookies[known_browsers.COOKIE].value
    assert "amina" not in value
    request = rf.get("/")
    request.COOKIES[known_browsers.COOKIE] = value
    assert known_browsers.knows(request, "AMINA@example.org")
    assert not known_browsers.knows(request, "other@example.org")
    request.COOKIES[known_browsers.COOKIE] = "x" + value
    assert not known_browsers.knows(request, amina.email)


def test_more_requests_than_allowed_get_the_429_page(client, amina):
    statuses = [sign_in(client, f"p{n}@example.org", "wrong words").status_code for n in range(31)]
    assert statuses[-1] == 429
    answer = sign_in(client, amina.email)
    assert "Too many tries" in answer.content.decode()
    assert int(answer.headers["Retry-After"]) > 0


def test_signing_in_changes_the_session_key(client, amina):
    client.get(SIGN_IN)
    session = client.session
    session["x"] = "1"
    session.save()
    before = session.session_key
    sign_in(client, amina.email)
    assert client.session.session_key != before
    assert UserSession.objects.get().session_key == client.session.session_key


def test_there_is_no_second_way_to_sign_in_by_json(client, amina):
    answer = client.post(
        SIGN_IN,
        {"login": amina.email, "password": "wrong words here"},
        HTTP_ACCEPT="application/json",
    )
    assert answer.headers["Content-Type"].startswith("text/html")

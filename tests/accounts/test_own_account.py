"""What a person can do on her own account pages."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from portal.accounts.devices import browser_and_system
from portal.accounts.models import User
from portal.accounts.services import set_language
from portal.organisations.models import Region
from portal.shared.errors import Invalid
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "quite another sentence 7"
PROFILE = "/en/account/profile/"


def sign_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/en/account/sign-in/", {"login": email, "password": password})
    return client


def signed_in(client: Client) -> bool:
    return client.get("/en/account/security/").status_code == 200


@pytest.mark.parametrize("page", ["security", "profile", "sessions", "email", "password/change"])
def test_own_pages_ask_a_visitor_to_sign_in(client, page):
    answer = client.get(f"/en/account/{page}/")
    assert answer.url == f"/en/account/sign-in/?next=/en/account/{page}/"


def test_profile_stores_what_the_person_tells(browser, amina):
    Region.objects.get_or_create(code="SN")
    answer = browser.post(
        PROFILE, {"name": "  Amina\u202e  Ndiaye\n", "language": "ru", "region": "SN"}
    )
    assert answer.url == "/ru/account/profile/"
    assert browser.cookies["django_language"].value == "ru"
    amina.refresh_from_db()
    assert (amina.name, amina.language, amina.region_id) == ("Amina Ndiaye", "ru", "SN")


def test_profile_needs_only_the_language(browser, amina):
    assert browser.post(PROFILE, {"language": "fr"}).status_code == 302
    amina.refresh_from_db()
    assert (amina.name, amina.region_id) == ("", None)


@pytest.mark.parametrize(
    "change",
    [
        {"language": ""},
        {"language": "xx"},
        {"region": "ZZ"},
        {"name": "n" * 151},
        {"name": "a\x00b"},
    ],
)
def test_profile_refuses_other_values_and_keeps_what_was_typed(browser, amina, change):
    answer = browser.post(PROFILE, {"name": "Typed", "language": "es", "region": "", **change})
    assert answer.status_code == 200
    assert "<title>Error:" in answer.content.decode()
    if "name" not in change:
        assert 'value="Typed"' in answer.content.decode()
    amina.refresh_from_db()
    assert (amina.name, amina.language) == ("Amina", "fr")


def test_profile_changes_nothing_but_its_fields(browser, amina):
    extra = {"is_staff": "1", "is_superuser": "1", "email": "x@example.org", "id": "999"}
    browser.post(PROFILE, {"language": "fr", "name": "A", **extra})
    amina.refresh_from_db()
    assert (amina.is_staff, amina.is_superuser, amina.email) == (False, False, "amina@example.org")


def test_set_language_refuses_one_the_site_does_not_have(amina):
    with pytest.raises(Invalid):
        set_language(user=amina, language="de")
    assert set_language(user=amina, language="ar").language == "ar"


def test_security_lists_the_sign_ins_and_a_look_changes_nothing(browser, amina):
    other = sign_in(amina.email)
    other.session.flush()
    before = list(UserSession.objects.values_list("pk", flat=True))
    text = browser.get("/en/account/security/").content.decode()
    assert "This browser" in text
    assert text.count("Sign out there") == 0
    assert list(UserSession.objects.values_list("pk", flat=True)) == before


def test_one_sign_in_can_be_ended(browser, amina):
    other, third = sign_in(amina.email), sign_in(amina.email)
    row = UserSession.objects.get(session_key=other.session.session_key)
    answer = browser.post("/en/account/sessions/", {"sign_in": row.pk})
    assert answer.url == "/en/account/security/"
    assert [signed_in(c) for c in (browser, other, third)] == [True, False, True]


def test_all_other_sign_ins_can_be_ended(browser, amina):
    other, third = sign_in(amina.email), sign_in(amina.email)
    browser.post("/en/account/sessions/", {"others": "1"})
    assert [signed_in(c) for c in (browser, other, third)] == [True, False, False]


def test_somebody_elses_sign_in_cannot_be_ended(browser):
    stranger = User.objects.create_user("b@example.org", PASSWORD)
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    other = sign_in(stranger.email)
    row = UserSession.objects.get(session_key=other.session.session_key)
    missing = browser.post("/en/account/sessions/", {"sign_in": "987654321"})
    forbidden = browser.post("/en/account/sessions/", {"sign_in": row.pk})
    assert missing.status_code == forbidden.status_code == 404
    assert signed_in(other)


@pytest.mark.parametrize("value", ["", "x", "-1", "1" * 40, "١", "1\x00"])
def test_ending_a_sign_in_without_a_proper_number_is_not_found(browser, value):
    assert browser.post("/en/account/sessions/", {"sign_in": value}).status_code == 404


def test_changing_the_password_ends_every_sign_in_and_sends_a_notice(browser, amina):
    other = sign_in(amina.email)
    answer = browser.post(
        "/en/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW}
    )
    assert answer.url == "/en/account/sign-in/"
    assert [signed_in(c) for c in (browser, other)] == [False, False]
    assert UserSession.objects.count() == 0
    assert signed_in(sign_in(amina.email, NEW))
    assert len(mail.outbox) == 1


def test_changing_the_password_needs_the_present_one(browser, amina):
    answer = browser.post(
        "/en/account/password/change/", {"oldpassword": "not this one 1", "password1": NEW}
    )
    assert answer.status_code == 200
    assert NEW not in answer.content.decode()
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)


def link_of(message) -> str:
    return re.search(r"http://testserver(/\S+/password/reset/key/\S+)", message.body)[1]


def test_a_forgotten_password_is_reset_by_a_link_in_the_persons_language(client, amina):
    other = sign_in(amina.email)
    client.post("/en/account/password/reset/", {"email": amina.email})
    link = link_of(mail.outbox[0])
    assert link.startswith("/fr/account/password/reset/key/")
    form = client.get(link)
    assert form.url.endswith("-set-password/")
    assert client.get(form.url).status_code == 200
    answer = client.post(form.url, {"password1": NEW})
    assert answer.url == "/fr/account/password/reset/done/"
    assert not signed_in(client)
    assert not signed_in(other)
    assert signed_in(sign_in(amina.email, NEW))
    again = Client().get(link)
    assert again.status_code == 200
    assert "password1" not in again.content.decode()


def test_asking_for_a_reset_gives_the_same_answer_for_every_address(amina):
    seen = []
    for email in (amina.email, "nobody@example.org"):
        client = Client()
        answer = client.post("/en/account/password/reset/", {"email": email})
        text = client.get(answer.url).content.decode()
        seen.append((answer.status_code, answer.url, re.sub(r'nonce="[^"]+"', "", text)))
    assert seen[0] == seen[1]
    assert [m.to for m in mail.outbox] == [[amina.email]]


def test_a_new_address_counts_after_its_code_and_the_old_one_is_told(browser, amina):
    answer = browser.post("/en/account/email/", {"action_add": "1", "email": "new@example.org"})
    assert answer.url.startswith("/en/account/reauthenticate/")
    answer = browser.post(answer.url, {"password": PASSWORD})
    assert answer.url == "/en/account/confirm/"
    amina.refresh_from_db()
    assert amina.email == "amina@example.org"
    assert mail.outbox[0].to == ["new@example.org"]
    code = re.search(r"[B-Z]{4}-[B-Z]{4}", mail.outbox[0].body)[0]
    browser.post("/en/account/confirm/", {"action": "verify", "code": code})
    amina.refresh_from_db()
    assert amina.email == "new@example.org"
    assert [a.email for a in EmailAddress.objects.filter(user=amina)] == ["new@example.org"]
    assert mail.outbox[1].to == ["amina@example.org"]
    assert "new@example.org" not in mail.outbox[1].body


def test_an_address_another_account_bears_is_not_taken_over(browser, amina):
    User.objects.create_user("taken@example.org", PASSWORD)
    url = browser.post("/en/account/email/", {"action_add": "1", "email": "taken@example.org"}).url
    browser.post(url, {"password": PASSWORD})
    code = re.search(r"[B-Z]{4}-[B-Z]{4}", mail.outbox[0].body)[0]
    answer = browser.post("/en/account/confirm/", {"action": "verify", "code": code})
    assert "This address cannot be used" in answer.content.decode()
    amina.refresh_from_db()
    assert amina.email == "amina@example.org"


def test_the_password_is_asked_again_before_the_address_changes(browser):
    url = browser.post("/en/account/email/", {"action_add": "1", "email": "n@example.org"}).url
    answer = browser.post(url, {"password": "not this one 1"})
    assert answer.status_code == 200
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Windows")),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Linux")),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18 Safari/604.1", ("Safari", "iPhone")),
        ("", ("", "")),
        ("<script>", ("", "")),
    ],
)
def test_a_browser_is_named_as_far_as_it_is_recognised(words, names):
    assert browser_and_system(words) == names

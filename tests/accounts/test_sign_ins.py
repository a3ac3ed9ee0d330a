"""Sign-ins: listed, ended one by one or all, recorded; ended means ended for sockets as well."""

import json

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from portal import events
from portal.accounts import queries, services
from portal.accounts.models import Hold, User
from portal.accounts.services import session_mark
from portal.audit.models import AuditRow
from portal.events.messages import RightsChanged, SignInEnded, SignInRenewed, SignInsEnded
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.accounts.authenticator import Authenticator, register, use
from tests.accounts.codes import code_of, recovery_of
from tests.accounts.conftest import PASSWORD
from tests.people import app_device, person, signed_in, staff

pytestmark = pytest.mark.django_db
SESSIONS = "/en/account/sessions/"
SECURITY = "/en/account/security/"
NEW = "quite another sentence 7"


@pytest.fixture
def heard(monkeypatch) -> list:
    """What is published while a test runs, as if every transaction were committed."""
    messages: list = []
    monkeypatch.setattr(events.transaction, "on_commit", lambda deliver, robust: deliver())
    monkeypatch.setattr(events, "_deliver", messages.append)
    return messages


def sign_in(user: User, **extra: str) -> Client:
    client = Client()
    client.post("/en/account/sign-in/", {"login": user.email, "password": PASSWORD}, **extra)
    return client


def works(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def facts_of(event: str) -> list[dict]:
    rows = AuditRow.objects.filter(event=event).order_by("number")
    return [json.loads(row.body)["facts"] for row in rows]


# -- the list ------------------------------------------------------------------------------------


def test_list_says_what_confirmed_each_sign_in(amina):
    plain = sign_in(amina)
    assert [row.factor for row in queries.sign_ins(amina, None)] == [""]
    passkey = Authenticator()
    register(plain, passkey)
    by_passkey, by_app, by_recovery = Client(), sign_in(amina), sign_in(amina)
    use(by_passkey, passkey)
    device = app_device(amina)
    by_app.post("/en/account/factor/", {"device": str(device.pk), "code": code_of(device)})
    by_recovery.post("/en/account/factor/recovery/", {"code": recovery_of(amina, 1)[0]})
    rows = {row.factor: row for row in queries.sign_ins(amina, by_app.session.session_key)}
    assert rows.keys() == {"passkey", "app", "recovery"}
    assert rows["app"].current
    text = by_app.get(SESSIONS).content.decode()
    for words in ("with a passkey", "with an app code", "with a recovery code"):
        assert words in text


@pytest.mark.parametrize("others", [0, 3])
def test_list_takes_two_queries(amina, others, django_assert_num_queries):
    for _ in range(others + 1):
        sign_in(amina)
    with django_assert_num_queries(2):
        assert len(queries.sign_ins(amina, None)) == others + 1


def test_list_leaves_out_what_is_over(amina):
    client, other = sign_in(amina), sign_in(amina)
    Session.objects.filter(session_key=other.session.session_key).delete()
    assert [row.id for row in queries.sign_ins(amina, None)] == [row_of(client).pk]


# -- ending --------------------------------------------------------------------------------------


def test_one_sign_in_ends_for_sockets_too(amina, heard):
    browser, other = sign_in(amina), sign_in(amina)
    key = other.session.session_key
    heard.clear()
    browser.post(SESSIONS, {"sign_in": row_of(other).pk})
    assert [SignInEnded(amina.pk, session_mark(key))] == [m for m in heard if "SignIn" in str(m)]
    assert (works(browser), works(other)) == (True, False)
    assert facts_of("session.ended") == [{"count": 1}]


def test_this_was_not_me_ends_it_and_leads_to_a_new_password(amina):
    browser, other = sign_in(amina), sign_in(amina)
    answer = browser.post(SESSIONS, {"sign_in": row_of(other).pk, "not_me": "1"})
    assert answer.url == "/en/account/password/change/"
    assert not works(other)


def test_all_sign_ins_can_be_ended_this_one_too(amina):
    clients = [sign_in(amina) for _ in range(3)]
    answer = clients[0].post(SESSIONS, {"all": "1"})
    assert answer.url == "/en/account/sign-in/"
    assert [works(client) for client in clients] == [False] * 3
    assert UserSession.objects.filter(user=amina).count() == 0
    assert "You are signed out everywhere." in clients[0].get(answer.url).content.decode()


def test_sign_in_of_somebody_else_is_not_ended_by_the_service(amina):
    other = sign_in(amina)
    with pytest.raises(NotAllowed):
        services.end_sign_in(user=person(), sign_in=row_of(other).pk)
    assert works(other)


def test_ending_twice_is_not_found_and_ends_nothing_more(amina):
    browser, other = sign_in(amina), sign_in(amina)
    number = row_of(other).pk
    assert browser.post(SESSIONS, {"sign_in": number}).status_code == 302
    assert browser.post(SESSIONS, {"sign_in": number}).status_code == 404
    assert works(browser)


def test_signing_out_is_recorded_and_ends_for_sockets(amina, heard):
    browser = sign_in(amina)
    key = browser.session.session_key
    heard.clear()
    browser.post("/en/account/sign-out/")
    assert SignInEnded(amina.pk, session_mark(key)) in heard
    assert AuditRow.objects.filter(event="sign-out", about=str(amina.public_id)).count() == 1
    assert not UserSession.objects.filter(session_key=key).exists()


def test_signing_out_a_visitor_records_nothing(client):
    client.post("/en/account/sign-out/")
    assert not AuditRow.objects.exists()


def test_new_password_ends_everything_for_sockets(amina, heard):
    browser, other = sign_in(amina), sign_in(amina)
    browser.post("/en/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert SignInsEnded(amina.pk) in heard
    assert [works(client) for client in (browser, other)] == [False, False]
    assert facts_of("password.changed") == [{"way": "change"}]


def test_new_second_factor_ends_the_others_alone(amina, heard):
    browser, other = sign_in(amina), sign_in(amina)
    key = other.session.session_key
    register(browser)
    assert SignInEnded(amina.pk, session_mark(key)) in heard
    assert SignInsEnded(amina.pk) not in heard
    assert (works(browser), works(other)) == (True, False)


def test_confirming_names_the_old_and_the_new_session(amina, heard):
    passkey, browser = Authenticator(), sign_in(amina)
    register(browser, passkey)
    old = browser.session.session_key
    heard.clear()
    use(browser, passkey)
    new = browser.session.session_key
    assert SignInRenewed(amina.pk, session_mark(old), session_mark(new)) in heard
    assert [row.current for row in queries.sign_ins(amina, new)] == [True]


# -- suspension ----------------------------------------------------------------------------------


def test_held_account_is_out_at_once_and_may_come_back(amina, heard):
    actor, browser = staff("administrator"), sign_in(amina)
    services.hold_account(actor=actor, user=amina)
    assert SignInsEnded(amina.pk) in heard
    assert RightsChanged(amina.pk) in heard
    assert not works(browser)
    assert "_auth_user_id" not in sign_in(amina).session
    held = AuditRow.objects.get(event="account.held")
    assert (held.actor, held.about) == (str(actor.public_id), str(amina.public_id))
    services.release_account(actor=actor, user=amina)
    assert works(sign_in(amina))
    assert AuditRow.objects.filter(event="account.released").count() == 1


def test_holding_twice_or_releasing_nothing_is_refused(amina):
    actor = staff("administrator")
    with pytest.raises(Conflict):
        services.release_account(actor=actor, user=amina)
    with pytest.raises(Invalid):
        services.hold_account(actor=actor, user=amina, reason="he is rude")
    services.hold_account(actor=actor, user=amina, reason=Hold.SUSPENDED)
    with pytest.raises(Conflict):
        services.hold_account(actor=actor, user=amina)
    assert AuditRow.objects.filter(event="account.held").count() == 1


# -- the record ----------------------------------------------------------------------------------


def test_sign_in_is_recorded_with_way_factor_and_whether_the_browser_is_known(amina):
    browser = sign_in(amina)
    browser.post("/en/account/sign-out/")
    browser.post("/en/account/sign-in/", {"login": amina.email, "password": PASSWORD})
    assert facts_of("sign-in") == [
        {"way": "password", "factor": "none", "known": False},
        {"way": "password", "factor": "none", "known": True},
    ]
    device = app_device(amina)
    asked = sign_in(amina)
    asked.post("/en/account/factor/", {"device": str(device.pk), "code": code_of(device)})
    assert facts_of("sign-in")[-1] == {"way": "password", "factor": "app", "known": False}


def test_failed_sign_in_is_recorded_about_the_account_it_was_tried_on(amina):
    wrong = {"password": "not this one 1"}
    Client().post("/en/account/sign-in/", {"login": "AMINA@example.org", **wrong})
    Client().post("/en/account/sign-in/", {"login": "nobody@example.org", **wrong})
    rows = AuditRow.objects.filter(event="sign-in.failed").order_by("number")
    assert [(row.actor, row.about) for row in rows] == [("", str(amina.public_id)), ("", "")]
    assert not any("example.org" in row.body for row in rows)


def test_sign_up_is_recorded(client):
    client.post("/en/account/sign-up/", {"email": "new@example.org", "password1": NEW})
    assert facts_of("account.made") == [{"way": "page"}]
    assert facts_of("address.changed") == []


def test_lists_and_records_of_others_are_out_of_reach(amina):
    sign_in(amina)
    text = signed_in(person(), verified=False).get(SESSIONS).content.decode()
    assert 'name="sign_in"' not in text

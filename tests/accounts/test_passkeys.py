"""Passkeys: made, named, used to sign in, as a second factor and to confirm; and every misuse."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import step_up, webauthn_views
from portal.accounts.models import Hold
from portal.audit.models import AuditRow
from portal.shared import clock
from tests.accounts.authenticator import (
    BEGIN,
    COMPLETE,
    REGISTER_BEGIN,
    REGISTER_COMPLETE,
    Authenticator,
    post,
    register,
    use,
)
from tests.accounts.conftest import PASSWORD
from tests.people import app_device, person, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/account/sign-in/"
SECURITY = "/en/account/security/"


@pytest.fixture
def passkey(amina) -> Authenticator:
    """Amina's passkey; no browser of hers is signed in."""
    made = Authenticator()
    assert register(signed_in(amina, verified=False), made).status_code == 200
    return made


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def is_verified(client: Client) -> bool:
    return bool(client.session.get("otp_device_id"))


def by_password(amina) -> Client:
    client = Client()
    client.post(SIGN_IN, {"login": amina.email, "password": PASSWORD})
    return client


# -- making one ----------------------------------------------------------------------------------


def test_first_passkey_leads_to_recovery_codes_and_verifies_the_sign_in(browser, amina):
    answer = register(browser, name="  my \u202ephone ")
    assert answer.json() == {"redirect_url": "/en/account/recovery-codes/"}
    device = WebAuthnCredential.objects.get()
    assert (device.user_id, device.name, device.discoverable) == (amina.pk, "my phone", True)
    assert is_verified(browser)
    facts = [(row.event, row.about) for row in AuditRow.objects.filter(event="factor.added")]
    assert facts == [("factor.added", str(amina.public_id))]


def test_passkey_without_a_name_gets_one_of_browser_and_system(browser):
    begun = post(browser, REGISTER_BEGIN)
    body = {"credential": Authenticator().attest(begun.json())}
    post(browser, REGISTER_COMPLETE, body, HTTP_USER_AGENT="(Windows NT 10.0) Firefox/140.0")
    assert WebAuthnCredential.objects.get().name == "Firefox on Windows"


def test_answers_lead_to_pages_in_the_language_of_the_page(browser):
    begun = post(browser, REGISTER_BEGIN)
    body = {"credential": Authenticator().attest(begun.json())}
    answer = post(browser, f"{REGISTER_COMPLETE}?language=ar", body)
    assert answer.json()["redirect_url"].startswith("/ar/")


def test_options_ask_for_a_key_that_can_stand_alone(browser, amina):
    options = post(browser, REGISTER_BEGIN).json()
    assert options["rp"]["id"] == "localhost"
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert options["user"]["name"] == amina.email


def test_second_passkey_names_the_first_as_excluded_and_ends_other_sign_ins(browser, amina):
    register(browser)
    other = by_password(amina)
    assert len(post(browser, REGISTER_BEGIN).json()["excludeCredentials"]) == 1
    assert register(browser).status_code == 200
    assert WebAuthnCredential.objects.filter(user=amina).count() == 2
    assert is_signed_in(browser)
    assert not is_signed_in(other)


def test_another_passkey_needs_a_fresh_second_factor(amina):
    client = signed_in(amina, fresh=False)
    answer = post(
        client, REGISTER_BEGIN, HTTP_REFERER="http://testserver/en/account/factor/set-up/"
    )
    assert answer.status_code == 403
    assert answer.json() == {
        "code": "confirm",
        "redirect_url": "/en/account/reauthenticate/?next=%2Fen%2Faccount%2Ffactor%2Fset-up%2F",
    }


def test_fresh_check_is_asked_again_when_the_passkey_is_stored(amina):
    client = signed_in(amina)
    begun = post(client, REGISTER_BEGIN)
    session = client.session
    session[step_up.SESSION_KEY] = clock.now().timestamp() - 601
    session.save()
    body = {"credential": Authenticator().attest(begun.json())}
    assert post(client, REGISTER_COMPLETE, body).json()["code"] == "confirm"
    assert not WebAuthnCredential.objects.exists()


@pytest.mark.parametrize("wrong", [{"origin": "http://localhost:8001"}, {"origin": "http://testserver"},
                                   {"verified": False}])  # fmt: skip
def test_new_passkey_of_another_origin_or_without_verification_is_refused(browser, wrong):
    assert register(browser, **wrong).status_code == 422
    assert not WebAuthnCredential.objects.exists()


def test_registration_challenge_counts_once_and_for_one_person(browser, amina):
    begun = post(browser, REGISTER_BEGIN)
    body = {"credential": Authenticator().attest(begun.json())}
    assert post(browser, REGISTER_COMPLETE, body).status_code == 200
    assert post(browser, REGISTER_COMPLETE, body).json()["code"] == "invalid_state"
    other = signed_in(person(), verified=False)
    assert post(other, REGISTER_COMPLETE, body).json()["code"] == "invalid_state"
    assert WebAuthnCredential.objects.count() == 1


def test_credential_that_is_known_is_refused_for_another_account(passkey):
    answer = register(signed_in(person(), verified=False), passkey)
    assert (answer.status_code, answer.json()["code"]) == (422, "credential_known")


def test_visitor_cannot_register(client):
    assert post(client, REGISTER_BEGIN).status_code == 403
    assert post(client, REGISTER_COMPLETE, {"credential": {}}).status_code == 403


def test_name_that_is_too_long_is_refused_in_words(browser):
    answer = register(browser, name="n" * 65)
    assert answer.json() == {"code": "said", "detail": "A name has 64 characters at most."}
    assert not WebAuthnCredential.objects.exists()


def test_passkey_can_be_renamed_by_its_owner_alone(browser, amina):
    register(browser)
    device = WebAuthnCredential.objects.get()
    url = f"/en/account/factor/passkey/{device.pk}/name/"
    assert browser.post(url, {"name": "Office key"}).url == SECURITY
    stranger = signed_in(person())
    assert stranger.get(url).status_code == stranger.post(url, {"name": "x"}).status_code == 404
    assert browser.post(url, {"name": " "}).status_code == 200
    device.refresh_from_db()
    assert device.name == "Office key"
    assert '<bdi dir="auto">Office key</bdi>' in browser.get(SECURITY).content.decode()


# -- signing in with it --------------------------------------------------------------------------


def test_passkey_signs_in_alone_with_the_second_factor_given(client, amina, passkey):
    answer = use(client, passkey)
    assert answer.json() == {"redirect_url": "/en/learning/"}
    assert client.get(SECURITY).status_code == 200
    assert is_verified(client)
    assert "known_accounts" in answer.cookies
    assert UserSession.objects.get(session_key=client.session.session_key).user_id == amina.pk
    row = AuditRow.objects.filter(event="sign-in").latest("number")
    assert '"factor":"passkey","known":false,"way":"passkey"' in row.body


def test_sign_in_goes_where_the_person_wanted_but_never_elsewhere(passkey):
    wanted = use(Client(), passkey, "?language=fr&next=/fr/courses/").json()
    assert wanted == {"redirect_url": "/fr/courses/"}
    elsewhere = use(Client(), passkey, "?language=fr&next=//evil.example/").json()
    assert elsewhere == {"redirect_url": "/fr/learning/"}


def test_sign_in_changes_the_session_key(client, passkey):
    begun = post(client, BEGIN)
    before = client.session.session_key
    post(client, COMPLETE, {"credential": passkey.answer(begun.json())})
    assert client.session.session_key != before


def test_passkey_is_the_second_factor_after_the_password(amina, passkey):
    client = by_password(amina)
    assert not is_signed_in(client)
    begun = post(client, BEGIN).json()
    assert len(begun["allowCredentials"]) == 1
    answer = post(client, COMPLETE, {"credential": passkey.answer(begun)})
    assert answer.json() == {"redirect_url": "/en/learning/"}
    assert is_signed_in(client)
    assert is_verified(client)


def test_passkey_of_somebody_else_does_not_finish_a_sign_in(amina, passkey):
    other, theirs = person(), Authenticator()
    register(signed_in(other, verified=False), theirs)
    client = by_password(amina)
    assert use(client, theirs).json()["code"] == "credential_user_mismatch"
    assert not is_signed_in(client)


def test_address_that_is_not_proven_stops_a_sign_in(client, amina, passkey):
    EmailAddress.objects.filter(user=amina).update(verified=False)
    assert use(client, passkey).json() == {"redirect_url": "/en/account/confirm/"}
    assert not is_signed_in(client)


def test_held_account_is_not_signed_in(client, amina, passkey):
    amina.hold = Hold.SUSPENDED
    amina.save()
    assert use(client, passkey).json() == {"redirect_url": "/en/account/held/"}
    assert not is_signed_in(client)
    assert AuditRow.objects.filter(event="sign-in.held").exists()


def test_closed_account_and_unconfirmed_passkey_are_not_signed_in(amina, passkey):
    WebAuthnCredential.objects.update(confirmed=False)
    client = Client()
    assert use(client, passkey).json()["code"] == "credential_disabled"
    WebAuthnCredential.objects.update(confirmed=True)
    amina.is_active = False
    amina.save()
    assert use(client, passkey).json()["code"] == "user_disabled"
    assert not is_signed_in(client)


@pytest.mark.parametrize("wrong", [{"verified": False}, {"origin": "http://localhost:8001"},
                                   {"origin": "https://localhost"}, {"origin": "http://testserver"}])  # fmt: skip
@pytest.mark.parametrize("start", [lambda amina: Client(), by_password])
def test_answer_without_verification_or_of_another_origin_is_refused(amina, passkey, start, wrong):
    client = start(amina)
    assert use(client, passkey, **wrong).status_code == 422
    assert not is_signed_in(client)


def test_answer_is_good_once(client, passkey):
    begun = post(client, BEGIN)
    body = {"credential": passkey.answer(begun.json())}
    assert post(client, COMPLETE, body).status_code == 200
    for browser in (client, Client()):
        assert post(browser, COMPLETE, body).json()["code"] == "invalid_state"
        post(browser, BEGIN)
        assert post(browser, COMPLETE, body).status_code in {403, 422}


def test_answer_to_the_challenge_of_another_browser_is_refused(passkey):
    mine, theirs = Client(), Client()
    begun = post(mine, BEGIN).json()
    post(theirs, BEGIN)
    assert post(theirs, COMPLETE, {"credential": passkey.answer(begun)}).status_code == 422
    assert not is_signed_in(theirs)


def test_challenge_of_a_visitor_is_not_good_for_a_pending_sign_in(client, amina, passkey):
    begun = post(client, BEGIN).json()
    client.post(SIGN_IN, {"login": amina.email, "password": PASSWORD})
    answer = post(client, COMPLETE, {"credential": passkey.answer(begun)})
    assert answer.json()["code"] == "invalid_state"


def test_challenge_is_good_for_a_quarter_of_an_hour(client, passkey):
    with clock.held() as held:
        begun = post(client, BEGIN).json()
        held.advance(seconds=webauthn_views.MINUTES * 60)
        answer = post(client, COMPLETE, {"credential": passkey.answer(begun)})
    assert answer.json()["code"] == "invalid_state"


def test_copied_passkey_shows_by_its_counter(client, passkey):
    use(Client(), passkey)
    passkey.count = 0
    assert use(client, passkey).status_code == 422
    assert AuditRow.objects.filter(event="sign-in.failed").count() == 1


def test_unknown_passkey_signs_nobody_in(client):
    answer = use(client, Authenticator())
    assert (answer.status_code, answer.json()["code"]) == (403, "credential_not_found")


NONSENSE = [
    None, 1, "x", [], {}, {"rawId": 1}, {"rawId": "é"}, {"rawId": "A"},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": 1},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": 1,
     "response": {"clientDataJSON": "AA", "attestationObject": "AA", "authenticatorData": "AA",
                  "signature": "AA", "userHandle": "A"}},
    {"id": "AA", "rawId": "AA", "type": "public-key",
     "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "",
                  "signature": ""}},
]  # fmt: skip


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_is_refused_and_breaks_nothing(client, browser, credential):
    for who, begin, complete in (
        (client, BEGIN, COMPLETE), (browser, REGISTER_BEGIN, REGISTER_COMPLETE),
    ):  # fmt: skip
        post(who, begin)
        answer = post(who, complete, {"credential": credential, "name": ["x"]})
        assert answer.status_code in {403, 422}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000]
)
def test_body_that_is_no_object_is_refused(client, body):
    for url in (BEGIN, COMPLETE):
        answer = client.generic("POST", url, body, "application/json")
        assert answer.status_code in {200, 400}
        assert client.generic("POST", url, body, "text/plain").status_code == 400


def test_addresses_answer_posts_only_and_want_the_token():
    strict = Client(enforce_csrf_checks=True)
    for url in (BEGIN, COMPLETE, REGISTER_BEGIN, REGISTER_COMPLETE):
        assert strict.get(url).status_code == 405
        assert post(strict, url).status_code == 403
        assert not strict.session.keys()


def test_tries_are_limited_by_address(client):
    with clock.held():
        codes = [post(client, BEGIN).status_code for _ in range(60)]
        answer = post(client, BEGIN)
        assert set(codes) == {200}
        assert (answer.status_code, answer.json()) == (429, {"code": "too_many"})
        assert int(answer.headers["Retry-After"]) > 0
        codes = [post(client, COMPLETE).status_code for _ in range(31)]
    assert set(codes[:-1]) <= {400, 422}
    assert codes[-1] == 429


def test_stock_addresses_are_not_mounted(client):
    with pytest.raises(NoReverseMatch):
        reverse("otp_webauthn:credential-authentication-complete")
    assert client.get("/en/webauthn/authentication/complete/").status_code == 404


def test_page_works_without_script_and_says_that_passkeys_need_it(client):
    text = client.get(SIGN_IN, {"next": "/en/courses/?a=1&b=2"}).content.decode()
    assert "<noscript>" in text
    assert "Passkeys need JavaScript" in text
    assert text.index("data-passkey=") < text.index('name="password"')
    assert 'autocomplete="username webauthn"' in text
    assert "next=%2Fen%2Fcourses%2F%3Fa%3D1%26b%3D2" in text


# -- confirming with it --------------------------------------------------------------------------


def test_passkey_confirms_a_signed_in_person_and_renews_the_session(amina, passkey):
    client = Client()
    use(client, passkey)
    session = client.session
    session.pop(step_up.SESSION_KEY)
    session.save()
    before = client.session.session_key
    confirmed = AuditRow.objects.filter(event="step-up").count()
    assert use(client, passkey).status_code == 200
    assert client.session.session_key != before
    assert client.session[step_up.SESSION_KEY] > 0
    assert UserSession.objects.filter(user=amina, session_key=client.session.session_key).exists()
    assert AuditRow.objects.filter(event="step-up").count() == confirmed + 1


def test_passkey_of_somebody_else_confirms_nothing(amina, passkey):
    stranger = signed_in(person(), fresh=False)
    WebAuthnCredential.objects.create(
        user=person(), credential_id=b"x", public_key=b"x", aaguid="0", name="x"
    )
    assert use(stranger, passkey).json()["code"] == "credential_not_found"  # she owns none
    theirs = signed_in(amina, fresh=False)
    foreign = Authenticator()
    register(signed_in(person(), verified=False), foreign)
    assert use(theirs, foreign).json()["code"] == "credential_user_mismatch"
    assert step_up.SESSION_KEY not in theirs.session
    assert AuditRow.objects.filter(event="factor.failed").count() == 1


def test_passkey_raises_a_sign_in_that_was_not_verified(amina, passkey):
    app_device(amina)
    client = signed_in(amina, verified=False)
    assert use(client, passkey, "?next=/en/courses/").json() == {"redirect_url": "/en/courses/"}
    assert is_verified(client)

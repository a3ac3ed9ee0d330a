"""Step-up: a sensitive deed waits for a fresh second factor, then happens as it was asked for."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from portal.accounts import step_up, step_up_requests
from portal.accounts.models import User
from portal.audit.models import AuditRow
from portal.shared import clock
from tests.accounts.authenticator import Authenticator, register, use
from tests.accounts.codes import code_of, recovery_of
from tests.accounts.conftest import PASSWORD
from tests.people import PASSWORD as PEOPLES
from tests.people import app_device, signed_in

pytestmark = pytest.mark.django_db
CONFIRM = "/en/account/reauthenticate/"
DEED = "/en/account/profile/deed/"
NEW = "quite another sentence 7"
seen: list[tuple[str, str, dict[str, list[str]]]] = []


def deed(request: HttpRequest) -> HttpResponse:
    """A sensitive page: GET and POST need a fresh second factor."""
    step_up.require(request.user)
    seen.append((request.method or "", request.get_full_path(), dict(request.POST.lists())))
    return HttpResponse("done")


class Urls:
    """The site's addresses, and one more, which bears a name that the guard lets own pages have."""

    from portal.project.urls import handler404, handler429, urlpatterns

    urlpatterns = [path(DEED.removeprefix("/"), deed, name="account_profile"), *urlpatterns]


@pytest.fixture(autouse=True)
def _deed():
    seen.clear()
    with override_settings(ROOT_URLCONF=Urls):
        yield


@pytest.fixture
def stale(amina) -> Client:
    """Amina, verified by her app, but not lately."""
    return signed_in(amina, fresh=False)


def confirm(client: Client, user: User, url: str, **more: str):
    data = {
        "way": "app",
        "device": str(app_device(user).pk),
        "code": code_of(app_device(user)),
        **more,
    }
    return client.post(url, data)


def test_post_waits_and_is_sent_on_as_it_was(stale, amina):
    wanted = f"{DEED}?page=2&x=%C3%A9"
    answer = stale.post(wanted, {"a": ["1", "2"], "text": "é ق & = \n line"})
    assert answer.url.startswith(f"{CONFIRM}?next=")
    assert seen == []
    page = stale.get(answer.url)
    assert page.status_code == 200
    done = confirm(stale, amina, answer.url)
    assert done.content == b"done"
    assert seen == [("POST", wanted, {"a": ["1", "2"], "text": ["é ق & = \n line"]})]
    assert stale.post(DEED, {"a": "3"}).content == b"done"


def test_post_is_sent_on_once(stale, amina):
    url = stale.post(DEED, {"a": "1"}).url
    confirm(stale, amina, url)
    again = stale.post(url, {"way": "app"})
    assert (again.status_code, again.url) == (302, DEED)
    assert len(seen) == 1


def test_page_that_was_looked_at_comes_back(stale, amina):
    url = stale.get(f"{DEED}?a=1").url
    assert confirm(stale, amina, url).url == f"{DEED}?a=1"


def test_confirming_renews_the_session_and_is_recorded(stale, amina):
    before = stale.session.session_key
    confirm(stale, amina, stale.get(DEED).url)
    assert stale.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    row = AuditRow.objects.get(event="step-up")
    assert (row.actor, '"kind":"app"' in row.body) == (str(amina.public_id), True)


def test_confirmation_holds_for_ten_minutes(amina):
    with clock.held() as held:
        client = signed_in(amina)
        held.advance(seconds=599)
        assert client.get(DEED).status_code == 200
        held.advance(seconds=1)
        assert client.get(DEED).status_code == 302


def test_wrong_code_confirms_nothing_and_keeps_what_waits(stale, amina):
    url = stale.post(DEED, {"a": "1"}).url
    answer = confirm(stale, amina, url, code="000000")
    assert "This code is not right" in answer.content.decode()
    assert seen == []
    with clock.held() as held:
        held.advance(seconds=2)
        assert confirm(stale, amina, url).content == b"done"


def test_password_is_no_confirmation_for_who_owns_a_factor(stale, amina):
    url = stale.post(DEED, {"a": "1"}).url
    answer = stale.post(url, {"way": "password", "password": PASSWORD})
    assert answer.status_code == 200
    assert 'name="password"' not in answer.content.decode()
    assert seen == []


def test_recovery_code_confirms(stale, amina):
    code = recovery_of(amina, 1)[0]
    url = stale.post(DEED, {"a": "1"}).url
    assert 'name="code"' in stale.get(f"{url}&way=recovery").content.decode()
    assert stale.post(url, {"way": "recovery", "code": code}).content == b"done"
    assert AuditRow.objects.filter(event="recovery.used").count() == 1


def test_passkey_confirms_and_the_form_is_sent_on(amina):
    client, passkey = signed_in(amina, verified=False), Authenticator()
    register(client, passkey)
    session = client.session
    session.pop(step_up.SESSION_KEY)
    session.save()
    url = client.post(DEED, {"a": "1"}).url
    text = client.get(url).content.decode()
    assert "data-passkey-sends" in text
    not_yet = client.post(url, {"way": "passkey"})
    assert "The passkey was not confirmed" in not_yet.content.decode()
    assert use(client, passkey).status_code == 200
    assert client.post(url, {"way": "passkey"}).content == b"done"
    assert seen == [("POST", DEED, {"a": ["1"]})]


def test_sign_in_by_passkey_stays_one_when_an_app_code_confirms_it(amina):
    client = signed_in(amina, verified=False)
    register(client, Authenticator())
    by_passkey = client.session["otp_device_id"]
    session = client.session
    session.pop(step_up.SESSION_KEY)
    session.save()
    app_device(amina)
    assert confirm(client, amina, client.post(DEED, {"a": "1"}).url).content == b"done"
    assert client.session["otp_device_id"] == by_passkey


def test_sign_in_by_app_becomes_one_by_passkey_when_that_confirms_it(amina):
    client, passkey = signed_in(amina), Authenticator()
    register(client, passkey)
    assert client.session["otp_device_id"] == app_device(amina).persistent_id
    use(client, passkey)
    assert "webauthncredential" in client.session["otp_device_id"]


def test_guard_looks_again_before_a_form_is_sent_on(stale, amina, monkeypatch):
    url = stale.post(DEED, {"a": "1"}).url
    refusal = HttpResponse("refused", status=404)
    monkeypatch.setattr(
        step_up_requests.GuardMiddleware, "process_view",
        lambda self, request, *rest: refusal if request.path == DEED else None,
    )  # fmt: skip
    assert confirm(stale, amina, url).content == b"refused"
    assert seen == []


def test_app_of_somebody_else_confirms_nothing(stale):
    other = app_device(User.objects.create_user("b@example.org", PASSWORD))
    url = stale.post(DEED, {"a": "1"}).url
    answer = stale.post(url, {"way": "app", "device": str(other.pk), "code": code_of(other)})
    assert answer.status_code == 200
    assert seen == []


def test_who_owns_no_factor_is_led_to_set_one_up(amina):
    client = signed_in(amina, verified=False)
    for answer in (
        client.get(DEED),
        client.post(DEED, {"a": "1"}, HTTP_REFERER=f"http://testserver{DEED}"),
    ):
        assert answer.url == "/en/account/factor/set-up/?next=%2Fen%2Faccount%2Fprofile%2Fdeed%2F"
    client.post(CONFIRM, {"way": "password", "password": PASSWORD})
    assert client.get(DEED).status_code == 302
    assert seen == []


def test_sign_in_that_lacks_the_factor_is_raised_by_it(amina):
    app_device(amina)
    client = signed_in(amina, verified=False)
    url = client.post(DEED, {"a": "1"}).url
    assert confirm(client, amina, url).content == b"done"


def test_file_is_not_kept_and_the_person_is_told(stale, amina):
    page = "http://testserver/en/account/security/"
    data = {"a": "1", "file": SimpleUploadedFile("f.txt", b"x")}
    answer = stale.post(DEED, data, HTTP_REFERER=page)
    assert answer.url == f"{CONFIRM}?next=%2Fen%2Faccount%2Fsecurity%2F"
    assert step_up_requests.SESSION_KEY not in stale.session
    assert "choose your file again" in stale.get(answer.url).content.decode()
    assert confirm(stale, amina, answer.url).url == "/en/account/security/"
    assert seen == []


@pytest.mark.parametrize("fields", [{"password1": "x"}, {"code": "123456"}, {"text": "x" * 70_000}])
def test_secrets_and_very_long_forms_are_not_kept(stale, fields):
    answer = stale.post(DEED, fields)
    assert answer.url == f"{CONFIRM}?next=%2Fen%2Faccount%2Fsecurity%2F"
    assert step_up_requests.SESSION_KEY not in stale.session
    assert "fill in the form again" in stale.get(answer.url).content.decode()


def test_what_waits_is_sealed_in_the_database(stale):
    stale.post(DEED, {"text": "CANARY-IN-THE-FORM"})
    rows = [session.get_decoded() for session in Session.objects.all()]
    assert any(step_up_requests.SESSION_KEY in row for row in rows)
    assert "CANARY" not in str(rows)


def test_what_waits_is_forgotten_after_a_quarter_of_an_hour(stale, amina):
    with clock.held() as held:
        url = stale.post(DEED, {"a": "1"}).url
        held.advance(seconds=step_up_requests.MINUTES * 60)
        assert confirm(stale, amina, url).url == DEED
    assert seen == []


def test_what_waits_is_for_its_own_page(stale, amina):
    stale.post(DEED, {"a": "1"})
    assert confirm(stale, amina, f"{CONFIRM}?next=/en/courses/").url == "/en/courses/"
    assert stale.post(f"{CONFIRM}?next={DEED}", {}).url == DEED
    assert seen == []


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "x", "\x00"]
)
def test_it_never_leads_elsewhere(stale, amina, target):
    answer = confirm(stale, amina, CONFIRM, next=target)
    assert answer.url == "/en/account/security/"


def test_looking_at_the_page_changes_nothing(stale, amina):
    url = stale.post(DEED, {"a": "1"}).url
    before = dict(stale.session.items())
    for way in ("", "app", "recovery", "passkey", "password", "x"):
        assert stale.get(f"{url}&way={way}").status_code == 200
    assert dict(stale.session.items()) == before


def test_script_is_told_where_to_confirm(stale):
    answer = stale.post(DEED, {"a": "1"}, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert answer.status_code == 403
    assert answer.json()["redirect_url"].startswith(CONFIRM)


def test_partial_page_is_not_kept_but_its_page_comes_back(stale, amina):
    url = "http://testserver/en/account/security/"
    answer = stale.post(DEED, {"a": "1"}, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=url)
    assert confirm(stale, amina, answer.url).url == "/en/account/security/"


def test_form_needs_its_token(amina):
    client = Client(enforce_csrf_checks=True)
    signed_in(amina, fresh=False, client=client)
    assert confirm(client, amina, f"{CONFIRM}?next={DEED}").status_code == 403


def test_tries_are_limited_by_account(stale, amina):
    with clock.held():
        codes = [stale.post(CONFIRM, {"way": "app"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_visitor_is_led_to_sign_in(client):
    assert client.get(CONFIRM).url.startswith("/en/account/sign-in/")


# -- the account's own sensitive deeds -----------------------------------------------------------


def test_address_changes_after_the_factor_and_never_by_password(stale, amina):
    url = stale.post("/en/account/email/", {"action_add": "1", "email": "new@example.org"}).url
    assert stale.post(url, {"way": "password", "password": PASSWORD}).status_code == 200
    assert mail.outbox == []
    assert confirm(stale, amina, url).url == "/en/account/confirm/"
    assert mail.outbox[0].to == ["new@example.org"]


def test_address_changes_without_factor_by_the_password(browser):
    url = browser.post("/en/account/email/", {"action_add": "1", "email": "new@example.org"}).url
    assert browser.post(url, {"password": PASSWORD}).url == "/en/account/confirm/"


def test_password_page_asks_for_the_factor_before_it_opens(stale, amina):
    answer = stale.get("/en/account/password/change/")
    assert answer.url.startswith(CONFIRM)
    data = {"oldpassword": PASSWORD, "password1": NEW}
    refused = stale.post("/en/account/password/change/", data)
    assert refused.url.startswith(CONFIRM)
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)
    confirm(stale, amina, answer.url)
    stale.post("/en/account/password/change/", data)
    amina.refresh_from_db()
    assert amina.check_password(NEW)


def test_first_password_needs_the_factor_too(amina):
    amina.set_unusable_password()
    amina.save()
    client = signed_in(amina, fresh=False)
    for answer in (client.get("/en/account/password/set/"),
                   client.post("/en/account/password/set/", {"password1": NEW})):  # fmt: skip
        assert answer.url.startswith(CONFIRM)
    amina.refresh_from_db()
    assert not amina.has_usable_password()


def test_other_addresses_cannot_be_made_first_or_removed_without_the_factor(stale, amina):
    second = EmailAddress.objects.create(user=amina, email="second@example.org", verified=True)
    for action in ("action_primary", "action_remove"):
        answer = stale.post("/en/account/email/", {action: "1", "email": second.email})
        assert answer.url.startswith(CONFIRM)
    assert EmailAddress.objects.filter(pk=second.pk, primary=False).exists()


def test_require_needs_a_request_or_a_confirmation(amina):
    with pytest.raises(step_up.Needed):
        step_up.require(amina)
    with step_up.confirmed(amina):
        step_up.require(amina)
    other = User.objects.create_user("b@example.org", PEOPLES)
    with step_up.confirmed(other), pytest.raises(step_up.Needed):
        step_up.require(amina)


def test_confirm_refuses_a_device_of_somebody_else(rf, amina):
    request = rf.post("/")
    request.user = amina
    foreign = app_device(User.objects.create_user("b@example.org", PEOPLES))
    with pytest.raises(ValueError, match="somebody else"):
        step_up.confirm(request=request, device=foreign)

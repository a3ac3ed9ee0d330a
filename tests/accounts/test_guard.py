"""Closed without a second factor, except what is listed."""

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import path, resolve
from django.views.generic.base import RedirectView
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import guard, session_limits
from portal.accounts.guard import Rule
from portal.shared import clock
from tests.accounts.addresses import every_address
from tests.people import app_device, member, person, signed_in, staff

pytestmark = pytest.mark.django_db
COMMUNITY = "/en/community/"
SIGN_IN = "/en/account/sign-in/"


def passkey(user) -> WebAuthnCredential:
    return WebAuthnCredential.objects.create(
        user=user, name="passkey", confirmed=True, credential_id=b"id%d" % user.pk, public_key=b"k",
        aaguid="0", transports=[], credential_id_sha256=f"{user.pk:064x}",
    )  # fmt: skip


def test_a_visitor_is_led_to_sign_in_and_back(client):
    answer = client.get(f"{COMMUNITY}?a=1")
    assert (answer.status_code, answer.url) == (302, f"{SIGN_IN}?next=/en/community/%3Fa%3D1")


def test_signed_in_without_a_factor_leads_to_the_set_up(client):
    answer = signed_in(person(), verified=False).get(COMMUNITY)
    assert answer.url == "/en/account/factor/set-up/?next=%2Fen%2Fcommunity%2F"


def test_signed_in_with_a_factor_that_was_not_given_leads_to_it():
    user = person()
    browser = signed_in(user, verified=False)
    app_device(user)
    answer = browser.get(COMMUNITY)
    assert answer.url == "/en/account/factor/?next=%2Fen%2Fcommunity%2F"


def test_recovery_codes_alone_are_no_second_factor():
    from tests.accounts.codes import recovery_of

    user = person()
    recovery_of(user, 1)
    assert (
        signed_in(user, verified=False).get(COMMUNITY).url.startswith("/en/account/factor/set-up/")
    )


@pytest.mark.parametrize("closed", [COMMUNITY, "/en/vetting/", "/studio/", "/studio/pages/", "/en/account/sponsoring/"])  # fmt: skip
def test_closed_areas_are_closed_to_the_unverified(closed):
    assert "/account/factor/" in signed_in(person(), verified=False).get(closed).url


def test_a_factor_of_somebody_else_or_an_unconfirmed_one_verifies_nothing():
    user, other = person(), person()
    theirs = app_device(other)
    mine = app_device(user)
    mine.confirmed = False
    mine.save()
    for device in (theirs, mine):
        browser = signed_in(user, verified=False)
        session = browser.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
        assert browser.get(COMMUNITY).status_code == 302


def test_open_pages_ask_for_nothing(client):
    for address in ("/en/", "/en/courses/", "/en/search/", "/healthz", "/robots.txt", SIGN_IN, "/en/offline/"):  # fmt: skip
        assert client.get(address).status_code in {200, 404}, address


def test_own_pages_ask_for_a_sign_in_only(client):
    browser = signed_in(person(), verified=False)
    for address in ("security", "profile", "sessions", "application", "data", "notifications"):
        assert client.get(f"/en/account/{address}/").url.startswith(SIGN_IN), address
        answer = browser.get(f"/en/account/{address}/")
        assert answer.status_code == 200 or answer.url == "/en/account/application/start/", address


def test_an_address_nobody_listed_is_closed():
    from django.urls import ResolverMatch

    for name in ("new_page", None, "wagtailadmin_home", "wagtailcore_login"):
        assert guard.rule_of(ResolverMatch(lambda r: r, (), {}, url_name=name)) is Rule.CLOSED


def test_every_listed_name_exists():
    names = {name for _, name, _ in every_address()}
    missing = set(guard.rules()) - names
    assert missing <= {"styleguide"}, missing


def test_nothing_below_the_closed_prefixes_is_open():
    for address, _, match in every_address():
        if any(f"/{part}/" in f"/{address}" for part in ("studio", "vetting", "community", "desk")):
            leads_away = getattr(match.func, "view_class", None) is RedirectView
            assert guard.rule_of(match) is Rule.CLOSED or leads_away, address


def test_machines_get_a_code_they_can_read(settings):
    settings.ROOT_URLCONF = __name__
    user = person()
    answer = Client().get("/api/thing")
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    answer = signed_in(user, verified=False).get("/api/thing")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    assert signed_in(user).get("/api/thing").status_code == 200


def test_the_way_back_after_a_form_is_the_page_it_stood_on(client):
    answer = client.post("/en/account/profile/", headers={"Referer": "http://testserver/en/account/profile/"})  # fmt: skip
    assert answer.url == f"{SIGN_IN}?next=http%3A//testserver/en/account/profile/"
    answer = client.post("/en/account/profile/", headers={"Referer": "https://evil.example/"})
    assert answer.url == SIGN_IN


def test_a_suspended_account_is_shown_out_at_once():
    user = member()
    browser = signed_in(user)
    user.hold = "suspended"
    user.save()
    assert browser.get("/en/account/security/").url == "/en/account/held/"
    assert "_auth_user_id" not in browser.session
    assert "suspended" in browser.get("/en/account/held/").content.decode()


class TestStaff:
    @pytest.fixture(autouse=True)
    def _rule(self, settings):
        settings.STAFF_NEED_PASSKEY = True

    def test_staff_with_an_app_only_are_led_to_passkeys(self):
        browser = signed_in(staff("administrator"))
        for address in ("/studio/", "/en/vetting/"):
            answer = browser.get(address)
            assert answer.url.startswith("/en/account/factor/set-up/"), address
        text = browser.get(answer.url).content.decode()
        assert "Your role needs a passkey. Add one here." in text

    def test_staff_who_own_a_passkey_are_told_to_sign_in_with_it(self):
        user = staff("focal-point")
        browser = signed_in(user)
        passkey(user)
        text = browser.get("/en/vetting/", follow=True).content.decode()
        assert "sign in again with your passkey" in text

    def test_staff_signed_in_with_a_passkey_come_in(self):
        user = staff("administrator")
        browser = signed_in(user, verified=False)
        session = browser.session
        session[DEVICE_ID_SESSION_KEY] = passkey(user).persistent_id
        session.save()
        assert browser.get("/en/vetting/").status_code == 200

    def test_members_without_a_role_and_members_pages_need_no_passkey(self):
        assert signed_in(member()).get(COMMUNITY).status_code == 200
        assert signed_in(staff("trainer")).get(COMMUNITY).status_code == 200


def test_a_learners_page_costs_no_query_in_the_guard(rf, django_assert_num_queries):
    user = person()
    browser = signed_in(user, verified=False)
    request = rf.get("/en/courses/")
    request.COOKIES[project.SESSION_COOKIE_NAME] = browser.session.session_key
    request.session = browser.session
    request.session.get("x")  # the session is read once, by whoever comes first
    request.user = None  # the guard must not even look
    request.resolver_match = resolve("/en/courses/")
    with django_assert_num_queries(0):
        assert guard.GuardMiddleware(lambda r: r).process_view(request, None, (), {}) is None


def test_a_visitors_page_does_not_touch_the_session(rf):
    request = rf.get("/en/courses/")
    request.resolver_match = resolve("/en/courses/")
    assert guard.GuardMiddleware(lambda r: r).process_view(request, None, (), {}) is None


def test_a_sign_in_that_lasted_too_long_ends_with_the_reason_and_leads_back():
    with clock.held() as time:
        browser = signed_in(person())
        time.advance(seconds=3601)
        answer = browser.get(f"{COMMUNITY}?x=1")
        assert answer.url == f"{SIGN_IN}?next=/en/community/%3Fx%3D1"
        assert "not used for 60 minutes" in browser.get(answer.url).content.decode()
        assert "_auth_user_id" not in browser.session


def test_a_sign_in_that_ended_does_not_loop_on_the_sign_in_page():
    with clock.held() as time:
        browser = signed_in(person(), verified=False)
        time.advance(days=31)
        answer = browser.get(SIGN_IN)
        assert answer.status_code == 200
        assert "Your sign-in ended because" in answer.content.decode()
        assert not session_limits.is_over(browser.session)


def thing(request):
    from django.http import HttpResponse

    return HttpResponse("ok")


def _urls():
    from portal.project import urls

    return [path("api/thing", thing, name="api_thing"), *urls.urlpatterns]


urlpatterns = _urls()
handler404 = "portal.project.errors.not_found"

"""The stages of sign-in: held accounts, the second factor, and no way past them."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from portal.accounts import stages, step_up
from portal.accounts.factor_models import AppDevice
from portal.audit.models import AuditRow
from portal.shared import clock
from tests.accounts.codes import code_of, recovery_of, wrong_code_of
from tests.accounts.test_sign_in import ELSEWHERE
from tests.people import PASSWORD, app_device, person, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN, ASK = "/en/account/sign-in/", "/en/account/factor/"
HOME = "/en/learning/"


@pytest.fixture
def user():
    return person()


@pytest.fixture
def device(user) -> AppDevice:
    return app_device(user)


def password(client: Client, user, **extra):
    return client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, **extra})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestFactor:
    def test_password_then_code_signs_in_verified_and_fresh(self, client, user, device):
        assert password(client, user).url == ASK
        assert not is_signed_in(client)
        page = client.get(ASK).content.decode()
        assert 'inputmode="numeric"' in page
        answer = client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert answer.url == HOME
        assert client.session[DEVICE_ID_SESSION_KEY] == device.persistent_id
        assert step_up.SESSION_KEY in client.session
        assert UserSession.objects.get().session_key == client.session.session_key
        assert client.post("/en/account/factor/app/new/").url == "/en/account/factor/app/"

    def test_the_session_key_changes_at_sign_in(self, client, user, device):
        password(client, user)
        before = client.session.session_key
        client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert client.session.session_key != before
        stale = Client()
        stale.cookies["sessionid"] = before
        assert not is_signed_in(stale)

    def test_the_page_of_a_person_with_one_app_names_it_without_asking(self, client, user, device):
        password(client, user)
        page = client.get(ASK).content.decode()
        assert f'<input type="hidden" name="device" value="{device.pk}"' in page
        assert "Which app?" not in page

    def test_with_two_apps_the_form_asks_which(self, client, user, device):
        second = AppDevice(user=user, name="tablet", confirmed=True)
        second.set_key(b"t" * 20)
        second.save()
        password(client, user)
        page = client.get(ASK).content.decode()
        assert "Which app?" in page
        assert "tablet" in page
        wrong_app = client.post(ASK, {"device": device.pk, "code": code_of(second)})
        assert wrong_app.status_code == 200
        second.refresh_from_db()
        assert second.throttling_failure_count == 0  # never tried on every app
        assert client.post(ASK, {"device": second.pk, "code": code_of(second)}).url == HOME

    def test_a_wrong_code_says_how_long_to_wait(self, client, user, device):
        password(client, user)
        with clock.held() as time:
            first = client.post(ASK, {"device": device.pk, "code": wrong_code_of(device)})
            assert "Wait 1 second, then try again." in first.content.decode()
            time.advance(seconds=1)
            second = client.post(ASK, {"device": device.pk, "code": wrong_code_of(device)})
            assert "Wait 2 seconds, then try again." in second.content.decode()
            early = client.post(ASK, {"device": device.pk, "code": code_of(device)})
            assert "There were too many tries. Wait 2 seconds" in early.content.decode()
            assert "<title>Error:" in early.content.decode()
            assert not is_signed_in(client)
            time.advance(seconds=2)
            assert client.post(ASK, {"device": device.pk, "code": code_of(device)}).url == HOME
        assert AuditRow.objects.filter(event="factor.failed").count() == 2

    def test_a_code_seen_over_the_shoulder_signs_nobody_in_again(self, client, user, device):
        code = code_of(device)
        password(client, user)
        client.post(ASK, {"device": device.pk, "code": code})
        other = Client()
        password(other, user)
        assert other.post(ASK, {"device": device.pk, "code": code}).status_code == 200
        assert not is_signed_in(other)

    @pytest.mark.parametrize("number", ["", "x", "-1", "99999999999999999999", "\x00", "portal.appdevice/1"])  # fmt: skip
    def test_another_device_number_is_refused(self, client, user, device, number):
        password(client, user)
        answer = client.post(ASK, {"device": number, "code": code_of(device)})
        assert answer.status_code == 200
        assert not is_signed_in(client)

    def test_somebody_elses_app_does_not_help(self, client, user, device):
        thief = app_device(person())
        password(client, user)
        assert client.post(ASK, {"device": thief.pk, "code": code_of(thief)}).status_code == 200
        assert not is_signed_in(client)

    def test_an_unconfirmed_app_does_not_help(self, client, user, device):
        begun = AppDevice(user=user, confirmed=False)
        begun.set_key(b"b" * 20)
        begun.save()
        password(client, user)
        client.post(ASK, {"device": begun.pk, "code": code_of(begun)})
        assert not is_signed_in(client)

    def test_a_pending_sign_in_opens_nothing(self, client, user, device):
        password(client, user)
        for address in ("/en/account/security/", "/en/account/factor/set-up/", "/en/community/", "/studio/", HOME):  # fmt: skip
            assert client.get(address).url.startswith("/en/account/sign-in/"), address
        for address in ("factor/app/new/", "factor/app/", "recovery-codes/", f"factor/app/{device.pk}/remove/", "sessions/"):  # fmt: skip
            assert client.post(f"/en/account/{address}").url.startswith(SIGN_IN), address

    def test_a_pending_sign_in_ends_after_a_quarter_of_an_hour(self, client, user, device):
        password(client, user)
        session = client.session
        session["account_login"]["initiated_at"] -= 901
        session.save()
        answer = client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert answer.url == SIGN_IN
        assert not is_signed_in(client)

    def test_another_account_can_be_chosen(self, client, user, device):
        password(client, user)
        assert client.get(SIGN_IN).url == ASK
        assert client.post("/en/account/sign-out/", {"next": SIGN_IN}).url == SIGN_IN
        assert client.get(SIGN_IN).status_code == 200
        assert client.get(ASK).url == SIGN_IN

    def test_without_a_pending_sign_in_there_is_nothing_to_give(self, client, user, device):
        answer = client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert answer.url == SIGN_IN
        device.refresh_from_db()
        assert device.last_step == -1

    def test_a_learner_without_factor_is_not_asked(self, client, user):
        assert password(client, user).url == HOME
        assert is_signed_in(client)
        assert client.get(ASK).url == "/en/account/factor/set-up/"

    def test_recovery_codes_alone_do_not_ask(self, client, user):
        recovery_of(user, 1)
        assert password(client, user).url == HOME

    def test_an_account_closed_meanwhile_is_not_signed_in(self, client, user, device):
        password(client, user)
        user.is_active = False
        user.save()
        client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert not is_signed_in(client)

    def test_the_factor_removed_meanwhile_leaves_the_stage(self, client, user, device):
        password(client, user)
        device.delete()
        assert client.get(ASK).status_code == 200
        assert not is_signed_in(client)
        assert client.post(ASK, {"device": "1", "code": "123456"}).status_code == 200
        assert not is_signed_in(client)


class TestAfterwards:
    def test_it_leads_where_the_person_wanted(self, client, user, device):
        password(client, user, next="/en/courses/?level=basic")
        answer = client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert answer.url == "/en/courses/?level=basic"

    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_it_never_leads_to_another_host(self, client, user, device, target):
        password(client, user, next=target)
        client.get(ASK, {"next": target})
        data = {"device": device.pk, "code": code_of(device), "next": target}
        answer = client.post(f"{ASK}?next=https://evil.example/", data)
        assert answer.url == HOME or answer.url.startswith("%2f")

    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_nor_for_a_sign_in_that_lacks_the_factor(self, user, target):
        browser = signed_in(user, verified=False)
        device = app_device(user)
        kept = browser.get(ASK, {"next": target}).context["next"]
        assert kept == "" or kept.startswith("%2f")
        data = {"device": device.pk, "code": code_of(device), "next": target}
        answer = browser.post(ASK, data)
        assert answer.url == HOME or answer.url.startswith("%2f")

    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_nor_after_the_set_up(self, user, target):
        browser = signed_in(user, verified=False)
        browser.get("/en/account/factor/set-up/", {"next": target})
        goal = browser.session.get("factor_goal", "/")
        assert goal.startswith(("/", "%2f"))
        assert "evil" not in goal or goal.startswith("%2f")


class TestSignedInWithout:
    """The factor came after this sign-in, in another browser: it is asked for here."""

    def test_the_code_raises_the_sign_in(self, user):
        browser = signed_in(user, verified=False)
        device = app_device(user)
        before = browser.session.session_key
        answer = browser.post(ASK, {"device": device.pk, "code": code_of(device), "next": "/en/courses/"})  # fmt: skip
        assert answer.url == "/en/courses/"
        assert browser.session[DEVICE_ID_SESSION_KEY] == device.persistent_id
        assert browser.session.session_key != before
        assert browser.get(ASK).url == HOME

    def test_a_wrong_code_does_not(self, user):
        browser = signed_in(user, verified=False)
        device = app_device(user)
        browser.post(ASK, {"device": device.pk, "code": wrong_code_of(device)})
        assert DEVICE_ID_SESSION_KEY not in browser.session

    def test_the_twelve_hours_begin_with_the_code(self, user):
        with clock.held() as time:
            browser = signed_in(user, verified=False)
            device = app_device(user)
            time.advance(days=3)
            browser.post(ASK, {"device": device.pk, "code": code_of(device)})
            assert browser.get("/en/account/security/").status_code == 200


class TestHeld:
    @pytest.fixture(autouse=True)
    def _held(self, user):
        user.hold = "suspended"
        user.save()

    def test_the_right_password_leads_to_the_reason(self, client, user):
        assert password(client, user).url == "/en/account/held/"
        assert not is_signed_in(client)
        assert client.get(SIGN_IN).status_code == 200
        assert AuditRow.objects.filter(event="sign-in.held").count() == 1

    def test_a_wrong_password_tells_nothing(self, client, user):
        answer = client.post(SIGN_IN, {"login": user.email, "password": "not this one 1"})
        assert answer.status_code == 200

    def test_the_factor_is_not_even_asked(self, client, user):
        app_device(user)
        assert password(client, user).url == "/en/account/held/"
        assert client.get(ASK).url == SIGN_IN

    def test_held_between_password_and_code(self, client, user):
        user.hold = ""
        user.save()
        device = app_device(user)
        password(client, user)
        user.hold = "suspended"
        user.save()
        answer = client.post(ASK, {"device": device.pk, "code": code_of(device)})
        assert answer.url == "/en/account/held/"
        assert not is_signed_in(client)


def test_the_last_gate_refuses_whoever_skipped_a_stage(user, device, rf):
    """A login that comes without its stages, as a mistake of ours would make it."""
    from allauth.account.adapter import get_adapter
    from allauth.core.exceptions import ImmediateHttpResponse

    request = rf.get("/")
    request.session = Client().session
    with pytest.raises(ImmediateHttpResponse) as refused:
        get_adapter().login(request, user)
    assert refused.value.response.url.endswith("/account/sign-in/")
    assert "_auth_user_id" not in request.session
    user.otp_device = app_device(person())
    assert stages.refusal(request, user) is not None
    user.otp_device = device
    assert stages.refusal(request, user) is None

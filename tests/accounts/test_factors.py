"""Second factors: app codes, their set-up, and what may be removed."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.accounts import factor_services, factors, step_up
from portal.accounts.factor_models import LONGEST_WAIT, AppDevice, RecoveryDevice
from portal.audit.models import AuditRow
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests.accounts.codes import code_of, recovery_of, wrong_code_of
from tests.accounts.conftest import PASSWORD
from tests.accounts.parallel import successes
from tests.people import app_device, member, person, signed_in, staff

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SET_UP, APP_NEW, APP = (f"/en/account/factor/{part}" for part in ("set-up/", "app/new/", "app/"))
CODES, RETYPE = "/en/account/recovery-codes/", "/en/account/recovery-codes/confirm/"
SECURITY = "/en/account/security/"


def events(user, event: str) -> int:
    return AuditRow.objects.filter(event=event, about=str(user.public_id)).count()


class TestCodes:
    def test_a_code_is_good_once(self):
        user = person()
        device = app_device(user)
        code = code_of(device)
        assert factor_services.check(user=user, device=device, code=code) == device
        with pytest.raises(Invalid):
            factor_services.check(user=user, device=device, code=code)
        assert events(user, "factor.failed") == 1

    def test_an_older_code_is_not_taken_after_a_newer_one(self):
        user = person()
        device = app_device(user)
        with clock.held():
            factor_services.check(user=user, device=device, code=code_of(device, 1))
            with pytest.raises(Invalid):
                factor_services.check(user=user, device=device, code=code_of(device, 0))

    @pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
    def test_clocks_may_differ_by_one_step(self, steps, good):
        user = person()
        device = app_device(user)
        with clock.held():
            code = code_of(device, steps)
            if good:
                assert factor_services.check(user=user, device=device, code=code)
            else:
                with pytest.raises(Invalid):
                    factor_services.check(user=user, device=device, code=code)

    def test_each_failure_doubles_the_wait_up_to_a_bound(self):
        user = person()
        device = app_device(user)
        waits = []
        with clock.held() as time:
            for _ in range(14):
                with pytest.raises(Invalid):
                    factor_services.check(user=user, device=device, code=wrong_code_of(device))
                device.refresh_from_db()
                waits.append(device.wait)
                with pytest.raises(TooMany) as told:
                    factor_services.check(user=user, device=device, code=code_of(device))
                assert told.value.wait == device.wait
                time.advance(seconds=device.wait)
            longest = int(LONGEST_WAIT.total_seconds())
            assert waits == [min(2**n, longest) for n in range(14)]
            assert factor_services.check(user=user, device=device, code=code_of(device))
            device.refresh_from_db()
            assert device.wait == 0

    def test_a_code_tried_while_waiting_is_not_used_up(self):
        user = person()
        device = app_device(user)
        with clock.held() as time:
            code = code_of(device)
            with pytest.raises(Invalid):
                factor_services.check(user=user, device=device, code=wrong_code_of(device))
            with pytest.raises(TooMany):
                factor_services.check(user=user, device=device, code=code)
            time.advance(seconds=1)
            assert factor_services.check(user=user, device=device, code=code)

    def test_a_failure_of_one_app_does_not_make_another_wait(self):
        user = person()
        first = app_device(user)
        second = AppDevice(user=user, name="second", confirmed=True)
        second.set_key(b"x" * 20)
        second.save()
        with pytest.raises(Invalid):
            factor_services.check(user=user, device=first, code=wrong_code_of(first))
        assert factor_services.check(user=user, device=second, code=code_of(second)) == second

    def test_a_code_for_somebody_elses_app_is_refused(self):
        owner, thief = person(), person()
        device = app_device(owner)
        with pytest.raises(Invalid):
            factor_services.check(user=thief, device=device, code=code_of(device))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_twenty_uses_of_one_code_succeed_once(self):
        for _ in range(3):
            user = person()
            device = app_device(user)
            assert successes(user=user, device=device, code=code_of(device)) == 1

    def test_twenty_uses_of_one_recovery_code_succeed_once(self):
        user = person()
        codes = recovery_of(user, 2)
        device = factors.recovery_of(user)
        assert successes(user=user, device=device, code=codes[0]) == 1
        assert device.codes.filter(used_at=None).count() == 1


def test_codes_are_checked_by_one_door_only():
    """Calling ``device.verify_token`` directly lets one code be used many times at once."""
    found = []
    for folder in ("portal", "courses", "community"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    name, owner = node.func.attr, ast.unparse(node.func.value)
                    if name in {"verify_token", "match_token"} and (name, owner) != ("verify_token", "django_otp"):  # fmt: skip
                        found.append(f"{path.relative_to(ROOT)}:{node.lineno} {owner}.{name}")
                imported = getattr(node, "names", []) if isinstance(node, ast.ImportFrom) else []
                if {alias.name for alias in imported} & {"verify_token", "match_token"}:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} import")
    assert found == []


class TestSetUp:
    @pytest.fixture
    def user(self):
        return person("Amina Haddad")

    @pytest.fixture
    def browser(self, user) -> Client:
        return signed_in(user, verified=False)

    def begin(self, browser, user) -> AppDevice:
        assert browser.post(APP_NEW).url == APP
        return AppDevice.objects.get(user=user)

    def test_the_whole_journey(self, browser, user):
        goal = browser.get("/en/community/")
        assert goal.url.startswith(SET_UP)
        assert browser.get(goal.url).status_code == 200
        device = self.begin(browser, user)
        text = browser.get(APP).content.decode()
        assert "data:image/svg+xml" in text
        assert " ".join(device.secret[i : i + 4] for i in range(0, 32, 4)) in text
        before = browser.session.session_key
        answer = browser.post(APP, {"code": code_of(device), "name": " my \u202e phone "})
        assert answer.url == CODES
        assert browser.session.session_key != before
        device.refresh_from_db()
        assert (device.confirmed, device.name) == (True, "my phone")
        shown = browser.post(CODES)
        codes = shown.context["codes"]
        assert shown.status_code == 200
        assert len(set(codes)) == 10
        assert all(code in shown.content.decode() for code in codes)
        assert "Your recovery codes are not tested yet" in browser.get(SECURITY).content.decode()
        assert all(code not in browser.get(CODES).content.decode() for code in codes)
        answer = browser.post(RETYPE, {"code": codes[3].lower()})
        assert answer.url == "/en/community/"
        text = browser.get(SECURITY).content.decode()
        assert "not tested yet" not in text
        assert "10 codes left" in text
        assert [events(user, e) for e in ("factor.added", "recovery.made")] == [1, 1]

    def test_the_steps_cannot_be_skipped(self, browser):
        assert browser.get(APP).url == SET_UP
        assert browser.post(APP, {"code": "123456"}).url == SET_UP
        assert browser.get(CODES).url == SET_UP
        assert browser.post(CODES).url == SET_UP
        assert browser.get(RETYPE).url == SET_UP
        assert browser.get(APP_NEW).status_code == 405

    def test_looking_changes_nothing(self, browser, user):
        self.begin(browser, user)
        before = list(AppDevice.objects.values_list("pk", "sealed_key"))
        for address in (SET_UP, APP, SECURITY):
            assert browser.get(address).status_code == 200
        assert list(AppDevice.objects.values_list("pk", "sealed_key")) == before

    def test_a_wrong_first_code_is_said_with_the_wait(self, browser, user):
        device = self.begin(browser, user)
        answer = browser.post(APP, {"code": wrong_code_of(device)})
        assert "Wait 1 second, then try again." in answer.content.decode()
        assert "<title>Error:" in answer.content.decode()
        assert not factors.has_factor(user)

    def test_an_app_that_was_only_begun_counts_nowhere(self, browser, user):
        self.begin(browser, user)
        assert not factors.has_factor(user)
        assert browser.get("/en/community/").url.startswith(SET_UP)
        other = Client()
        answer = other.post("/en/account/sign-in/", {"login": user.email, "password": "a long enough password"})  # fmt: skip
        assert answer.url == "/en/learning/"

    def test_a_secret_is_not_shown_for_ever(self, browser, user):
        self.begin(browser, user)
        with clock.held(clock.now() + timedelta(minutes=61)):
            assert browser.get(APP).url == SET_UP

    def test_beginning_again_makes_another_secret(self, browser, user):
        first = self.begin(browser, user).secret
        assert self.begin(browser, user).secret != first

    def test_digits_of_any_script_and_spaces_are_taken(self, browser, user):
        device = self.begin(browser, user)
        code = code_of(device).translate({ord("0") + n: 0x0660 + n for n in range(10)})
        assert browser.post(APP, {"code": f" {code[:3]} {code[3:]} "}).url == CODES

    def test_the_other_sign_ins_end(self, user):
        here, there = Client(), Client()
        for browser in (here, there):
            browser.post("/en/account/sign-in/", {"login": user.email, "password": "a long enough password"})  # fmt: skip
        device = self.begin(here, user)
        here.post(APP, {"code": code_of(device)})
        assert here.get(SECURITY).status_code == 200
        assert there.get(SECURITY).status_code == 302
        assert UserSession.objects.get(user=user).session_key == here.session.session_key

    def test_adding_another_needs_a_fresh_confirmation(self, user):
        app_device(user)
        stale = signed_in(user, fresh=False)
        assert stale.post(APP_NEW).url.startswith("/en/account/reauthenticate/")
        assert AppDevice.objects.filter(user=user).count() == 1
        fresh = signed_in(user)
        assert fresh.post(APP_NEW).url == APP
        device = factors.begun_app_of(user)
        assert fresh.post(APP, {"code": code_of(device)}).status_code == 302
        assert len(factors.of(user).apps) == 2

    def test_a_begun_app_is_not_a_way_round_the_confirmation(self, browser, user):
        """Begun before the first factor was there, finished after: the thief had a session."""
        device = self.begin(browser, user)
        app_device_of_owner = AppDevice(user=user, confirmed=True, name="owner")
        app_device_of_owner.set_key(b"o" * 20)
        app_device_of_owner.save()
        answer = browser.post(APP, {"code": code_of(device)})
        assert answer.url.startswith("/en/account/factor/")
        device.refresh_from_db()
        assert not device.confirmed
        with pytest.raises(step_up.Needed):
            factor_services.confirm_app(user=user, code=code_of(device), name="", keep=None)

    def test_five_apps_are_enough(self, user):
        for number in range(5):
            device = AppDevice(user=user, name=str(number), confirmed=True)
            device.set_key(b"k" * 20)
            device.save()
        with step_up.confirmed(user), pytest.raises(Conflict):
            factor_services.begin_app(user=user)


class TestRemoving:
    def address(self, device) -> str:
        return f"/en/account/factor/app/{device.pk}/remove/"

    def test_a_learner_may_remove_the_last_one(self):
        user = person()
        browser = signed_in(user)
        recovery_of(user, 1)
        address = self.address(app_device(user))
        text = browser.get(address).content.decode()
        assert "It is your only second factor." in text
        assert browser.post(address).url == SECURITY
        assert not factors.has_factor(user)
        assert not RecoveryDevice.objects.filter(user=user).exists()
        assert events(user, "factor.removed") == 1
        assert browser.get(SECURITY).status_code == 200
        assert browser.get("/en/community/").url.startswith(SET_UP)

    @pytest.mark.parametrize("make", [member, lambda: staff("trainer"), lambda: member(tier="courier")])  # fmt: skip
    def test_members_and_staff_keep_one(self, make):
        user = make()
        browser = signed_in(user)
        device = app_device(user)
        answer = browser.post(self.address(device))
        assert "This is your only second factor." in answer.content.decode()
        assert factors.has_factor(user)
        assert events(user, "factor.removed") == 0

    def test_it_needs_a_fresh_confirmation_and_ends_other_sign_ins(self):
        user = member()
        first = app_device(user)
        second = AppDevice(user=user, name="second", confirmed=True)
        second.set_key(b"x" * 20)
        second.save()
        stale = signed_in(user, fresh=False)
        assert stale.post(self.address(second)).url.startswith("/en/account/reauthenticate/")
        other = Client()
        other.post("/en/account/sign-in/", {"login": user.email, "password": "a long enough password"})  # fmt: skip
        other.post("/en/account/factor/", {"device": second.pk, "code": code_of(second)})
        assert other.get(SECURITY).status_code == 200
        assert signed_in(user).post(self.address(second)).url == SECURITY
        assert other.get(SECURITY).status_code == 302
        assert [factor.number for factor in factors.of(user).apps] == [first.pk]

    def test_somebody_elses_and_a_missing_one_look_alike(self):
        device = app_device(member())
        user = member()
        browser = signed_in(user)
        own = app_device(user)
        addresses = [
            self.address(device), "/en/account/factor/app/999999999999999/remove/",
            f"/en/account/factor/passkey/{own.pk}/remove/",
        ]  # fmt: skip
        for address in addresses:
            assert browser.get(address).status_code == 404
            assert browser.post(address).status_code == 404
        assert AppDevice.objects.filter(pk=device.pk).exists()
        for kind, number in (("recovery", 1), ("app", 2**70), ("app", 0), ("x", 1)):
            with step_up.confirmed(user), pytest.raises(NotAllowed):
                factor_services.remove(user=user, kind=kind, number=number, keep=None)


def test_the_page_of_a_person_without_a_factor_says_so(browser):
    text = browser.get(SECURITY).content.decode()
    assert "Set up a second factor" in text
    assert PASSWORD not in text

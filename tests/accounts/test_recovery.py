"""Recovery codes, and a factor that is lost."""

import pytest
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.test import Client

from portal.accounts import factor_services, factors, recovery_codes, step_up
from portal.accounts.factor_models import RecoveryCode, RecoveryDevice
from portal.audit.models import AuditRow
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.vetting.models import IdentityCheck
from tests.accounts.codes import code_of, recovery_of
from tests.people import PASSWORD, app_device, member, person, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN, ASK = "/en/account/sign-in/", "/en/account/factor/"
RECOVER, LOST = f"{ASK}recovery/", f"{ASK}lost/"


@pytest.fixture
def user():
    user = person()
    app_device(user)
    return user


@pytest.fixture
def pending(user) -> Client:
    """A browser in which the password was right and the second factor is asked."""
    client = Client()
    assert client.post(SIGN_IN, {"login": user.email, "password": PASSWORD}).url == ASK
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_codes_have_their_form_and_an_alphabet_without_doubles():
    codes = recovery_codes.new_codes()
    assert len(codes) == 10
    assert len({code[:4] for code in codes}) == 10
    for code in codes:
        assert [len(part) for part in code.split("-")] == [4, 5, 5]
        assert set(code) <= set(recovery_codes.ALPHABET) | {"-"}
    assert not set("01IO") & set(recovery_codes.ALPHABET)
    assert len(recovery_codes.ALPHABET) == 32


def test_the_database_holds_the_first_part_and_a_hash(user):
    (code,) = recovery_of(user, 1)
    row = RecoveryCode.objects.get()
    plain = code.replace("-", "")
    assert row.locator == plain[:4]
    assert plain[4:] not in row.proof
    assert check_password(plain[4:], row.proof)


def test_a_code_signs_in_once_and_says_how_many_are_left(user, pending):
    codes = recovery_of(user, 3)
    answer = pending.post(RECOVER, {"code": f" {codes[0].lower()} "})
    assert answer.url == "/en/learning/"
    assert is_signed_in(pending)
    assert "You have 2 recovery codes left." in pending.get("/en/learning/").content.decode()
    row = AuditRow.objects.get(event="recovery.used")
    assert '"left":2' in row.body
    again = Client()
    again.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    text = again.post(RECOVER, {"code": codes[0]}).content.decode()
    assert "not right, or it was used already. Wait 1 second, then try again." in text
    assert not is_signed_in(again)


def test_a_code_counts_as_verified(user, pending):
    (code,) = recovery_of(user, 1)
    pending.post(RECOVER, {"code": code})
    assert pending.get("/en/account/factor/set-up/").status_code == 200


@pytest.mark.parametrize("text", ["", "x", "AAAA-AAAAA-AAAAA", "\x00", "é" * 14, "A" * 32, "---"])
def test_other_texts_are_refused(user, pending, text):
    recovery_of(user, 1)
    assert pending.post(RECOVER, {"code": text}).status_code == 200
    assert not is_signed_in(pending)


def test_the_end_of_one_code_does_not_go_with_the_beginning_of_another(user, pending):
    first, second = recovery_of(user, 2)
    mixed = first[:4] + second[4:]
    assert pending.post(RECOVER, {"code": mixed}).status_code == 200
    assert not is_signed_in(pending)
    assert factors.recovery_of(user).wait == 1


def test_somebody_elses_code_is_refused(user, pending):
    recovery_of(user, 1)
    other = person()
    (theirs,) = recovery_of(other, 1)
    pending.post(RECOVER, {"code": theirs})
    assert not is_signed_in(pending)
    assert factors.recovery_of(other).codes.filter(used_at=None).count() == 1


def test_codes_that_were_never_typed_again_do_not_work(user, pending):
    with step_up.confirmed(user):
        codes = factor_services.make_recovery(user=user)
    text = pending.post(RECOVER, {"code": codes[0]}).content.decode()
    assert "no recovery codes that work" in text
    assert not is_signed_in(pending)


def test_old_codes_work_until_one_of_the_new_ones_was_typed(user, pending):
    old = recovery_of(user, 2)
    with step_up.confirmed(user):
        new = factor_services.make_recovery(user=user)
    assert pending.post(RECOVER, {"code": old[0]}).status_code == 302
    factor_services.confirm_recovery(user=user, code=new[0].replace("-", ""))
    assert RecoveryDevice.objects.get(user=user).codes.filter(used_at=None).count() == 10
    other = Client()
    other.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    assert other.post(RECOVER, {"code": old[1]}).status_code == 200
    with clock.held() as time:
        time.advance(seconds=5)
        assert other.post(RECOVER, {"code": new[0]}).status_code == 302


def test_whoever_signed_in_by_a_code_stays_in_when_making_new_ones(user, pending):
    codes = recovery_of(user, 2)
    pending.post(RECOVER, {"code": codes[0]})
    new = pending.post("/en/account/recovery-codes/").context["codes"]
    assert pending.post("/en/account/recovery-codes/confirm/", {"code": new[0]}).status_code == 302
    assert pending.get("/en/account/factor/set-up/").status_code == 200


def test_making_codes_needs_a_factor_and_a_fresh_confirmation(user):
    with pytest.raises(step_up.Needed):
        factor_services.make_recovery(user=user)
    bare = person()
    with step_up.confirmed(bare), pytest.raises(Conflict):
        factor_services.make_recovery(user=bare)
    stale = signed_in(user, fresh=False)
    answer = stale.post("/en/account/recovery-codes/")
    assert answer.url.startswith("/en/account/reauthenticate/")
    assert not RecoveryDevice.objects.filter(user=user).exists()


def test_typing_again_can_be_tried_ten_times_a_minute(user):
    with step_up.confirmed(user):
        factor_services.make_recovery(user=user)
    for _ in range(10):
        with pytest.raises(Invalid):
            factor_services.confirm_recovery(user=user, code="AAAAAAAAAAAAAA")
    with pytest.raises(TooMany):
        factor_services.confirm_recovery(user=user, code="AAAAAAAAAAAAAA")


def test_nothing_to_type_again_is_not_found(user):
    with pytest.raises(NotAllowed):
        factor_services.confirm_recovery(user=user, code="AAAAAAAAAAAAAA")


def test_the_file_holds_the_codes_and_the_server_keeps_none(user):
    browser = signed_in(user)
    shown = browser.post("/en/account/recovery-codes/")
    text = shown.content.decode()
    assert 'download="recovery-codes.txt"' in text
    for code in shown.context["codes"]:
        assert code in shown.context["file"]
        assert code not in str(dict(browser.session.items()))
    assert shown.headers["Cache-Control"] == "no-store, private"


class TestLost:
    def test_it_is_reached_in_a_pending_sign_in_only(self, user, client):
        assert client.get(LOST).url == SIGN_IN
        assert client.post(LOST).url == SIGN_IN
        assert signed_in(user).post(LOST).status_code == 302
        assert not IdentityCheck.objects.exists()

    def test_looking_asks_for_nothing_and_sending_asks_once(self, pending, user):
        assert pending.get(LOST).status_code == 200
        assert not IdentityCheck.objects.exists()
        first, second = pending.post(LOST), pending.post(LOST)
        assert "Your request has arrived" in first.content.decode()
        assert first.content.count(b"arrived") == second.content.count(b"arrived")
        assert IdentityCheck.objects.get().user == user
        assert not is_signed_in(pending)

    def test_two_requests_a_day(self, pending):
        for _ in range(2):
            assert pending.post(LOST).status_code == 200
        answer = pending.post(LOST)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert ratelimit.get("identity-asks").amount == 2


def test_a_reset_password_does_not_skip_the_factor(user, client):
    import re

    client.post("/en/account/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/\S+/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link).url
    client.post(form, {"password1": "quite another sentence 7"})
    assert not is_signed_in(client)
    answer = client.post(SIGN_IN, {"login": user.email, "password": "quite another sentence 7"})
    assert answer.url == ASK
    assert not is_signed_in(client)
    assert factors.has_factor(user)


def test_a_member_signs_in_by_app_after_a_lost_attempt(pending, user):
    device = app_device(user)
    pending.post(LOST)
    assert pending.post(ASK, {"device": device.pk, "code": code_of(device)}).status_code == 302
    assert is_signed_in(pending)
    assert member() != user

"""Adding a factor: an open browser alone, or a fished app code, is not enough."""

from typing import Any

import pytest
from django.test import Client

from portal.accounts import session_limits, step_up
from portal.accounts.factor_models import AppDevice
from portal.accounts.stages import OTPStage
from tests import people

pytestmark = pytest.mark.django_db
NEW = "/en/account/factor/app/new/"


def old_sign_in(client: Client) -> None:
    session = client.session
    session[session_limits.BEGAN] -= 3600
    session.save()


def test_first_factor_of_a_fresh_sign_in_needs_nothing_more() -> None:
    user = people.person()
    client = people.signed_in(user, verified=False)
    assert client.post(NEW)["Location"] == "/en/account/factor/app/"
    assert AppDevice.objects.filter(user=user).exists()


def test_first_factor_in_an_old_sign_in_wants_the_password() -> None:
    user = people.person()
    client = people.signed_in(user, verified=False)
    old_sign_in(client)
    answer = client.post(NEW)
    assert answer["Location"].startswith("/en/account/reauthenticate/")
    assert not AppDevice.objects.filter(user=user).exists()
    client.post(answer["Location"], {"password": people.PASSWORD})
    client.post(NEW)
    assert AppDevice.objects.filter(user=user).exists()


def test_passkey_as_first_factor_in_an_old_sign_in_wants_the_password() -> None:
    client = people.signed_in(people.person(), verified=False)
    old_sign_in(client)
    answer = client.post("/webauthn/register/begin/", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert "/account/reauthenticate/" in answer.json()["redirect_url"]


def test_secret_of_an_app_being_added_is_not_shown_to_an_old_sign_in() -> None:
    user = people.person()
    client = people.signed_in(user, verified=False)
    client.post(NEW)
    secret = AppDevice.objects.get(user=user).secret
    assert secret[:4] in client.get("/en/account/factor/app/").content.decode()
    old_sign_in(client)
    answer = client.get("/en/account/factor/app/")
    assert answer.status_code == 302
    assert "/account/reauthenticate/" in answer["Location"]


@pytest.mark.parametrize("owns", [True, False])
def test_staff_who_own_a_passkey_change_factors_only_when_signed_in_with_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch, owns: bool
) -> None:
    settings.STAFF_NEED_PASSKEY = True
    monkeypatch.setattr("portal.accounts.factors.has_passkey", lambda user: owns)
    user = people.staff("trainer")
    client = people.signed_in(user)
    status = client.post("/webauthn/register/begin/", "{}", content_type="application/json")
    assert (status.status_code == 400) is owns
    client.post(NEW)
    assert AppDevice.objects.filter(user=user, confirmed=False).exists() is not owns


def test_pending_sign_in_ends_with_the_password() -> None:
    user = people.member()
    people.app_device(user)
    client = Client()
    client.post("/en/account/sign-in/", {"login": user.email, "password": people.PASSWORD})
    assert client.get("/en/account/factor/").status_code == 200
    user.set_password("another long password")
    user.save()
    assert "sign-in" in client.get("/en/account/factor/")["Location"]
    assert OTPStage.key not in str(client.session.get("account_login"))


def test_service_outside_a_page_is_not_asked() -> None:
    user = people.person()
    step_up.require_for_factors(user)

"""There is one way to become signed in, whatever address is tried (security.md 3.1)."""

import ast
import re
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from portal.accounts.factor_models import AppDevice
from tests.accounts.addresses import every_address
from tests.accounts.codes import recovery_of
from tests.people import PASSWORD, app_device, person

pytestmark = [pytest.mark.django_db, pytest.mark.first_database, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
SIGN_IN, ASK = "/en/account/sign-in/", "/en/account/factor/"
# Who may make a signed-in session: the adapter, and passkeys through the same stages.
MAY_SIGN_IN = {
    "portal/accounts/adapter.py": {"super().login"},
    "portal/accounts/webauthn_views.py": {"perform_login"},
}


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def user():
    return person()


def fields(user) -> dict[str, str]:
    """A right address and password under every name a form might have."""
    who = dict.fromkeys(("login", "email", "username", "user", "name"), user.email)
    words = dict.fromkeys(("password", "password1", "password2", "oldpassword", "passphrase"), PASSWORD)  # fmt: skip
    others = {"code": "123456", "token": "123456", "otp_token": "123456", "action": "verify", "next": "/"}  # fmt: skip
    return who | words | others


def signed_in_by(user, start=Client) -> set[tuple[str, str]]:
    """(method, name of address) of every address that ends signed in."""
    found = set()
    for address, name, _ in every_address():
        for method in ("get", "post"):
            client = start()
            client.raise_request_exception = False
            data = fields(user) if method == "post" else {"login": user.email, "password": PASSWORD}
            getattr(client, method)(f"/{address}", data)
            if "_auth_user_id" in client.session:
                found.add((method, name or address))
    return found


def test_a_visitor_with_the_right_password_comes_in_by_one_address(user):
    assert signed_in_by(user) == {("post", "account_login")}


def test_with_a_second_factor_the_password_opens_no_address(user):
    app_device(user)
    recovery_of(user, 1)
    assert signed_in_by(user) == set()
    client = Client()
    assert client.post(SIGN_IN, fields(user)).url == ASK


def test_from_a_pending_sign_in_no_address_leads_on_without_the_code(user):
    app_device(user)
    recovery_of(user, 1)

    def pending() -> Client:
        AppDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        client = Client()
        client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        return client

    assert signed_in_by(user, pending) == set()


@pytest.mark.parametrize("address", ["/studio/login/", "/studio/password_reset/", "/en/_util/login/", "/fr/_util/login/"])  # fmt: skip
def test_the_studios_own_doors_lead_to_ours(client, user, address):
    for answer in (client.get(address), client.post(address, fields(user))):
        assert answer.status_code == 302
        assert re.match(r"/(en|fr)/account/sign-in/", answer.url)
    assert "_auth_user_id" not in client.session


def test_a_new_account_whose_address_is_confirmed_has_no_factor_to_skip(client):
    client.post("/en/account/sign-up/", {"email": "new@example.org", "password1": PASSWORD})
    code = re.search(r"[B-Z]{4}-[B-Z]{4}", mail.outbox[0].body)[0]
    client.post("/en/account/confirm/", {"action": "verify", "code": code})
    assert "_auth_user_id" in client.session


def test_confirming_the_address_of_an_account_with_a_factor_stops_at_the_factor(client):
    """The address is confirmed in the middle of a sign-in: the factor still follows."""
    from allauth.account.models import EmailAddress

    user = person()
    EmailAddress.objects.update(verified=False)
    app_device(user)
    assert client.post(SIGN_IN, {"login": user.email, "password": PASSWORD}).url == "/en/account/confirm/"  # fmt: skip
    code = re.search(r"[B-Z]{4}-[B-Z]{4}", mail.outbox[0].body)[0]
    answer = client.post("/en/account/confirm/", {"action": "verify", "code": code})
    assert answer.url == ASK
    assert "_auth_user_id" not in client.session


def test_a_password_set_by_the_link_signs_nobody_in(client, user):
    app_device(user)
    client.post("/en/account/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/\S+/password/reset/key/\S+)", mail.outbox[0].body)[1]
    answer = client.post(client.get(link).url, {"password1": "quite another sentence 7"})
    assert answer.url == "/en/account/password/reset/done/"
    assert "_auth_user_id" not in client.session


def test_sign_in_calls_stand_in_two_files_only():
    """``login`` of Django or the adapter, ``perform_login``, ``resume_login``: each is a door."""
    doors = {"login", "alogin", "perform_login", "resume_login", "auth_login", "django_login", "force_login"}  # fmt: skip
    found: dict[str, set[str]] = {}
    for folder in ("portal", "courses", "community"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                call = ast.unparse(node.func)
                if call.split(".")[-1] in doors and call != "django_otp.login":
                    found.setdefault(str(path.relative_to(ROOT)), set()).add(call)
    assert found == MAY_SIGN_IN

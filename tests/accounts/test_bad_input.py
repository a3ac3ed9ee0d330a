"""Every account address with every kind of bad value: an answer, never a failure of ours."""

import pytest
from django.test import Client

from portal.accounts.urls import urlpatterns
from portal.languages.table import CODES
from tests.accounts.codes import recovery_of
from tests.accounts.conftest import PASSWORD
from tests.people import app_device

pytestmark = pytest.mark.django_db

PATHS = [
    "sign-in/", "sign-out/", "sign-up/", "confirm/", "inactive/", "reauthenticate/",
    "password/reset/", "password/reset/sent/", "password/reset/key/1-set-password/",
    "password/reset/key/zzzzzzzzzzzzz-c0ffee-abc/", "password/reset/done/", "password/change/",
    "password/set/", "email/", "security/", "sessions/", "profile/",
    "held/", "factor/", "factor/recovery/", "factor/lost/", "factor/set-up/", "factor/app/new/", "factor/app/",
    "factor/app/1/remove/", "factor/passkey/999999999999999/remove/", "recovery-codes/", "recovery-codes/confirm/",
    "factor/passkey/1/name/",
]  # fmt: skip
FIELDS = [
    "login", "password", "email", "password1", "oldpassword", "code", "action", "name", "language",
    "region", "sign_in", "next", "action_add", "device", "way",
]  # fmt: skip
VALUES = [
    "", "x" * 5000, "\x00", "%s %(x)s {x} {{ x }}", "<script>alert(1)</script>", "\u202e\ufeff",
    "a@b", "é@exämple.org", "x" * 300 + "@example.org", "-1", "1e999",
]  # fmt: skip


def test_every_address_of_the_account_is_tried_here():
    for pattern in urlpatterns:
        assert any(pattern.pattern.match(path) for path in PATHS), pattern


@pytest.fixture(
    params=["visitor", "signed in", "half signed in", "asked for a factor", "adding an app"]
)
def anybody(request, amina) -> Client:
    client = Client(raise_request_exception=False)
    if request.param == "signed in":
        client.post("/en/account/sign-in/", {"login": amina.email, "password": PASSWORD})
    if request.param == "half signed in":
        client.post("/en/account/sign-up/", {"email": "new@example.org", "password1": PASSWORD})
    if request.param == "asked for a factor":
        app_device(amina)
        recovery_of(amina, 2)
        client.post("/en/account/sign-in/", {"login": amina.email, "password": PASSWORD})
    if request.param == "adding an app":
        client.post("/en/account/sign-in/", {"login": amina.email, "password": PASSWORD})
        client.post("/en/account/factor/app/new/")
    return client


@pytest.fixture
def _no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.usefixtures("_no_limits")
def test_what_a_database_cannot_store_never_makes_an_error_of_ours(anybody):
    """PostgreSQL refuses NUL in texts and lone surrogates; SQLite takes both."""
    form = "application/x-www-form-urlencoded"
    answers = {}
    for path in PATHS:
        url = f"/en/account/{path}"
        for bad in ("%00", "%ff%fe%00%ed%a0%80"):
            encoded = "&".join(f"{name}={bad}" for name in FIELDS)
            answers[path, "get", bad] = anybody.get(f"{url}?{encoded}").status_code
            answers[path, "post", bad] = anybody.post(url, encoded, content_type=form).status_code
    assert {key: code for key, code in answers.items() if code >= 500} == {}


@pytest.mark.first_database
@pytest.mark.usefixtures("_no_limits")
@pytest.mark.parametrize("path", PATHS)
def test_bad_values_never_make_an_error_of_ours(anybody, path):
    url = f"/en/account/{path}"
    answers = {"get": anybody.get(url).status_code}
    for value in VALUES:
        answers[f"get {value[:20]!r}"] = anybody.get(url, dict.fromkeys(FIELDS, value)).status_code
        answers[f"post {value[:20]!r}"] = anybody.post(
            url, dict.fromkeys(FIELDS, value)
        ).status_code
    answers["missing"] = anybody.post(url, {}).status_code
    answers["twice"] = anybody.post(url, {name: ["a", "b"] for name in FIELDS}).status_code
    encoded = "&".join(f"{name}=%ff%fe%00%ed%a0%80" for name in FIELDS)
    form = "application/x-www-form-urlencoded"
    answers["bytes"] = anybody.post(url, encoded, content_type=form).status_code
    answers["raw"] = anybody.generic("POST", url, b"\xff\xfe=\xff&;;==", form).status_code
    answers["charset"] = anybody.generic("POST", url, b"a=b", f"{form}; charset=nope").status_code
    answers["json"] = anybody.post(url, "{", content_type="application/json").status_code
    for method in ("put", "delete", "patch", "options", "head"):
        answers[method] = getattr(anybody, method)(url).status_code
    assert {key: code for key, code in answers.items() if code >= 500} == {}


@pytest.mark.parametrize("path", ["sign-in/", "sign-up/", "password/reset/"])
def test_fields_say_what_they_are_for_and_have_no_asterisks(client, path):
    text = client.get(f"/en/account/{path}").content.decode()
    main = text.split("<main")[1].split("</main>")[0]
    assert 'autocomplete="' in main
    for unwanted in ("*", "onpaste", "placeholder"):
        assert unwanted not in main


def test_optional_fields_are_marked(browser):
    assert browser.get("/en/account/profile/").content.decode().count("(optional)") == 2


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("path", ["sign-in/", "sign-up/", "password/reset/"])
def test_pages_open_in_every_language(client, language, path):
    answer = client.get(f"/{language}/account/{path}")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language


def test_a_refused_form_has_a_summary_that_links_to_the_field(client):
    text = client.post(
        "/en/account/sign-up/", {"email": "nothing", "password1": ""}
    ).content.decode()
    assert "<title>Error:" in text
    assert 'href="#id_email"' in text
    assert 'href="#id_password1"' in text
    assert 'value="nothing"' in text

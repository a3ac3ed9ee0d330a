"""The content policies of sealed messages: pages, and the worker under its own response."""

import pytest
from django.test import RequestFactory, override_settings
from whitenoise.base import WhiteNoise

from portal.project import csp, static_headers

ORIGINS = ["https://example.org", "https://example.org:8443", "http://localhost:8000"]
SEALED = [
    "/en/community/messages/", "/zh-hans/community/rooms/new/", "/ar/account/devices/",
    "/en/community/rooms/00000000-0000-4000-8000-000000000002/join/",
]  # fmt: skip
OTHERS = [
    "/en/community/", "/en/community/organisations/", "/en/account/security/", "/en/courses/",
    "/community/messages/", "/en/x/community/messages/", "/en/about/sealed-messages/", "/",
]  # fmt: skip


def policy_of(path):
    return csp._policy_of(RequestFactory().get(path))


@pytest.mark.parametrize("path", SEALED)
@override_settings(ALLOWED_ORIGINS=ORIGINS)
def test_sealed_page_may_run_webassembly_and_nothing_made_of_text(path):
    policy = policy_of(path)
    assert policy["script-src"] == [*csp.PUBLIC["script-src"], "'wasm-unsafe-eval'"]
    assert policy["connect-src"] == [
        "'self'", "wss://example.org", "wss://example.org:8443", "ws://localhost:8000",
    ]  # fmt: skip
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["trusted-types"] == ["community"]
    rest = set(csp.PUBLIC) - {"script-src", "connect-src"}
    assert {name: policy[name] for name in rest} == {name: csp.PUBLIC[name] for name in rest}


@pytest.mark.parametrize("path", OTHERS)
def test_no_other_page_may_run_webassembly(path):
    assert policy_of(path) == csp.PUBLIC


def test_preview_and_studio_keep_their_policies():
    request = RequestFactory().get("/studio/pages/")
    assert csp._policy_of(request) == csp.STUDIO
    request.is_preview = True
    assert csp._policy_of(request) == csp.PREVIEW


@pytest.mark.django_db
@override_settings(ALLOWED_ORIGINS=ORIGINS)
def test_policy_of_sealed_page_is_sent(client):
    sent = client.get("/en/account/devices/").headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in sent
    assert "require-trusted-types-for 'script'" in sent
    assert "trusted-types community" in sent
    assert "connect-src 'self' wss://example.org " in sent
    assert "wasm" not in client.get("/en/courses/").headers["Content-Security-Policy"]


@pytest.fixture
def served(tmp_path, settings):
    """A folder of built files as WhiteNoise sends them: name → headers."""
    settings.ALLOWED_ORIGINS = ORIGINS
    assets = tmp_path / "assets"
    assets.mkdir()
    for name in ("e2ee-worker-AbCd1234.js", "sealed-AbCd1234.js", "library-AbCd1234.wasm"):
        (assets / name).write_bytes(b"x")
    nose = WhiteNoise(None, add_headers_function=static_headers.add)
    nose.add_files(str(tmp_path), prefix="/static/")
    return lambda name: dict(nose.files[f"/static/assets/{name}"].get_response("GET", {}).headers)


def test_worker_comes_with_a_policy_of_its_own(served):
    policy = served("e2ee-worker-AbCd1234.js")["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' "
        "wss://example.org wss://example.org:8443 ws://localhost:8000; "
        "require-trusted-types-for 'script'"
    )


def test_other_static_files_have_no_policy(served):
    assert "Content-Security-Policy" not in served("sealed-AbCd1234.js")


def test_webassembly_is_sent_as_such(served):
    assert served("library-AbCd1234.wasm")["Content-Type"] == "application/wasm"


def test_settings_name_the_headers(settings):
    assert settings.WHITENOISE_ADD_HEADERS_FUNCTION is static_headers.add

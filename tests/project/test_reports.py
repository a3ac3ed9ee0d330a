"""Policy reports are logged without what they could give away, and cannot flood the log."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

REPORT = {
    "csp-report": {
        "document-uri": "https://example.org/en/search/?q=private#part",
        "effective-directive": "script-src",
        "blocked-uri": "https://user:word@evil.example/x.js?token=1",
        "line-number": 7,
    }
}


@pytest.fixture(autouse=True)
def _own_cache(settings: object) -> None:
    settings.CACHES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "csp"}
    }
    cache.clear()


def send(body: bytes | str, **headers: str) -> int:
    client = Client(enforce_csrf_checks=True, headers=headers)
    return client.post("/api/csp-report", body, content_type="application/csp-report").status_code


def test_report_is_logged_without_queries_and_passwords(caplog: pytest.LogCaptureFixture) -> None:
    assert send(json.dumps(REPORT)) == 204
    line = caplog.records[-1].getMessage()
    assert "document=https://example.org/en/search/ " in line
    assert "blocked=https://evil.example/x.js" in line
    assert "script-src" in line
    for secret in ("private", "part", "token", "word"):
        assert secret not in line


def test_report_of_the_newer_format_is_read(caplog: pytest.LogCaptureFixture) -> None:
    entry = {
        "type": "csp-violation",
        "body": {"documentURL": "https://a.example/?x", "blockedURL": "inline"},
    }
    assert send(json.dumps([entry])) == 204
    assert "document=https://a.example/ " in caplog.records[-1].getMessage()


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "null", "[]", "[1, null]", '{"csp-report": 3}', "\x00", "[" * 4000,
        '{"csp-report": {"document-uri": "http://[bad"}}',
        '{"csp-report": {"blocked-uri": "x\\nfaked line"}}',
    ],
)  # fmt: skip
def test_report_that_cannot_be_read_does_no_harm(
    body: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(body) == 204
    assert all("\n" not in row.getMessage() for row in caplog.records)


def test_report_above_eight_kibibytes_is_refused() -> None:
    assert send(b"x" * 8193) == 413


def test_reports_of_one_address_are_limited() -> None:
    assert [send("{}") for _ in range(12)] == [204] * 10 + [429] * 2


def test_report_is_only_taken_by_post() -> None:
    assert Client().get("/api/csp-report").status_code == 405

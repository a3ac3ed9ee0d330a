"""Error pages: in the reader's language, with what to do next, and without a database."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from portal.project import errors, urls
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany

PAGES = {
    "bad_request": (errors.bad_request, 400),
    "not_found": (errors.not_found, 404),
    "form_expired": (errors.csrf_failure, 403),
    "too_large": (errors.too_large, 413),
    "too_many": (errors.too_many, 429),
    "server_error": (errors.server_error, 500),
    "offline": (errors.offline, 200),
}


@pytest.fixture
def request_at() -> RequestFactory:
    return RequestFactory()


# No test below asks for the database, so pytest-django refuses every query.


@pytest.mark.parametrize("name", PAGES)
def test_error_page_says_what_to_do_next_without_a_database(
    name: str, request_at: RequestFactory
) -> None:
    view, status = PAGES[name]
    response = view(request_at.get("/en/some/page/"))
    body = response.content.decode()
    assert response.status_code == status
    assert "<h1>" in body
    assert body.count("<li>") >= 2, "it gives at least two ways on"
    assert 'class="button' in body
    assert "style=" not in body
    assert "<script>" not in body


@pytest.mark.parametrize(
    ("address", "headers", "cookie", "language", "direction"),
    [
        ("/fr/nothing/", {"accept-language": "ru"}, "es", "fr", "ltr"),
        ("/api/nothing", {"accept-language": "ru"}, "ar", "ar", "rtl"),
        ("/api/nothing", {"accept-language": "zh-Hans, en;q=0.5"}, "", "zh-hans", "ltr"),
        ("/api/nothing", {"accept-language": "de"}, "", "en", "ltr"),
        ("/api/nothing", {"accept-language": "*;q=ü"}, "no-such", "en", "ltr"),
    ],
)
def test_error_page_is_in_the_language_of_address_cookie_or_browser(
    request_at: RequestFactory,
    address: str,
    headers: dict[str, str],
    cookie: str,
    language: str,
    direction: str,
) -> None:
    request = request_at.get(address, headers=headers)
    request.COOKIES["django_language"] = cookie
    body = errors.not_found(request).content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in body


def test_error_page_leaves_the_language_of_the_thread_as_it_was(
    request_at: RequestFactory,
) -> None:
    from django.utils import translation

    with translation.override("uk"):
        errors.not_found(request_at.get("/fr/nothing/"))
        assert translation.get_language() == "uk"


def test_request_with_too_much_in_it_gets_413(request_at: RequestFactory) -> None:
    response = errors.bad_request(request_at.get("/en/"), RequestDataTooBig("big"))
    assert response.status_code == 413


def test_too_many_tries_says_how_long_to_wait(request_at: RequestFactory) -> None:
    short = errors.too_many(request_at.get("/en/"), wait=4)
    long = errors.too_many(request_at.get("/en/"), TooMany(181))
    assert short.headers["Retry-After"] == "4"
    assert "Wait 4 seconds" in short.content.decode()
    assert long.headers["Retry-After"] == "181"
    assert "Wait 4 minutes" in long.content.decode()


def test_server_error_gives_the_reference_that_the_log_has(
    request_at: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    body = errors.server_error(request_at.get("/en/broken/?q=secret")).content.decode()
    line = next(row.getMessage() for row in caplog.records if row.name == "portal.errors")
    reference = line.split()[1].rstrip(":")
    assert reference in body
    assert "secret" not in line


def test_error_page_is_shown_even_when_its_template_fails(
    request_at: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> str:
        raise RuntimeError("no manifest")

    monkeypatch.setattr(errors, "render_to_string", fail)
    response = errors.server_error(request_at.get("/ar/"))
    assert response.status_code == 500
    assert 'href="/ar/"' in response.content.decode()


def _raise(problem: Exception) -> object:
    def view(request: HttpRequest) -> HttpResponse:
        raise problem

    return view


class Broken:
    """A set of addresses that each fail in another way."""

    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500
    urlpatterns = [
        path("hidden", _raise(NotAllowed("no"))),
        path("missing", _raise(Http404())),
        path("conflict", _raise(Conflict("Another device was quicker."))),
        path("invalid", _raise(Invalid("The date is <b>wrong</b>."))),
        path("often", _raise(TooMany(7))),
        path("broken", _raise(ZeroDivisionError())),
    ]


ONLY_ERRORS = override_settings(
    ROOT_URLCONF=Broken,
    MIDDLEWARE=[
        "portal.project.errors.ServiceErrorMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
)


@ONLY_ERRORS
def test_refusals_that_no_view_caught_become_pages() -> None:
    client = Client(raise_request_exception=False)
    hidden, missing = client.get("/hidden"), client.get("/missing")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content, "forbidden and missing look the same"
    conflict, invalid = client.get("/conflict"), client.get("/invalid")
    assert (conflict.status_code, invalid.status_code) == (409, 400)
    assert "Another device was quicker." in conflict.content.decode()
    assert "The date is &lt;b&gt;wrong&lt;/b&gt;." in invalid.content.decode()
    assert client.get("/often").headers["Retry-After"] == "7"
    assert client.get("/broken").status_code == 500


@ONLY_ERRORS
def test_form_without_its_check_value_gets_the_page_for_old_forms() -> None:
    response = Client(enforce_csrf_checks=True).post("/missing", {"text": "x"})
    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
@ONLY_ERRORS
def test_form_that_is_too_large_gets_413() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    response = client.post("/missing", {"text": "x" * 500})
    assert response.status_code == 413
    assert "That is too large" in response.content.decode()

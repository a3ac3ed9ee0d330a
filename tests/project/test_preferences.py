"""Theme and text-only are kept in cookies; the form leads nowhere but to this site."""

import pytest
from django.test import Client


def save(client: Client | None = None, **data: str) -> object:
    return (client or Client(SERVER_NAME="localhost")).post("/api/preferences", data)


def test_choice_is_kept_for_a_year() -> None:
    response = save(theme="dark", text_only="1", next="/fr/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/fr/"
    for name, value in (("theme", "dark"), ("text_only", "1")):
        cookie = response.cookies[name]
        assert cookie.value == value
        assert cookie["max-age"] == 365 * 24 * 3600
        assert cookie["samesite"] == "Lax"


def test_choosing_the_usual_look_takes_the_cookies_away() -> None:
    response = save(theme="auto", text_only="0")
    assert response.cookies["theme"]["max-age"] == 0
    assert response.cookies["text_only"]["max-age"] == 0


@pytest.mark.parametrize("value", ["", "DARK", "<script>", "dark\r\nX: y", "x" * 9000])
def test_unknown_choice_changes_nothing(value: str) -> None:
    assert not save(theme=value, text_only=value).cookies


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
        "http:evil.example", "\x00/", "https://localhost@evil.example/",
    ],
)  # fmt: skip
def test_form_cannot_lead_to_another_site(address: str) -> None:
    assert save(theme="dark", next=address).headers["Location"] == "/"


def test_form_without_next_goes_back_to_the_page_it_stood_on() -> None:
    client = Client(SERVER_NAME="localhost", headers={"referer": "http://localhost/ar/x/"})
    assert save(client, theme="dark").headers["Location"] == "http://localhost/ar/x/"


def test_preferences_are_only_taken_by_post() -> None:
    assert Client().get("/api/preferences").status_code == 405


def test_preferences_need_no_token_so_that_visitors_get_no_cookie() -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert save(strict, theme="dark").status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_preferences_sent_by_another_site_are_refused(headers: dict[str, str]) -> None:
    response = save(Client(SERVER_NAME="localhost", headers=headers), theme="dark")
    assert response.status_code == 403
    assert not response.cookies


def test_preferences_sent_by_this_site_are_kept() -> None:
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    response = save(Client(SERVER_NAME="localhost", headers=headers), theme="dark")
    assert response.cookies["theme"].value == "dark"

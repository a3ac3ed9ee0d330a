"""The studio on a host of its own: each address answers at one of the two, and only there."""

import pytest
from django.test import Client

SITE, STUDIO = "testserver", "studio.testserver"


@pytest.fixture(autouse=True)
def apart(settings):
    settings.STUDIO_ORIGIN = f"http://{STUDIO}"
    settings.WAGTAILADMIN_BASE_URL = f"http://{SITE}"
    settings.ALLOWED_HOSTS = [SITE, STUDIO]


def ask(host: str, path: str, method: str = "GET"):
    return Client(headers={"host": host}).generic(method, path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/studio/", "/studio/pages/3/edit/?next=%2Fa", "/studio/api/main/"]
)
def test_the_site_sends_to_the_studio(path):
    answer = ask(SITE, path)
    assert (answer.status_code, answer.url) == (302, f"http://{STUDIO}{path}")
    assert ask(SITE, path, "POST").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/en/community/messages/", "/fr/community/rooms/x/", "/en/account/devices/", "/en/courses/",
        "/push-worker.js", "/en/vetting/", "/sitemap.xml",
    ],
)  # fmt: skip
def test_the_studio_sends_to_the_site(path):
    answer = ask(STUDIO, path)
    assert (answer.status_code, answer.url) == (302, f"http://{SITE}{path}")
    assert ask(STUDIO, path, "POST").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/e2ee/v1/config", "/api/e2ee/v1/sync", "/api/preferences"])
def test_programs_get_nothing_at_the_studio(path):
    assert ask(STUDIO, path).status_code == 404
    assert ask(STUDIO, path, "POST").status_code == 404


@pytest.mark.django_db
def test_who_is_not_signed_in_signs_in_at_the_studio_and_comes_back():
    answer = ask(STUDIO, "/studio/")
    assert answer.status_code == 302
    assert answer.url.startswith("/")  # the same host
    page = ask(STUDIO, answer.url)
    assert page.status_code in {200, 302}
    assert SITE not in page.headers.get("Location", "").replace(STUDIO, "")


@pytest.mark.django_db
@pytest.mark.parametrize("host", [SITE, STUDIO])
def test_signing_in_answers_at_both(host):
    assert ask(host, "/en/account/sign-in/").status_code == 200
    assert ask(host, "/healthz").status_code == 200


@pytest.mark.django_db
def test_the_root_of_the_studio_is_the_studio():
    assert ask(STUDIO, "/").url == "/studio/"


@pytest.mark.django_db
def test_without_a_studio_origin_nothing_is_sent_anywhere(settings):
    settings.STUDIO_ORIGIN = ""
    assert ask(SITE, "/studio/").url.startswith("/")

"""A page in another language than the reader's is announced, never passed off as hers."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale, Page

from portal.languages.table import CODES
from portal.languages.versions import address, nearest_at
from portal.pages.models import HomePage, NewsPage, StandardPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_site")]


def home(language: str) -> HomePage:
    return HomePage.objects.get(locale__language_code=language)


def add_page(language: str, slug: str, title: str, **fields: Any) -> StandardPage:
    above = home(language)
    page = StandardPage(title=title, slug=slug, locale=above.locale, **fields)
    return above.add_child(instance=page)


def test_page_in_reader_language_carries_no_notice(client: Client) -> None:
    html = client.get("/fr/about/").content.decode()
    assert '<html lang="fr" dir="ltr"' in html
    assert "language-notice" not in html
    assert "noindex" not in html
    assert 'rel="canonical" href="http://testserver/fr/about/"' in html


def test_missing_translation_is_served_in_the_nearest_language(client: Client) -> None:
    add_page("en", "only-english", "Only in English")
    response = client.get("/fr/only-english/")
    html = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="fr" dir="ltr"' in html
    assert 'lang="en" dir="ltr"' in html[html.index("<main") :]
    assert "Only in English" in html
    assert "language-notice" in html
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical" href="http://testserver/en/only-english/"' in html
    assert html.count('rel="alternate"') == 1


def test_missing_translation_of_right_to_left_page_keeps_both_directions(client: Client) -> None:
    add_page("ar", "only-arabic", "بالعربية فقط")
    html = client.get("/en/only-arabic/").content.decode()
    assert '<html lang="en" dir="ltr"' in html
    assert 'lang="ar" dir="rtl"' in html[html.index("<main") :]


def test_nearest_language_of_ukrainian_reader_is_russian_before_english() -> None:
    english = add_page("en", "two", "Two")
    add_page("ru", "two", "Два", translation_key=english.translation_key)
    found = nearest_at(["two"], "uk")
    assert found is not None
    assert found.title == "Два"


def test_unpublished_page_is_not_offered_in_its_place(client: Client) -> None:
    add_page("en", "draft", "Draft", live=False)
    assert client.get("/fr/draft/").status_code == 404
    assert client.get("/en/draft/").status_code == 404


def test_copy_that_still_holds_the_source_text_counts_as_missing(client: Client) -> None:
    source = add_page("en", "copied", "Still English")
    source.copy_for_translation(Locale.objects.get(language_code="es"), alias=True)
    html = client.get("/es/copied/").content.decode()
    assert "language-notice" in html
    assert 'lang="en" dir="ltr"' in html[html.index("<main") :]


def test_page_at_same_slug_elsewhere_is_not_taken_for_a_version(client: Client) -> None:
    add_page("en", "help", "Another help")
    html = client.get("/fr/help/").content.decode()
    assert "Another help" in html
    assert "<h1>Aide</h1>" in client.get("/fr/about/help/").content.decode()


def test_path_of_fallback_is_in_the_reader_language(client: Client) -> None:
    above = StandardPage.objects.get(slug="about", locale__language_code="en")
    above.add_child(instance=StandardPage(title="New", slug="new", locale=above.locale))
    html = client.get("/fr/about/new/").content.decode()
    assert '<a href="/fr/about/">' in html
    assert "À propos de cette plateforme" in html


@pytest.mark.parametrize("code", CODES)
def test_language_menu_leads_to_the_same_page(client: Client, code: str) -> None:
    html = client.get(f"/{code}/about/help/").content.decode()
    for other in CODES:
        assert f'href="/{other}/about/help/" lang="{other}"' in html


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_its_own_home_page(client: Client, code: str) -> None:
    html = client.get(f"/{code}/").content.decode()
    assert "language-notice" not in html
    assert home(code).title in html


@pytest.mark.parametrize(
    "path",
    [
        "/fr/%00/",
        "/fr/about/../about/",
        "/fr/" + "x" * 3000 + "/",
        "/fr/%FF/",
        "/xx/about/",
        "/fr/a//b/",
    ],
)
def test_odd_address_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code in {302, 404}


def test_address_reads_nothing(django_assert_num_queries: Any) -> None:
    page = Page.objects.get(slug="help", depth=4, locale__language_code="fr")
    with django_assert_num_queries(0):
        assert address(page, "ru") == "/ru/about/help/"


@pytest.mark.parametrize(("path", "most"), [("/fr/about/help/", 11), ("/fr/news/", 13)])
def test_page_view_keeps_to_its_number_of_queries(
    client: Client, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    client.get(path)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def test_news_list_takes_the_same_queries_for_one_and_for_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection

    client.get("/en/news/")
    with CaptureQueriesContext(connection) as one:
        client.get("/en/news/")
    above = Page.objects.get(slug="news", locale__language_code="en")
    for number in range(2):
        page = NewsPage(title=f"N{number}", slug=f"n{number}", date=date(2026, 1, 1))
        page.locale = above.locale
        above.add_child(instance=page)
    with django_assert_num_queries(len(one)):
        html = client.get("/en/news/").content.decode()
    assert "N0" in html
    assert "N1" in html


def test_interface_language_is_not_changed_by_the_content(client: Client) -> None:
    add_page("en", "only-english", "Only in English")
    client.get("/ru/only-english/")
    with translation.override("ru"):
        assert client.get("/ru/about/").content.decode().count('<html lang="ru"') == 1

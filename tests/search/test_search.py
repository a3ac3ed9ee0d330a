"""Finding pages by their words, in the reader's language."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from portal.pages.models import HomePage, StandardPage
from portal.search import registry
from portal.search.registry import Found, Hit
from portal.search.services import rank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_site")]


def page(language: str, title: str, summary: str = "", slug: str = "tried", **fields: Any) -> Page:
    above = HomePage.objects.get(locale__language_code=language)
    made = StandardPage(title=title, summary=summary, slug=slug, locale=above.locale, **fields)
    return above.add_child(instance=made)


def search(client: Client, language: str, **query: Any) -> str:
    response = client.get(f"/{language}/search/", query)
    assert response.status_code == 200
    return main(response.content.decode())


def main(html: str) -> str:
    """The page without its frame, where the language menu repeats the query."""
    return html[html.index("<main") : html.index("</main>")]


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [
        ("zh-hans", "关于枪支贩运的研究", "贩运"),
        ("zh-hans", "关于枪支贩运的研究", "枪"),
        ("fr", "Réunion des États parties", "etats reunion"),
        ("fr", "Reunion des Etats", "États"),
        ("es", "Localización de armas", "localizacion"),
        ("ru", "Зачёт по баллистике", "зачет баллистик"),
        ("ar", "الأسلحةُ الناريّة", "الاسلحه الناريه"),
        ("uk", "Її кур’єрська служба", "кур'єрська"),
        ("en", "Tracing of firearms", "fire trac"),
        ("en", "iARMS 2.0", "iarms 2"),
    ],
)
def test_search_with_variant_of_a_word_finds_the_page(
    client: Client, language: str, title: str, asked: str
) -> None:
    page(language, title)
    html = search(client, language, q=asked)
    assert f'href="/{language}/tried/"' in html
    assert "<mark>" in html or asked in {"枪", "贩运"} or "result-title" in html


def test_search_shows_the_words_found_in_the_excerpt(client: Client) -> None:
    page("fr", "Titre", "Une <b>éprouvette</b> & plus")
    html = search(client, "fr", q="eprouvette")
    assert "&lt;b&gt;<mark>éprouvette</mark>&lt;/b&gt; &amp; plus" in html


def test_search_puts_pages_with_the_words_in_the_title_first(client: Client) -> None:
    page("en", "Something else", "quokka quokka quokka", slug="body")
    page("en", "The quokka", slug="title")
    html = search(client, "en", q="quokka")
    assert html.index('href="/en/title/"') < html.index('href="/en/body/"')


def test_search_finds_nothing_in_other_languages_but_names_them(client: Client) -> None:
    page("fr", "Ornithorynque")
    html = search(client, "en", q="ornithorynque")
    assert 'href="/fr/tried/"' not in html
    assert 'href="/fr/search/?q=ornithorynque"' in html
    assert "/es/search/?q=" not in html


@pytest.mark.parametrize("state", ["draft", "restricted"])
def test_search_never_shows_or_counts_what_is_not_public(client: Client, state: str) -> None:
    from wagtail.models import PageViewRestriction

    hidden = page("en", "Secretword", live=state != "draft")
    if state == "restricted":
        PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    html = search(client, "en", q="secretword")
    assert 'href="/en/tried/"' not in html
    assert "result-title" not in html
    assert "/en/search/" not in search(client, "fr", q="secretword")


def test_search_for_a_kind_shows_that_kind_and_counts_all(client: Client) -> None:
    html = search(client, "en", q="course", kind="news")
    assert 'href="/en/news/first-course/"' in html
    assert 'href="/en/about/help/"' not in html
    assert 'aria-current="true"' in html[html.index("kind=news") :]
    assert 'href="/en/about/help/"' in search(client, "en", q="course", kind="no-such-kind")


def test_search_pages_through_many_results(client: Client) -> None:
    for number in range(12):
        page("en", f"Zebra {number}", slug=f"zebra-{number}")
    first, second = search(client, "en", q="zebra"), search(client, "en", q="zebra", page=2)
    assert first.count("result-title") == 10
    assert second.count("result-title") == 2
    assert search(client, "en", q="zebra", page="x").count("result-title") == 10
    assert search(client, "en", q="zebra", page="999").count("result-title") == 2


@pytest.mark.parametrize(
    "asked",
    ["", "   ", "a" * 201, "!!!", "\x00", "a", "\u202e", "' OR 1=1 --", '"', "a* NEAR(b)", "(((",
     "title:x", "AND OR NOT", "%", "\\", "🔫", "é" * 200, "a " * 99, "x y z " * 33,
     "".join(map(chr, range(0x4E00, 0x4E00 + 200))), " ".join(map(str, range(10, 76)))],
)  # fmt: skip
def test_search_for_odd_text_answers_plainly(client: Client, asked: str) -> None:
    assert "<form" in search(client, "en", q=asked)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("a" * 201, "Use at most 200 characters. You have written 201."),
        ("!?", "Write at least one word."),
        ("a", "Write at least two letters."),
    ],
)
def test_search_that_cannot_be_asked_says_why_and_keeps_the_text(
    client: Client, asked: str, message: str
) -> None:
    html = search(client, "en", q=asked)
    assert message in html
    assert f'value="{asked}"' in html
    assert b"<title>Error:" in client.get("/en/search/", {"q": asked}).content


def test_search_with_wrongly_encoded_or_repeated_parameters_answers(client: Client) -> None:
    assert client.get("/en/search/?q=%FF%FE&q=course&kind=%00&page=-1").status_code == 200
    assert client.post("/en/search/", {"q": "x"}).status_code == 405


def test_empty_result_says_what_to_loosen(client: Client) -> None:
    html = search(client, "en", q="xyzzy plugh")
    assert "Nothing was found for “xyzzy plugh” in English." in html
    assert "Use fewer words." in html


def test_search_asks_registered_kinds_for_the_user(client: Client) -> None:
    asked = []

    def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
        asked.append((terms, language, user.is_authenticated))
        return Found(1, [Hit("A <b> parcel", "/en/x/", "thing", "en", "plain & text")])

    registry.register("thing", find, label="Things")
    try:
        html = search(client, "en", q="Parcel")
    finally:
        registry._kinds.pop("thing")
    assert asked == [(["parcel"], "en", False)]
    assert "A &lt;b&gt; parcel" in html
    assert "Things" in html


@pytest.mark.parametrize(
    ("title", "place"), [("The parcel", 0), ("Parcels", 1), ("Other", 2), ("parcel post", 0)]
)
def test_rank_prefers_whole_words_in_the_title(title: str, place: int) -> None:
    assert rank(Hit(title, "", "page", "en"), ["parcel"]) == place


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_the_same_queries_for_one_and_for_three(
    client: Client, django_assert_max_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        page("en", f"Wombat {number}", slug=f"wombat-{number}")
    kinds = len(registry.kinds())
    with django_assert_max_num_queries(1 + 5 * kinds):
        search(client, "en", q="wombat")

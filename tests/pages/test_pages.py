"""Site pages as readers and search engines get them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.blocks import StructBlockValidationError
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from portal.pages import models
from portal.pages.blocks import LinkBlock, SharedAddressBlock, TableBlock
from portal.pages.models import EventIndexPage, EventPage, HomePage, StandardPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_site")]


def index(model: type[Page], language: str = "en") -> Any:
    return model.objects.get(locale__language_code=language)


def add_event(starts: datetime, slug: str, **fields: Any) -> EventPage:
    above = index(EventIndexPage)
    page = EventPage(
        title=slug, slug=slug, starts_at=starts, ends_at=starts + timedelta(hours=2), **fields
    )
    page.locale = above.locale
    return above.add_child(instance=page)


def test_home_page_of_a_visitor_leads_to_the_courses(client: Client) -> None:
    html = client.get("/en/").content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert main.count('class="button"') == 1
    assert 'href="/en/courses/">See the courses' in main


def test_home_page_of_a_signed_in_person_leads_on(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("a@example.org"))
    html = client.get("/en/").content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert main.count('class="button"') == 1
    assert 'href="/en/learning/">Continue' in main


def test_event_shows_its_time_in_its_own_zone_and_in_utc(client: Client) -> None:
    start = datetime(2030, 7, 1, 12, 0, tzinfo=UTC)
    add_event(start, "meeting", time_zone="Asia/Kathmandu", place="Kathmandu")
    html = client.get("/en/events/meeting/").content.decode()
    assert "17:45" in html
    assert "+0545" in html
    assert "12:00 UTC" in html
    assert 'datetime="2030-07-01T17:45:00+05:45"' in html


def test_events_to_come_stand_before_past_ones(client: Client) -> None:
    now = timezone.now()
    for days, slug in ((9, "later"), (-9, "long-ago"), (2, "soon")):
        add_event(now + timedelta(days=days), slug)
    html = client.get("/en/events/").content.decode()
    places = [html.index(f'href="/en/events/{slug}/"') for slug in ("soon", "later", "long-ago")]
    assert places == sorted(places)
    assert html.index("Past events") < places[2]


def test_event_list_without_events_says_so_and_what_else_there_is(client: Client) -> None:
    html = client.get("/en/events/").content.decode()
    assert "No event is planned at the moment." in html
    assert "Past events" not in html


def test_event_that_ends_before_it_begins_is_refused() -> None:
    event = EventPage(
        title="x",
        slug="x",
        starts_at=datetime(2030, 1, 2, tzinfo=UTC),
        ends_at=datetime(2030, 1, 1, tzinfo=UTC),
    )
    with pytest.raises(ValidationError) as fault:
        event.clean()
    assert "ends_at" in fault.value.message_dict


def test_news_without_items_says_so(client: Client) -> None:
    models.NewsPage.objects.get(locale__language_code="en").delete()
    assert "There is no news yet." in client.get("/en/news/").content.decode()


@pytest.mark.parametrize(
    ("child", "parents"),
    [
        (models.HomePage, {"Page"}),
        (StandardPage, {"HomePage", "StandardPage"}),
        (models.NewsIndexPage, {"HomePage"}),
        (models.NewsPage, {"NewsIndexPage"}),
        (EventIndexPage, {"HomePage"}),
        (EventPage, {"EventIndexPage"}),
    ],
)
def test_page_types_stand_only_where_they_belong(child: type[Page], parents: set[str]) -> None:
    assert {page.__name__ for page in child.allowed_parent_page_models()} == parents


def test_home_page_has_room_for_the_courses() -> None:
    names = {page.__name__ for page in HomePage.allowed_subpage_models()}
    assert names == {"StandardPage", "NewsIndexPage", "EventIndexPage", "CourseIndexPage"}


BODY = [
    {"type": "text", "value": "<h2>Head</h2><p>A <dfn>term</dfn>.</p>", "id": "1"},
    {
        "type": "callout",
        "value": {"tone": "safety", "title": "Careful", "text": "<p>Slowly.</p>"},
        "id": "2",
    },
    {
        "type": "table",
        "value": {
            "caption": "Counts",
            "header": "both",
            "rows": [
                {"type": "item", "id": "a", "value": {"cells": ["<p>A</p>", "<p>B</p>"]}},
                {"type": "item", "id": "b", "value": {"cells": ["<p>C</p>", "<p>D</p>"]}},
            ],
        },
        "id": "3",
    },
    {
        "type": "links",
        "value": {
            "title": "More",
            "links": [
                {"text": "Out", "page": None, "address": "https://example.org/", "note": ""},
                {"text": "Help", "page": None, "address": "/about/help/", "note": "first"},
            ],
        },
        "id": "4",
    },
]


def test_blocks_are_shown_with_their_meaning(client: Client) -> None:
    above = index(HomePage, "fr")
    page = StandardPage(title="Blocks", slug="blocks", locale=above.locale)
    page.body = StandardPage._meta.get_field("body").to_python(BODY)
    above.add_child(instance=page)
    html = client.get("/fr/blocks/").content.decode()
    assert "<dfn>term</dfn>" in html
    assert 'class="callout callout-safety" aria-labelledby="2-title"' in html
    assert '<th scope="col"><p>A</p></th>' in html
    assert '<th scope="row"><p>C</p></th>' in html
    assert '<td data-label="B"><p>D</p></td>' in html
    assert 'aria-labelledby="3-caption"' in html
    assert '<a href="https://example.org/">Out</a>' in html
    assert '<a href="/fr/about/help/">Help</a>' in html


def test_titles_and_texts_with_markup_are_escaped(client: Client) -> None:
    above = index(HomePage)
    page = StandardPage(
        title="<script>alert(1)</script>",
        summary="<img src=x onerror=alert(1)>",
        slug="hostile",
        locale=above.locale,
    )
    page.body = StandardPage._meta.get_field("body").to_python(
        [{"type": "callout", "id": "1", "value": {"tone": "note", "title": "<b>", "text": ""}}]
    )
    above.add_child(instance=page)
    html = client.get("/en/hostile/").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<span>&lt;b&gt;</span>" in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "http://a.example", "x"]
)
def test_link_to_an_unsafe_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        SharedAddressBlock().clean(address)


@pytest.mark.parametrize("address", ["/about/", "https://a.example/", "mailto:a@b.example"])
def test_link_to_a_safe_address_is_kept(address: str) -> None:
    assert SharedAddressBlock().clean(address) == address


def test_link_without_a_target_or_with_two_is_refused() -> None:
    block = LinkBlock()
    for target in ({"address": ""}, {"address": "/a/", "page": Page.objects.first().pk}):
        value = block.to_python({"text": "x", "page": None, "note": ""} | target)
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


def test_table_with_uneven_rows_is_refused() -> None:
    block = TableBlock()
    rows = [{"cells": ["<p>a</p>", "<p>b</p>"]}, {"cells": ["<p>c</p>"]}]
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"caption": "x", "header": "row", "rows": rows}))


def test_robots_file_closes_what_is_personal_and_names_the_sitemap(client: Client) -> None:
    response = client.get("/robots.txt")
    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /zh-hans/learning/\n" in text
    assert "Disallow: /studio/\n" in text
    assert "Sitemap: http://testserver/sitemap.xml\n" in text
    assert client.post("/robots.txt").status_code == 405


def test_sitemap_lists_every_version_with_its_alternates(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    hidden = StandardPage.objects.get(slug="accessibility", locale__language_code="ru")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    index = client.get("/sitemap.xml").content.decode()
    for section in ("pages", "courses", "library"):
        assert f"<loc>http://testserver/sitemap-{section}.xml</loc>" in index
    with django_assert_max_num_queries(5):
        xml = client.get("/sitemap-pages.xml").content.decode()
    assert xml.count("<loc>http://testserver/ar/about/help/</loc>") == 1
    assert 'hreflang="uk" href="http://testserver/uk/about/help/"' in xml
    assert "/ru/about/accessibility/" not in xml
    pages = Page.objects.filter(depth__gte=2, content_type__app_label="portal").live().count() - 1
    assert xml.count("<loc>") == pages


def test_redirect_of_an_old_address_leads_on(client: Client) -> None:
    Redirect.add_redirect("/en/old-help", "/en/about/help/")
    response = client.get("/en/old-help/")
    assert (response.status_code, response["Location"]) == (301, "/en/about/help/")


def test_news_on_the_home_page_is_the_newest(client: Client) -> None:
    above = Page.objects.get(slug="news", locale__language_code="en")
    for number in range(4):
        page = models.NewsPage(
            title=f"N{number}", slug=f"n{number}", date=date(2027, 1, 1 + number)
        )
        page.locale = above.locale
        above.add_child(instance=page)
    html = client.get("/en/").content.decode()
    assert [f"n{n}" for n in (3, 2, 1)] == [n for n in ("n3", "n2", "n1") if f"/news/{n}/" in html]
    assert "/news/n0/" not in html

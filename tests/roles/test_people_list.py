"""The list of people: whom it shows, how it is narrowed and paged."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests import people

pytestmark = pytest.mark.django_db
REASON = "Knows the work well."


def url(name, *args):
    with translation.override("en"):
        return reverse(name, args=args)


@pytest.fixture
def admin():
    return people.staff("administrator", "Ada")


@pytest.fixture
def focal():
    return people.staff("focal-point", "Fatou", region_id="west-africa")


@pytest.fixture
def target():
    return people.member("Tom Target")


@pytest.fixture
def stranger():
    return people.member("Oksana Elsewhere", of=people.organisation(country="UA"))


def test_list_shows_the_people_of_the_region(focal, target, stranger):
    html = people.signed_in(focal).get(url("people")).content.decode()
    assert "Tom Target" in html
    assert "Oksana" not in html


def test_list_is_narrowed_by_words_role_and_country(admin, focal, target, stranger):
    client = people.signed_in(admin)
    for query, shown, hidden in (
        ("q=target", "Tom Target", "Oksana"),
        (f"q={stranger.membership.organisation.name}", "Oksana", "Tom Target"),
        ("role=focal-point", "Fatou", "Tom Target"),
        ("region=eastern-europe", "Oksana", "Tom Target"),
        ("region=UA&q=tom", "Nobody fits", "Tom Target"),
    ):
        html = client.get(f"{url('people')}?{query}").content.decode()
        assert shown in html, query
        assert f">{hidden}" not in html, query


@pytest.mark.parametrize(
    "query",
    ["q=%00", "role=superuser", "region=xx", "after=1", "after=" + "0" * 32, "q=" + "a" * 999],
)
def test_bad_query_is_no_error(admin, query):
    assert people.signed_in(admin).get(f"{url('people')}?{query}").status_code == 200


def test_list_goes_on_page_by_page(admin):
    place = people.organisation()
    names = [f"Person {number:03}" for number in range(45)]
    for name in names:
        people.member(name, of=place)
    client, seen, address = people.signed_in(admin), [], url("people") + "?q=Person"
    for _page in range(5):
        html = client.get(address).content.decode()
        seen += [name for name in names if f">{name}<" in html]
        if 'rel="next"' not in html:
            break
        address = url("people") + html.split('rel="next" href="')[1].split('"')[0].replace(
            "&amp;", "&"
        )
    assert seen == names


def test_list_takes_the_same_queries_for_one_and_for_many(admin, django_assert_num_queries):
    client = people.signed_in(admin)
    place = people.organisation()

    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(url("people") + "?q=Many")
        return len(found)

    people.with_role(people.member("Many 1", of=place), "trainer")
    client.get(url("people"))
    first = count()
    for number in range(2, 6):
        people.with_role(people.member(f"Many {number}", of=place), "trainer")
    assert count() == first

"""The members' directory: what is shown, what is not, and whom it can be asked for."""

import uuid
from datetime import timedelta

import pytest

from portal.organisations.models import FocalPoint
from portal.shared import clock
from tests import people

pytestmark = pytest.mark.django_db
LIST = "/en/community/organisations/"


@pytest.fixture
def browser():
    return people.signed_in(people.member())


def page_of(row):
    return f"{LIST}{row.public_id}/"


@pytest.mark.parametrize("kind", ["learner", "courier"])
def test_directory_is_not_there_for_others(customs, kind):
    user = people.person() if kind == "learner" else people.member(tier="courier")
    client = people.signed_in(user)
    assert client.get(LIST).status_code == 404
    assert client.get(page_of(customs)).status_code == 404


def test_member_without_her_second_factor_does_not_come_in(customs):
    client = people.signed_in(people.member(), verified=False)
    for address in (LIST, page_of(customs)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/account/" in answer["Location"]


def test_visitor_is_led_to_sign_in(client, customs):
    assert client.get(LIST).status_code == 302
    assert client.get(page_of(customs)).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_directory_is_only_read(browser, customs, method):
    for address in (LIST, page_of(customs)):
        assert getattr(browser, method)(address).status_code == 405


def test_only_accepted_organisations_are_shown(browser, customs):
    proposed = people.organisation("Proposed desk", state="proposed")
    merged = people.organisation("Merged desk", state="merged", merged_into=customs)
    html = browser.get(LIST).content.decode()
    assert "Direction générale" in html
    assert "Proposed desk" not in html
    assert "Merged desk" not in html
    assert browser.get(page_of(proposed)).status_code == 404
    assert browser.get(page_of(merged))["Location"] == page_of(customs)
    assert browser.get(f"{LIST}{uuid.uuid4()}/").status_code == 404


def test_filters_find_by_name_country_unit_function_and_language(browser, customs):
    ghana = people.organisation(
        "Firearms Unit", country="GH", unit="firearms-unit", other_names=["Ünité"],
        languages=["en"],
    )  # fmt: skip
    FocalPoint.objects.create(
        organisation=ghana, function="tracing", contact_phone="+233 1", languages=["pt"]
    )
    for query in (
        "text=fire", "text=unite", "text=UNIT+firearms", "country=GH", "unit=firearms-unit",
        "function=tracing", "language=en", "language=pt", "function=tracing&language=pt&country=GH",
    ):  # fmt: skip
        html = browser.get(f"{LIST}?{query}").content.decode()
        assert "Firearms Unit" in html, query
        assert "Direction générale" not in html, query
    for query in ("function=data", "language=es", "text=ire", "function=tracing&language=es"):
        html = browser.get(f"{LIST}?{query}").content.decode()
        assert "No organisation fits all of this" in html, query


@pytest.mark.parametrize("query", ["function=x", "language=%22", "country=XX", "after=x", "unit="])
def test_nonsense_in_the_address_counts_as_not_chosen(browser, customs, query):
    answer = browser.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert "Direction générale" in answer.content.decode()


def test_page_shows_the_desk_and_never_the_persons_own_address(browser, customs):
    officer = people.member("Awa Officer", of=customs, email="private@example.org")
    FocalPoint.objects.create(
        organisation=customs, function="data", person=officer, contact_email="desk@example.org",
        confirmed_at=clock.now(),
    )  # fmt: skip
    html = browser.get(page_of(customs)).content.decode()
    assert "Awa Officer" in html
    assert "desk@example.org" in html
    assert "private@example.org" not in html
    assert "Confirmed on" in html


@pytest.mark.parametrize("gone", ["left", "lapsed", "held", "ended", "courier"])
def test_person_who_left_is_no_longer_shown(browser, customs, gone):
    officer = people.member("Awa Officer", of=customs)
    FocalPoint.objects.create(organisation=customs, function="data", person=officer)
    assert "Awa Officer" in browser.get(page_of(customs)).content.decode()
    row = officer.membership
    if gone == "left":
        row.organisation = people.organisation()
    elif gone == "lapsed":
        row.lapses_at = clock.now() - timedelta(seconds=1)
    elif gone == "ended":
        row.state = "ended"
    elif gone == "courier":
        row.tier = "courier"
    else:
        officer.hold = "suspended"
        officer.save()
    row.save()
    html = browser.get(page_of(customs)).content.decode()
    assert "Awa Officer" not in html
    assert "No focal point is named here yet" in html


@pytest.mark.parametrize(
    ("days", "words"),
    [(10, "Confirmed on"), (364, "Confirmed on"), (366, "more than a year ago: check before"),
     (None, "Never confirmed: check before")],
)  # fmt: skip
def test_page_says_how_old_a_contact_is(browser, days, words):
    at = None if days is None else clock.now() - timedelta(days=days)
    row = people.organisation(contact_email="desk@example.org", contact_confirmed_at=at)
    assert words in browser.get(page_of(row)).content.decode()


def test_members_do_not_see_who_confirmed(browser, customs, keeper):
    customs.contact_phone, customs.contact_confirmed_by = "+221 1", keeper
    customs.contact_confirmed_at = clock.now()
    customs.save()
    assert "by <bdi" not in browser.get(page_of(customs)).content.decode()


def test_names_are_never_code(browser):
    evil = "<script>alert(1)</script>"
    row = people.organisation(evil, other_names=[evil], contact_name=evil)
    FocalPoint.objects.create(organisation=row, function="data", contact_phone=evil)
    for address in (LIST, page_of(row)):
        html = browser.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_kosovo_bears_its_note_wherever_it_is_shown(browser):
    assert "resolution 1244" not in browser.get(LIST).content.decode()
    row = people.organisation(country="XK")
    for address in (LIST, page_of(row), f"{LIST}?country=XK&unit=court"):
        assert "resolution 1244" in browser.get(address).content.decode(), address


def test_list_takes_the_same_queries_for_one_and_for_three(browser, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def another():
        row = people.organisation()
        officer = people.member(of=row)
        FocalPoint.objects.create(organisation=row, function="data", person=officer)

    another()
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    another()
    another()
    with django_assert_num_queries(len(one)):
        browser.get(LIST)


def test_language_names_are_in_the_readers_language(browser, customs):
    customs.languages = ["fr", "zh-hans"]
    customs.save()
    html = browser.get(page_of(customs).replace("/en/", "/fr/")).content.decode()
    assert "français" in html
    assert "chinois simplifié" in html

"""The desk's pages: who may open them, what they refuse, and what they never show."""

import re
import uuid

import pytest

from portal.organisations.models import FocalPoint, Organisation
from tests import people

pytestmark = pytest.mark.django_db
DESK = "/en/vetting/organisations/"


@pytest.fixture
def browser(keeper):
    return people.signed_in(keeper)


def at(row, rest=""):
    return f"{DESK}{row.public_id}/{rest}"


def form(row, **changed):
    given = {
        "name": row.name, "other_names": "", "country": row.country_id, "unit": row.unit,
        "version": row.version, "contact_name": "", "contact_email": "", "contact_phone": "",
    }  # fmt: skip
    return given | changed


PAGES = [
    ("get", ""),
    ("get", "change/"),
    ("post", "change/"),
    ("post", "accept/"),
    ("post", "confirm/"),
    ("get", "merge/"),
    ("post", "merge/"),
    ("get", "focal-points/data/"),
    ("post", "focal-points/data/"),
    ("post", "focal-points/data/confirm/"),
    ("post", "focal-points/data/remove/"),
]


@pytest.mark.parametrize("role", ["trainer", "reviewer", "translator", "", "courier"])
def test_desk_is_not_there_for_others(customs, role):
    if role == "courier":
        user = people.member(tier="courier")
    else:
        user = people.staff(role) if role else people.member()
    client = people.signed_in(user)
    assert client.get(DESK).status_code == 404
    assert client.get(f"{DESK}new/").status_code == 404
    for method, rest in PAGES:
        assert getattr(client, method)(at(customs, rest)).status_code == 404, rest


def test_visitor_is_led_to_sign_in(client, customs):
    for method, rest in PAGES:
        answer = getattr(client, method)(at(customs, rest))
        assert answer.status_code == 302, rest
        assert "/account/" in answer["Location"]


@pytest.mark.parametrize(("method", "rest"), PAGES)
def test_organisation_out_of_reach_and_one_that_never_was_look_alike(browser, method, rest):
    foreign = people.organisation(country="UA", contact_phone="+380 1", state="proposed")
    FocalPoint.objects.create(organisation=foreign, function="data", contact_phone="+380 1")
    data = form(foreign, name="Taken", into=foreign.public_id)
    hidden = getattr(browser, method)(at(foreign, rest), data)
    unknown = getattr(browser, method)(f"{DESK}{uuid.uuid4()}/{rest}", data)
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    foreign.refresh_from_db()
    assert (foreign.name != "Taken", foreign.state) == (True, "proposed")
    assert FocalPoint.objects.get().contact_phone == "+380 1"


@pytest.mark.parametrize(("method", "rest"), [page for page in PAGES if page[0] == "post"])
def test_deeds_want_a_post(browser, customs, method, rest):
    answer = browser.get(at(customs, rest))
    assert answer.status_code in {200, 405}


def test_list_shows_what_is_in_reach_and_filters_it(browser, customs):
    people.organisation("Police of Ghana", country="GH", unit="police", other_names=["GPS"])
    people.organisation("Police of Ukraine", country="UA", unit="police")
    html = browser.get(DESK).content.decode()
    assert "Police of Ghana" in html
    assert "Police of Ukraine" not in html
    for query in ("text=gps", "country=GH", "unit=police"):
        html = browser.get(f"{DESK}?{query}").content.decode()
        assert "Police of Ghana" in html, query
        assert "Direction générale" not in html, query


@pytest.mark.parametrize(
    "query", ["country=UA", "unit=x", "state=x", "after=x", "text=%00", "after=" + "9" * 40]
)
def test_nonsense_in_the_address_counts_as_not_chosen(browser, customs, query):
    answer = browser.get(f"{DESK}?{query}")
    assert answer.status_code == 200
    assert "Direction générale" in answer.content.decode()


def test_search_for_signs_alone_fails_softly(browser, customs):
    for text in ("%25", "_", "'; --", "\\", "<script>", "a" * 500):
        assert browser.get(DESK, {"text": text}).status_code == 200


def test_list_goes_on_by_key_and_ends(browser, keeper):
    for number in range(30):
        people.organisation(f"Same name {number // 2:02}", country="GH")
    seen, address = [], f"{DESK}?country=GH"
    for _ in range(3):
        html = browser.get(address).content.decode()
        seen += re.findall(r"<bdi dir=\"auto\">(Same name \d\d)</bdi></a>", html)
        following = re.search(r'rel="next" href="([^"]*)"', html)
        if not following:
            break
        address = DESK + following[1].replace("&amp;", "&")
    assert len(seen) == 30
    assert seen == sorted(seen)


def test_key_of_an_organisation_out_of_reach_says_nothing(browser, customs):
    foreign = people.organisation("Zzz", country="UA")
    assert "Direction" in browser.get(f"{DESK}?after={foreign.public_id}").content.decode()


def test_list_takes_the_same_queries_for_one_and_for_three(
    browser, customs, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(DESK)
    with CaptureQueriesContext(connection) as one:
        browser.get(DESK)
    for number in range(3):
        people.organisation(f"Another {number}")
    with django_assert_num_queries(len(one)):
        browser.get(DESK)


def test_contacts_not_confirmed_for_a_year_are_found(browser, customs):
    from datetime import timedelta

    from portal.shared import clock

    people.organisation("Fresh", country="GH", contact_confirmed_at=clock.now())
    people.organisation("Old", country="GH", contact_confirmed_at=clock.now() - timedelta(days=366))
    html = browser.get(f"{DESK}?old=on&country=GH").content.decode()
    assert "Old" in html
    assert "Fresh" not in html


def test_names_of_people_and_agencies_are_never_code(browser):
    evil = "<script>alert(1)</script>"
    row = people.organisation(
        evil, other_names=[evil], contact_name=evil, contact_phone=evil, state="proposed"
    )
    people.organisation(evil + " too")
    FocalPoint.objects.create(organisation=row, function="data", contact_phone=evil)
    pages = ("", "change/", "merge/", "focal-points/data/")
    for address in (DESK, *(at(row, rest) for rest in pages)):
        html = browser.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_organisation_is_added_through_the_form(browser):
    data = {
        "name": "Police  nationale", "other_names": "PN\r\n\r\nNational Police", "country": "SN",
        "unit": "police", "languages": ["fr", "en"], "contact_email": "Desk@Example.org",
        "contact_phone": "+221 33 000 00 00",
    }  # fmt: skip
    answer = browser.post(f"{DESK}new/", data)
    row = Organisation.objects.get(name="Police nationale")
    assert answer["Location"] == at(row)
    assert row.other_names == ["PN", "National Police"]
    assert (row.contact_email, row.languages) == ("desk@example.org", ["fr", "en"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "!!!"}, {"name": "x" * 201}, {"country": "UA"}, {"country": "zz"},
        {"unit": "x"}, {"languages": ["xx"]}, {"contact_email": "no"}, {"contact_phone": "call"},
        {"other_names": "x" * 201}, {"other_names": "x\n" * 51}, {"name": "a\x00b"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)  # fmt: skip
def test_wrong_values_are_said_beside_the_field_and_store_nothing(browser, keeper, wrong):
    before = Organisation.objects.count()
    data = {"name": "Police", "country": "SN", "unit": "police"} | wrong
    answer = browser.post(f"{DESK}new/", data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error:" in html
    assert "data-error-summary" in html
    assert Organisation.objects.count() == before


def test_slower_of_two_writers_is_told_and_keeps_what_she_wrote(browser, customs):
    browser.post(at(customs, "change/"), form(customs, name="First"))
    answer = browser.post(at(customs, "change/"), form(customs, name="Slower"))
    html = answer.content.decode()
    assert "Somebody else changed this organisation" in html
    assert 'value="Slower"' in html
    customs.refresh_from_db()
    assert customs.name == "First"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_version_that_makes_no_sense_fits_nothing(browser, customs, version):
    browser.post(at(customs, "change/"), form(customs, name="New", version=version))
    customs.refresh_from_db()
    assert customs.name != "New"
    customs.contact_phone = "+221 1"
    customs.save()
    assert browser.post(at(customs, "confirm/"), {"version": version}).status_code == 409


def test_proposal_is_accepted_and_likely_doubles_are_shown(browser, customs):
    proposed = people.organisation("Direction generale des douane", state="proposed")
    html = browser.get(at(proposed)).content.decode()
    assert f"?into={customs.public_id}" in html
    answer = browser.post(at(proposed, "accept/"), follow=True)
    assert "The organisation is accepted" in answer.content.decode()
    proposed.refresh_from_db()
    assert proposed.state == "active"


def test_merge_asks_first_and_old_addresses_lead_to_the_kept_one(administrator, customs):
    client = people.signed_in(administrator)
    duplicate = people.organisation("Douanes", contact_name="Bureau")
    page = client.get(at(duplicate, f"merge/?into={customs.public_id}")).content.decode()
    assert "cannot be undone" in page
    duplicate.refresh_from_db()
    assert duplicate.state == "active"
    answer = client.post(at(duplicate, "merge/"), {"into": customs.public_id})
    assert answer["Location"] == at(customs)
    assert client.get(at(duplicate))["Location"] == at(customs)
    html = client.get(at(customs)).content.decode()
    assert "Douanes" in html
    for method, rest in PAGES[1:]:
        assert getattr(client, method)(at(duplicate, rest)).status_code in {405, 409}, rest


def test_merge_without_a_fresh_factor_asks_for_it(administrator, customs):
    client = people.signed_in(administrator, fresh=False)
    duplicate = people.organisation("Douanes")
    answer = client.post(at(duplicate, "merge/"), {"into": customs.public_id})
    assert answer.status_code in {302, 303, 400, 403}
    duplicate.refresh_from_db()
    assert duplicate.state == "active"


@pytest.mark.parametrize("into", ["", "x", "itself"])
def test_merge_into_nothing_shows_the_list_again(browser, customs, into):
    into = str(customs.public_id) if into == "itself" else into
    answer = browser.post(at(customs, "merge/"), {"into": into})
    assert answer.status_code == 200
    assert "Choose the organisation that is kept" in answer.content.decode()
    customs.refresh_from_db()
    assert customs.state == "active"


@pytest.mark.parametrize("method", ["get", "post"])
def test_merge_into_an_organisation_out_of_reach_is_not_found(browser, customs, method):
    foreign = people.organisation(country="UA")
    answer = getattr(browser, method)(at(customs, "merge/"), {"into": foreign.public_id})
    assert answer.status_code == 404
    assert foreign.name not in browser.get(at(customs, "merge/?text=org")).content.decode()


def test_focal_point_is_named_confirmed_and_taken_away(browser, customs):
    officer = people.member("Awa Officer", of=customs)
    data = {"person_email": officer.email, "contact_phone": "+221 33 1", "languages": ["fr"]}
    browser.post(at(customs, "focal-points/tracing/"), data)
    html = browser.get(at(customs)).content.decode()
    assert "Awa Officer" in html
    assert officer.email not in html
    state = re.search(r'name="state" value="(\w+)"', html)
    assert state
    browser.post(at(customs, "focal-points/tracing/confirm/"), {"state": state[1]})
    assert FocalPoint.objects.get().confirmed_at is not None
    browser.post(at(customs, "focal-points/tracing/remove/"))
    assert not FocalPoint.objects.exists()


def test_focal_point_that_was_changed_meanwhile_is_not_confirmed(browser, customs):
    FocalPoint.objects.create(organisation=customs, function="data", contact_phone="+1")
    answer = browser.post(at(customs, "focal-points/data/confirm/"), {"state": "old"})
    assert answer.status_code == 409


@pytest.mark.parametrize("function", ["host", "data-x"])
def test_function_that_there_is_not_is_not_found(browser, customs, function):
    for method, rest in (("get", ""), ("post", ""), ("post", "confirm/"), ("post", "remove/")):
        address = at(customs, f"focal-points/{function}/{rest}")
        assert getattr(browser, method)(address, {"contact_phone": "+221 1234"}).status_code == 404


def test_person_who_left_is_marked_on_the_desk(browser, customs):
    officer = people.member("Awa Officer", of=people.organisation())
    FocalPoint.objects.create(organisation=customs, function="data", person=officer)
    assert "no longer a member" in browser.get(at(customs)).content.decode()


def test_kosovo_bears_its_note():
    row = people.organisation(country="XK")
    client = people.signed_in(people.staff("focal-point", region_id="western-balkans"))
    for address in (DESK, at(row), at(row, "change/")):
        assert "resolution 1244" in client.get(address).content.decode(), address


@pytest.mark.parametrize(("languages", "opened"), [(["fr"], False), (["fr", "sq"], True)])
def test_other_languages_are_folded_away_unless_one_is_chosen(browser, customs, languages, opened):
    customs.languages = languages
    customs.save()
    html = browser.get(at(customs, "change/")).content.decode()
    assert ('<details class="accordion-item" open>' in html) == opened
    assert html.count(" checked") == len(languages)


def test_page_has_one_primary_button(browser, customs):
    proposed = people.organisation("Douanes", state="proposed", contact_name="Bureau")
    for address in (DESK, at(customs), at(proposed), at(customs, "change/"), f"{DESK}new/"):
        html = browser.get(address).content.decode()
        assert len(re.findall(r'class="button"', html)) == 1, address

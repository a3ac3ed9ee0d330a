"""The answers of an application: organisations, words from people, terms, letters."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.files.models import StoredFile
from portal.organisations.models import Organisation
from portal.shared.errors import Invalid, TooMany
from portal.vetting import applicant_queries as queries
from portal.vetting import applying, flow
from tests import people
from tests.vetting.journeys import BASE, accept, browser, draft, fill, picture

pytestmark = pytest.mark.django_db


# Organisations


def organisation_page(client: Client, query: str = "") -> str:
    return client.get(f"{BASE}organisation/{query}").content.decode()


def test_only_known_organisations_of_her_country_and_tier_are_offered() -> None:
    user = people.person()
    client = browser(user)
    draft(user, name="A", country_id="SN")
    for name, fields in {
        "Douane SN": {},
        "Douane ML": {"country": "ML"},
        "La Poste": {"unit": "courier"},
        "Not seen": {"state": "proposed"},
    }.items():
        people.organisation(name, **fields)
    page = organisation_page(client)
    assert "Douane SN" in page
    for name in ("Douane ML", "La Poste", "Not seen"):
        assert name not in page


def test_long_list_is_cut_and_found_by_any_name_without_accents() -> None:
    user = people.person()
    draft(user, name="A", country_id="SN")
    for number in range(queries.LISTED + 3):
        people.organisation(f"Agency {number:02}")
    people.organisation("Zollamt", other_names=["Côté Douane"])
    client = browser(user)
    page = organisation_page(client)
    assert "4 more organisations are not shown" in page
    assert "Zollamt" not in page
    assert "Zollamt" in organisation_page(client, "?q=cote+DOUANE")
    assert "No organisation has such a name." in organisation_page(client, "?q=zzz")


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_organisation_that_is_not_one_is_refused(value: str) -> None:
    user = people.person()
    draft(user, name="A", country_id="SN")
    people.organisation()
    answer = browser(user).post(f"{BASE}organisation/", {"organisation": value})
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert queries.newest(user).organisation_id is None


def test_organisation_of_another_country_is_refused() -> None:
    user = people.person()
    draft(user, name="A", country_id="SN")
    other = people.organisation(country="ML")
    browser(user).post(f"{BASE}organisation/", {"organisation": other.public_id})
    assert queries.newest(user).organisation_id is None
    with pytest.raises(Invalid):
        applying.answer(user=user, key="organisation", organisation=other)


def test_own_organisation_can_be_proposed() -> None:
    user = people.person()
    draft(user, name="A", country_id="SN")
    answer = browser(user).post(
        f"{BASE}organisation/new/", {"name": "<b>New</b> unit", "unit": "customs"}
    )
    row = queries.newest(user)
    assert answer["Location"] == f"{BASE}post/"
    assert (row.organisation.name, row.organisation.state) == ("<b>New</b> unit", "proposed")
    assert "&lt;b&gt;New&lt;/b&gt; unit" in organisation_page(browser(user))


def test_proposed_organisation_must_fit_the_tier_and_is_limited() -> None:
    user = people.person()
    draft(user, name="A", country_id="SN")
    with pytest.raises(Invalid):
        applying.propose_organisation(user=user, name="La Poste", unit="courier")
    with pytest.raises(Invalid):
        applying.propose_organisation(user=user, name="X", unit="spies")
    for number in range(3):
        applying.propose_organisation(user=user, name=f"X{number}", unit="customs")
    with pytest.raises(TooMany):
        applying.propose_organisation(user=user, name="X9", unit="customs")
    assert Organisation.objects.filter(proposed_by=user).count() == 3


def test_change_of_country_asks_for_the_organisation_again() -> None:
    user = people.person()
    draft(user, name="A", country_id="SN", organisation=people.organisation())
    browser(user).post(f"{BASE}country/", {"country": "ML"})
    assert queries.newest(user).organisation_id is None


def test_change_of_work_to_courier_drops_sponsor_and_organisation() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    client.post(f"{BASE}work/", {"work": "courier"})
    row = queries.newest(user)
    assert (row.tier, row.organisation_id, row.sponsor_email) == ("courier", None, "")
    assert client.get(f"{BASE}sponsor/")["Location"] == BASE
    answer = client.post(f"{BASE}work/", {"work": "none"})
    assert "With this work you cannot apply" in answer.content.decode()


# Words from people


def test_markup_in_names_is_shown_as_words() -> None:
    user = people.person()
    client = browser(user)
    client.post(f"{BASE}begin/", {"work": "customs"})
    client.post(f"{BASE}name/", {"name": "<script>alert(1)</script>\u202e"})
    assert queries.newest(user).name == "<script>alert(1)</script>"
    page = client.get(f"{BASE}name/").content.decode() + client.get(BASE).content.decode()
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("name", {"name": "x" * 151}),
        ("name", {"name": "  "}),
        ("country", {"country": "XX"}),
        ("country", {"country": "west-africa"}),
        ("name", {"name": "\x00"}),
    ],
)
def test_bad_values_are_said_beside_the_form(key: str, values: dict) -> None:
    user = people.person()
    draft(user, name="" if key == "name" else "A")
    answer = browser(user).post(f"{BASE}{key}/", values)
    assert answer.status_code == 200
    assert "<title>Error:" in answer.content.decode()


def test_work_in_a_thousand_characters_with_line_ends_of_browsers_fits() -> None:
    user = people.person()
    draft(user, name="A", country_id="SN", organisation=people.organisation())
    text = "a\r\n" * 500
    browser(user).post(f"{BASE}post/", {"post": "P", "work": text})
    assert queries.newest(user).work.startswith("a\na")
    answer = browser(user).post(f"{BASE}post/", {"post": "P", "work": "x" * 1001})
    assert "error-summary" in answer.content.decode()


# Terms


def test_terms_are_shown_and_accepted_in_the_language_of_the_page() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    page = client.get("/ar/account/application/terms/").content.decode()
    assert "TLP:AMBER+STRICT" in page
    client.post("/ar/account/application/terms/", accept("ar"))
    assert queries.newest(user).terms_language == "ar"


@pytest.mark.parametrize("change", [{"digest": "0" * 64}, {"version": "1999-01"}, {"digest": ""}])
def test_consent_to_another_text_than_shown_does_not_count(change: dict) -> None:
    user = people.person()
    draft(
        user,
        name="A",
        country_id="SN",
        organisation=people.organisation(),
        post="P",
        work="W",
        sponsor_email="s@example.org",
    )
    answer = browser(user).post(f"{BASE}terms/", accept() | change)
    assert answer.status_code in (200, 409)
    assert queries.newest(user).terms_version == ""


def test_terms_that_changed_meanwhile_are_asked_again(monkeypatch) -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    monkeypatch.setattr("portal.vetting.terms.CURRENT", "2027-01")
    row = queries.newest(user)
    assert flow.first_missing(row).key == "terms"
    with pytest.raises(Invalid):
        applying.submit(user=user, version=row.version)


# Letters


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


def test_letters_are_kept_three_at_most_and_listed_with_a_link() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    version = queries.newest(user).version
    for _number in range(3):
        assert (
            client.post(f"{BASE}letter/add/", {"letter": picture()})["Location"] == f"{BASE}letter/"
        )
    answer = client.post(f"{BASE}letter/add/", {"letter": picture()})
    assert "You have added three files." in answer.content.decode()
    row = queries.newest(user)
    stored = StoredFile.objects.filter(purpose="application", about=row.number)
    assert stored.count() == 3
    assert row.version == version + 3
    assert f"/en/files/{stored[0].public_id}/" in client.get(f"{BASE}letter/").content.decode()
    assert "letter.png" in client.get(f"{BASE}check/").content.decode()


def test_letter_that_is_no_document_is_refused_beside_the_field() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    for upload in (
        SimpleUploadedFile("a.exe", b"MZ"),
        SimpleUploadedFile("a.pdf", b""),
        SimpleUploadedFile("a.png", b"<script>"),
    ):
        answer = client.post(f"{BASE}letter/add/", {"letter": upload})
        assert "error-summary" in answer.content.decode()
    assert "error-summary" in client.post(f"{BASE}letter/add/").content.decode()
    assert not StoredFile.objects.exists()


def test_letter_before_its_turn_is_refused() -> None:
    user = people.person()
    draft(user)
    assert (
        browser(user).post(f"{BASE}letter/add/", {"letter": picture()})["Location"]
        == f"{BASE}name/"
    )
    assert not StoredFile.objects.exists()

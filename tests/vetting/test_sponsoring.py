"""Who is asked to vouch, what he sees, what he answers, and what nobody learns."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from portal.accounts import step_up
from portal.accounts.models import User
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.vetting import answering, sponsoring
from portal.vetting import applicant_queries as queries
from portal.vetting.models import Application
from tests import people
from tests.vetting.journeys import BASE, browser, sent

pytestmark = pytest.mark.django_db
LIST = "/en/account/sponsoring/"
YES = {"knows": "yes", "how": "We worked on parcels together.", "vouches": "yes", "reason": ""}
NO = {"knows": "no", "how": "", "vouches": "no", "reason": "I have never met her."}


def asked() -> tuple[User, Application]:
    """A member and an application that waits for his word."""
    sponsor = people.member(email="sponsor@example.org")
    return sponsor, sent(people.person())


def address(row: Application) -> str:
    return f"{LIST}{row.number}/"


# Finding the sponsor


def test_member_named_by_address_in_any_case_is_told() -> None:
    sponsor = people.member(email="sponsor@example.org")
    row = sent(people.person(), sponsor=" Sponsor@Example.ORG ")
    assert row.sponsor == sponsor
    notice = Notification.objects.get(user=sponsor)
    assert (notice.verb, notice.place, notice.key) == ("sponsor", "sponsor_request", row.number)


def nobody() -> None:
    """No account has the address."""


def learner() -> None:
    people.person(email="sponsor@example.org")


def courier() -> None:
    people.member(email="sponsor@example.org", tier="courier")


def lapsed() -> None:
    user = people.member(email="sponsor@example.org")
    user.membership.lapses_at = clock.now()
    user.membership.save()


def suspended() -> None:
    user = people.member(email="sponsor@example.org")
    user.membership.state = "suspended"
    user.membership.save()


def held() -> None:
    people.member(email="sponsor@example.org", hold="suspended")


def unproven() -> None:
    user = people.member(email="real@example.org")
    EmailAddress.objects.create(
        user=user, email="sponsor@example.org", verified=False, primary=False
    )


NOT_ASKED = [nobody, learner, courier, lapsed, suspended, held, unproven]


@pytest.mark.parametrize("make", NOT_ASKED)
def test_only_members_in_force_are_asked_and_the_applicant_cannot_tell(make, mailoutbox) -> None:
    make()
    user = people.person()
    row = sent(user)
    page = browser(user).get(BASE).content.decode()
    assert row.sponsor_id is None
    assert row.state == "sponsor"
    assert not Notification.objects.filter(verb="sponsor").exists()
    assert not mailoutbox
    assert "Waiting for your sponsor" in page


def test_status_page_is_the_same_for_member_and_nobody() -> None:
    with clock.held():
        unknown, known = people.person("Awa"), people.person("Awa")
        first = sent(unknown, sponsor="nobody@example.org")
        people.member(email="member@example.org")
        second = sent(known, sponsor="member@example.org")
        pages = [
            browser(user)
            .get(BASE)
            .content.decode()
            .replace(row.number, "NUMBER")
            .split("<main", 1)[1]
            .split("</main>")[0]
            for user, row in ((unknown, first), (known, second))
        ]
    assert pages[0] == pages[1]


def test_nobody_vouches_for_herself() -> None:
    user = people.member(tier="courier", email="me@example.org")
    client = browser(user)
    client.post(f"{BASE}begin/", {"work": "customs"})
    for key, values in {"name": {"name": "A"}, "country": {"country": "SN"}}.items():
        client.post(f"{BASE}{key}/", values)
    client.post(f"{BASE}organisation/", {"organisation": people.organisation().public_id})
    client.post(f"{BASE}post/", {"post": "P", "work": "W"})
    answer = client.post(f"{BASE}sponsor/", {"sponsor_email": "ME@example.org"})
    assert "Name another person than yourself." in answer.content.decode()
    assert queries.newest(user).sponsor_email == ""


# His pages


def test_sponsor_sees_what_is_needed_and_no_more() -> None:
    sponsor, row = asked()
    client = people.signed_in(sponsor)
    assert "Awa Diop" in client.get(LIST).content.decode()
    page = client.get(address(row)).content.decode()
    assert "Awa Diop" in page
    assert "Inspector" in page
    assert "I check parcels." not in page
    assert row.applicant.email not in page


def test_list_says_when_nobody_waits() -> None:
    page = people.signed_in(people.member()).get(LIST).content.decode()
    assert "Nobody waits for your answer." in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_request_of_another_is_not_found(method: str) -> None:
    _sponsor, row = asked()
    for other in (people.member(), people.staff("administrator")):
        answer = getattr(people.signed_in(other), method)(address(row), YES)
        assert answer.status_code == 404
    assert people.signed_in(people.member()).get(f"{LIST}ZZZZ-ZZZZ/").status_code == 404
    row.refresh_from_db()
    assert row.state == "sponsor"


def test_learner_courier_and_applicant_have_no_such_pages() -> None:
    _sponsor, row = asked()
    for other in (people.person(), people.member(tier="courier"), row.applicant):
        client = people.signed_in(other)
        assert client.get(LIST).status_code == 404
        assert client.get(address(row)).status_code == 404


def test_pages_are_closed_without_second_factor() -> None:
    sponsor, row = asked()
    for url in (LIST, address(row)):
        assert people.signed_in(sponsor, verified=False).get(url).status_code in (302, 404)
        assert Client().get(url).status_code == 302


def test_lapsed_sponsor_can_no_longer_answer() -> None:
    sponsor, row = asked()
    client = people.signed_in(sponsor)
    sponsor.membership.lapses_at = clock.now()
    sponsor.membership.save()
    assert client.get(address(row)).status_code == 404
    sponsor = User.objects.get(pk=sponsor.pk)
    with step_up.confirmed(sponsor), pytest.raises(NotAllowed):
        sponsoring.answer(sponsor=sponsor, number=row.number, vouches=True, text="x")


# His answer


def test_confirmation_brings_the_application_to_the_approvers() -> None:
    sponsor, row = asked()
    approver = people.staff("administrator")
    answer = people.signed_in(sponsor).post(address(row), YES)
    row.refresh_from_db()
    assert answer["Location"] == LIST
    assert (row.state, row.sponsor_id) == ("review", sponsor.pk)
    step = row.steps.get(kind="sponsor-confirmed")
    assert (step.text, step.for_applicant, step.actor_id) == (YES["how"], False, sponsor.pk)
    assert Notification.objects.filter(user=approver, verb="decision").exists()
    assert Notification.objects.filter(user=row.applicant, verb="application").exists()
    facts = AuditRow.objects.get(event="application.sponsor").body
    assert "confirmed" in facts
    assert "parcels" not in facts


def test_applicant_reads_that_he_declined_but_not_why() -> None:
    sponsor, row = asked()
    people.signed_in(sponsor).post(address(row), NO)
    row.refresh_from_db()
    assert (row.state, row.sponsor_id) == ("sponsor", None)
    page = browser(row.applicant).get(BASE).content.decode()
    assert "your sponsor declined" in page
    assert NO["reason"] not in page
    assert people.signed_in(sponsor).get(address(row)).status_code == 404
    assert "You declined" in people.signed_in(sponsor).get(LIST).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"knows": ""},
        {"vouches": ""},
        {"how": ""},
        {"knows": "no"},
        {"vouches": "no"},
        {"vouches": "maybe"},
        {"how": "x" * 501},
    ],
)
def test_incomplete_answer_is_asked_again(change: dict) -> None:
    sponsor, row = asked()
    page = people.signed_in(sponsor).post(address(row), YES | change)
    row.refresh_from_db()
    assert row.state == "sponsor"
    assert "<title>Error:" in page.content.decode()


def test_answering_twice_counts_once() -> None:
    sponsor, row = asked()
    client = people.signed_in(sponsor)
    client.post(address(row), YES)
    assert client.post(address(row), NO).status_code == 404
    with step_up.confirmed(sponsor), pytest.raises(Conflict):
        sponsoring.answer(sponsor=sponsor, number=row.number, vouches=False, text="x")
    row.refresh_from_db()
    assert row.state == "review"
    assert row.steps.count() == 2


def test_answer_needs_a_fresh_second_factor() -> None:
    sponsor, row = asked()
    with pytest.raises(step_up.Needed):
        sponsoring.answer(sponsor=sponsor, number=row.number, vouches=True, text="x")
    people.signed_in(sponsor, fresh=False).post(address(row), YES)
    row.refresh_from_db()
    assert row.state == "sponsor"


def test_withdrawn_application_asks_nobody() -> None:
    sponsor, row = asked()
    answering.withdraw(user=row.applicant)
    assert people.signed_in(sponsor).post(address(row), YES).status_code == 404
    with step_up.confirmed(sponsor), pytest.raises(Conflict):
        sponsoring.answer(sponsor=sponsor, number=row.number, vouches=True, text="x")


# Another sponsor


def test_another_sponsor_can_be_named_and_the_first_is_out() -> None:
    first, row = asked()
    second = people.member(email="second@example.org")
    client = browser(row.applicant)
    answer = client.post(f"{BASE}another-sponsor/", {"sponsor_email": "second@example.org"})
    row.refresh_from_db()
    assert answer["Location"] == BASE
    assert row.sponsor == second
    assert people.signed_in(first).post(address(row), YES).status_code == 404
    people.signed_in(second).post(address(row), YES)
    row.refresh_from_db()
    assert row.state == "review"


def test_three_sponsors_at_most() -> None:
    _first, row = asked()
    for number in range(2):
        sponsoring.name_another(user=row.applicant, email=f"other{number}@example.org")
    with pytest.raises(Invalid):
        sponsoring.name_another(user=row.applicant, email="fourth@example.org")
    client = browser(row.applicant)
    assert client.get(f"{BASE}another-sponsor/")["Location"] == BASE


def test_same_sponsor_or_herself_is_not_another() -> None:
    _first, row = asked()
    for email in ("SPONSOR@example.org", row.applicant.email):
        answer = browser(row.applicant).post(f"{BASE}another-sponsor/", {"sponsor_email": email})
        assert "error-summary" in answer.content.decode()
    assert row.steps.count() == 1


def test_naming_is_limited_and_only_while_waiting() -> None:
    sponsor, row = asked()
    people.signed_in(sponsor).post(address(row), YES)
    with pytest.raises(Conflict):
        sponsoring.name_another(user=row.applicant, email="x@example.org")
    for _try in range(3):
        with pytest.raises(Conflict):
            sponsoring.name_another(user=row.applicant, email="x@example.org")
    with pytest.raises(TooMany):
        sponsoring.name_another(user=row.applicant, email="x@example.org")

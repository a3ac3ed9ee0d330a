"""The journey of an applicant up to sending, and attempts to cheat on the way."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, TooMany
from portal.vetting import answering, applying
from portal.vetting import applicant_queries as queries
from portal.vetting.models import Application
from tests import people
from tests.vetting.applications import application
from tests.vetting.journeys import BASE, accept, browser, draft, fill, send, sent

pytestmark = pytest.mark.django_db
STEPS = ("name", "country", "organisation", "post", "sponsor", "letter", "terms")


# The eligibility check


def test_visitor_reads_who_may_apply_and_what_is_asked() -> None:
    page = Client().get(f"{BASE}start/").content.decode()
    assert "What we will ask" in page
    assert "Firearms control, licensing or registry" in page


@pytest.mark.parametrize(
    ("work", "words"),
    [
        ("customs", "You can apply to become a member"),
        ("courier", "courses for postal operators and couriers"),
        ("civil", "The public courses are for you"),
        ("none", "The public courses are for you"),
    ],
)
def test_visitor_gets_the_result_in_words(work: str, words: str) -> None:
    page = Client().get(f"{BASE}start/?work={work}").content.decode()
    assert words in page
    assert ("account/sign-up/?next=" in page) == (work in ("customs", "courier"))


def test_work_that_is_not_offered_is_said_beside_the_form() -> None:
    page = Client().get(f"{BASE}start/?work=spy")
    assert page.status_code == 200
    assert "Choose the work that fits best." in page.content.decode()


def test_reading_pages_stores_nothing() -> None:
    client = browser(people.person())
    for name in ("start/?work=customs", "", "name/", "check/", "sent/", "answers.txt", "withdraw/"):
        client.get(f"{BASE}{name}")
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "name/",
        "check/",
        "sent/",
        "information/",
        "answers.txt",
        "withdraw/",
        "appeal/",
        "another-sponsor/",
        "organisation/new/",
    ],
)
def test_visitor_is_led_to_sign_in(name: str) -> None:
    answer = Client().get(f"{BASE}{name}")
    assert answer.status_code == 302
    assert "/account/sign-in/" in answer["Location"]


# The whole way


def test_member_to_be_goes_all_the_way_to_her_sponsor() -> None:
    user, sponsor = people.person(), people.member(email="sponsor@example.org")
    client = browser(user)
    fill(client, people.organisation("Customs of Senegal"))
    page = client.get(f"{BASE}check/").content.decode()
    for words in ("Awa Diop", "Customs of Senegal", "I check parcels.", "sponsor@example.org"):
        assert words in page
    answer = send(client, user)
    row = queries.newest(user)
    assert answer["Location"] == f"{BASE}sent/"
    assert row.number in client.get(f"{BASE}sent/").content.decode()
    assert (row.state, row.sponsor_id, row.tier) == ("sponsor", sponsor.pk, "member")
    assert row.submitted_at is not None
    assert row.due_at is not None
    assert (row.terms_version, row.terms_language, len(row.terms_digest)) == ("2026-11", "en", 64)
    assert [step.kind for step in row.steps.all()] == ["submitted"]
    assert AuditRow.objects.filter(event="application.submitted").count() == 1


def test_courier_has_no_sponsor_and_goes_to_approvers() -> None:
    approver = people.staff("administrator")
    row = sent(people.person(), work="courier")
    assert (row.state, row.tier, row.sponsor_id, row.sponsor_email) == (
        "review",
        "courier",
        None,
        "",
    )
    assert Notification.objects.filter(user=approver, verb="decision", key=row.number).exists()


def test_name_and_country_are_taken_from_account_and_written_back() -> None:
    user = people.person("Awa D.", region_id="SN")
    client = browser(user)
    client.post(f"{BASE}begin/", {"work": "customs"})
    assert 'value="Awa D."' in client.get(f"{BASE}name/").content.decode()
    client.post(f"{BASE}name/", {"name": "Awa Diop"})
    assert '<option value="SN" selected>' in client.get(f"{BASE}country/").content.decode()
    client.post(f"{BASE}country/", {"country": "ML"})
    user.refresh_from_db()
    assert (user.name, user.region_id) == ("Awa Diop", "ML")


def test_pages_follow_each_other_and_a_change_comes_back_to_check() -> None:
    user = people.person()
    client = browser(user)
    place = people.organisation()
    assert client.post(f"{BASE}begin/", {"work": "customs"})["Location"] == f"{BASE}name/"
    assert client.post(f"{BASE}name/", {"name": "A"})["Location"] == f"{BASE}country/"
    assert client.post(f"{BASE}country/", {"country": "SN"})["Location"] == f"{BASE}organisation/"
    assert (
        client.post(f"{BASE}organisation/", {"organisation": place.public_id})["Location"]
        == f"{BASE}post/"
    )
    assert client.post(f"{BASE}post/", {"post": "P", "work": "W"})["Location"] == f"{BASE}sponsor/"
    assert (
        client.post(f"{BASE}sponsor/", {"sponsor_email": "s@example.org"})["Location"]
        == f"{BASE}letter/"
    )
    assert f'href="{BASE}terms/"' in client.get(f"{BASE}letter/").content.decode()
    assert client.post(f"{BASE}terms/", accept())["Location"] == f"{BASE}check/"
    assert client.post(f"{BASE}post/", {"post": "Q", "work": "W"})["Location"] == f"{BASE}check/"
    assert client.post(f"{BASE}country/", {"country": "ML"})["Location"] == f"{BASE}organisation/"


def test_draft_can_be_gone_on_with_in_another_browser() -> None:
    user = people.person()
    browser(user).post(f"{BASE}begin/", {"work": "customs"})
    browser(user).post(f"{BASE}name/", {"name": "Awa Diop"})
    page = browser(user).get(BASE).content.decode()
    assert "It is not sent yet" in page
    assert f'class="button" href="{BASE}country/"' in page


def test_change_of_address_does_not_touch_the_application() -> None:
    user = people.person()
    browser(user).post(f"{BASE}begin/", {"work": "customs"})
    user.email = "new@example.org"
    user.save()
    assert "It is not sent yet" in browser(user).get(BASE).content.decode()


def test_answers_can_be_kept_as_plain_text() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation("Douane & <b>fils</b>"))
    answer = client.get(f"{BASE}answers.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert "Douane & <b>fils</b>" in answer.content.decode()


# Out of order, twice, by others


@pytest.mark.parametrize("key", [key for key in STEPS if key != "name"])
def test_step_out_of_order_leads_to_first_missing(key: str) -> None:
    user = people.person()
    client = browser(user)
    client.post(f"{BASE}begin/", {"work": "customs"})
    for answer in (
        client.get(f"{BASE}{key}/"),
        client.post(f"{BASE}{key}/", {"post": "x", "work": "y", **accept()}),
    ):
        assert answer["Location"] == f"{BASE}name/"
    row = queries.newest(user)
    assert (row.post, row.terms_version, row.organisation_id) == ("", "", None)


def test_service_refuses_a_step_out_of_order() -> None:
    user = people.person()
    draft(user)
    with pytest.raises(Conflict):
        applying.answer(user=user, key="post", post="x", work="y")
    with pytest.raises(Conflict):
        applying.answer(user=user, key="letter")


def test_sending_with_an_answer_missing_leads_to_it() -> None:
    user = people.person()
    row = draft(user)
    assert browser(user).post(f"{BASE}check/", {"version": 1})["Location"] == f"{BASE}name/"
    with pytest.raises(Invalid):
        applying.submit(user=user, version=row.version)


def test_sending_twice_sends_once() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    version = queries.newest(user).version
    client.post(f"{BASE}check/", {"version": version})
    answer = client.post(f"{BASE}check/", {"version": version})
    assert answer["Location"] == BASE
    with pytest.raises(Conflict):
        applying.submit(user=user, version=version)
    assert queries.newest(user).steps.count() == 1


def test_answer_changed_in_another_window_stops_the_sending() -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    seen = queries.newest(user).version
    client.post(f"{BASE}post/", {"post": "Something else", "work": "W"})
    answer = client.post(f"{BASE}check/", {"version": seen})
    assert answer.status_code == 409
    assert "An answer has changed in another window" in answer.content.decode()
    assert "Something else" in answer.content.decode()
    assert queries.newest(user).state == "draft"


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 40])
def test_version_that_is_none_is_no_fault_of_the_site(version: str) -> None:
    user = people.person()
    client = browser(user)
    fill(client, people.organisation())
    assert client.post(f"{BASE}check/", {"version": version}).status_code == 409


def test_sent_answers_cannot_be_changed() -> None:
    user = people.person()
    row = sent(user)
    answer = browser(user).post(f"{BASE}name/", {"name": "Somebody Else"})
    assert answer["Location"] == BASE
    row.refresh_from_db()
    assert row.name == "Awa Diop"
    with pytest.raises(Conflict):
        applying.answer(user=user, key="name", name="Somebody Else")


def test_nobody_sees_or_changes_the_application_of_another() -> None:
    row = sent(people.person())
    stranger = browser(people.person())
    assert stranger.get(BASE)["Location"] == f"{BASE}start/"
    for name in ("sent/", "information/", "another-sponsor/", "appeal/", "withdraw/", "check/"):
        assert row.number not in stranger.get(f"{BASE}{name}", follow=True).content.decode()
    stranger.post(f"{BASE}withdraw/")
    row.refresh_from_db()
    assert row.state == "sponsor"


def test_second_application_is_not_begun_beside_an_open_one() -> None:
    user = people.person()
    row = sent(user)
    assert browser(user).post(f"{BASE}begin/", {"work": "police"})["Location"] == BASE
    assert Application.objects.filter(applicant=user).count() == 1
    assert applying.begin(user=user, work="police").pk == row.pk
    assert applying.new_draft(user=user, tier="member").pk == row.pk


@pytest.mark.parametrize("work", ["civil", "none", "spy", ""])
def test_work_outside_cannot_begin(work: str) -> None:
    user = people.person()
    assert browser(user).post(f"{BASE}begin/", {"work": work})["Location"] == f"{BASE}start/"
    assert not Application.objects.exists()


def test_member_cannot_apply_for_what_she_has() -> None:
    with pytest.raises(Invalid):
        applying.begin(user=people.member(), work="customs")
    assert applying.begin(user=people.member(tier="courier"), work="customs").tier == "member"


def test_suspended_member_cannot_apply_anew() -> None:
    user = people.member()
    user.membership.state = "suspended"
    user.membership.save()
    with pytest.raises(Invalid):
        applying.begin(user=user, work="customs")


def test_refused_person_waits_thirty_days_for_a_new_application() -> None:
    user = people.person()
    with clock.held() as held:
        application(user, state="refused", decided_at=clock.now())
        with pytest.raises(Invalid):
            applying.begin(user=user, work="customs")
        held.advance(days=31)
        assert applying.begin(user=user, work="customs").state == "draft"


def test_invited_person_begins_with_what_the_invitation_says() -> None:
    place = people.organisation(unit="police")
    known = {"country": place.country, "organisation": place, "sponsor_email": "s@example.org"}
    row = applying.begin_invited(user=people.person(), **known)
    assert (row.eligible_as, row.organisation, row.country_id) == ("police", place, "SN")
    assert (row.name, row.state) == ("", "draft")
    assert applying.begin_invited(user=row.applicant, **known).pk == row.pk
    assert applying.begin_invited(user=people.member(), **known) is None


def test_after_withdrawing_she_can_begin_again() -> None:
    user = people.person()
    sent(user)
    answering.withdraw(user=user)
    assert applying.begin(user=user, work="customs").state == "draft"


def test_sendings_of_a_day_are_limited() -> None:
    user = people.person()
    row = draft(user)
    for _try in range(5):
        with pytest.raises(Invalid):
            applying.submit(user=user, version=row.version)
    with pytest.raises(TooMany):
        applying.submit(user=user, version=row.version)


def test_visitor_makes_an_account_by_code_and_comes_back_to_begin(mailoutbox) -> None:
    client, here = Client(), f"{BASE}start/?work=customs"
    page = client.get(here).content.decode()
    address = unescape(re.search(r'href="([^"]*/sign-up/\?next=[^"]*)"', page)[1])
    client.post(
        address, {"email": "new@example.org", "password1": "seven quiet harbours 31", "next": here}
    )
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mailoutbox[0].body, re.M)[1]
    answer = client.post(
        f"/en/account/confirm/?{urlencode({'next': here})}", {"code": code, "next": here}
    )
    assert answer["Location"] == here
    assert "Start your application" in client.get(here).content.decode()

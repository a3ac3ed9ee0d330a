"""The status page says who has to act, and lets her do what is hers."""

import pytest

from portal.accounts import step_up
from portal.files.models import StoredFile
from portal.notifications.models import Notification
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid
from portal.vetting import answering, applicant_status, decisions
from portal.vetting import applicant_queries as queries
from portal.vetting.models import Application
from tests import people
from tests.vetting.applications import application, step
from tests.vetting.journeys import BASE, browser, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


def page_of(row: Application, name: str = "") -> str:
    return browser(row.applicant).get(f"{BASE}{name}").content.decode()


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [
        ("sponsor", "sponsor", "Waiting for your sponsor"),
        ("review", "we", "We are checking – usually 3 working days"),
        ("confirmation", "we", "We are checking – usually 3 working days"),
        ("information", "you", "You: answer the question"),
        ("approved", "you", "You: set it up now"),
        ("refused", "nobody", "Refused"),
        ("withdrawn", "nobody", "Withdrawn"),
        ("expired", "nobody", "Expired"),
    ],
)
def test_each_state_says_who_has_to_act(state: str, who: str, words: str) -> None:
    row = application(state=state, decided_at=clock.now())
    status = applicant_status.status_of(row)
    assert status.who == who
    assert words in [str(task.words) for task in status.tasks]
    page = page_of(row)
    assert str(status.headline) in page
    assert row.number in page


def test_every_state_has_one_open_task_at_most_and_one_primary_button() -> None:
    for state in Application.State.values:
        if state == "draft":
            continue
        row = application(state=state, decided_at=clock.now())
        tasks = applicant_status.status_of(row).tasks
        assert sum(task.state in ("todo", "waiting", "problem") for task in tasks) <= 1
        assert page_of(row).split("<main")[1].count('class="button"') <= 1


def test_deadline_is_said_where_somebody_is_waited_for() -> None:
    assert "the application expires" in page_of(application(state="information"))
    assert "the application expires" in page_of(application(state="sponsor"))
    assert "the application expires" not in page_of(application(state="review"))


def test_courier_has_no_sponsor_task_and_goes_to_courses() -> None:
    row = application(state="approved", tier="courier", decided_at=clock.now())
    titles = [str(task.title) for task in applicant_status.status_of(row).tasks]
    assert "Confirmation by your sponsor" not in titles
    assert titles[-1] == "Go to your courses"


def test_approved_person_with_a_factor_goes_inside() -> None:
    row = application(state="approved", decided_at=clock.now())
    people.app_device(row.applicant)
    tasks = applicant_status.status_of(row).tasks
    assert [task.state for task in tasks[-2:]] == ["done", "todo"]


def test_history_keeps_back_what_approvers_and_sponsor_wrote() -> None:
    row = application(state="information")
    step(row, "sponsor-confirmed", text="secret of the sponsor")
    step(row, "proposed", text="secret proposal", proposal="refuse")
    step(row, "sent-back", text="secret doubt")
    step(row, "information-asked", text="Which office?", note="secret note", for_applicant=True)
    page = page_of(row)
    assert "Which office?" not in page.split("</h1>")[0]
    assert "Which office?" in page
    assert "secret" not in page
    assert "Second person did not agree" not in page


# Giving information


def test_information_goes_back_to_approvers_with_a_file() -> None:
    approver = people.staff("administrator")
    row = application(state="information", proposed_by=people.person(), proposal="approve")
    step(row, "information-asked", text="Which <b>office</b>?", for_applicant=True)
    assert "Which &lt;b&gt;office&lt;/b&gt;?" in page_of(row, "information/")
    answer = browser(row.applicant).post(
        f"{BASE}information/", {"text": "Dakar", "file": picture()}
    )
    row.refresh_from_db()
    assert answer["Location"] == BASE
    assert (row.state, row.proposed_by_id, row.proposal) == ("review", None, "")
    assert row.steps.filter(kind="information-given", text="Dakar").exists()
    assert StoredFile.objects.filter(about=row.number).count() == 1
    assert Notification.objects.filter(user=approver, verb="decision").exists()


@pytest.mark.parametrize("values", [{}, {"text": "  "}, {"text": "x" * 2001}])
def test_answer_without_words_is_asked_again(values: dict) -> None:
    row = application(state="information")
    answer = browser(row.applicant).post(f"{BASE}information/", values)
    assert "<title>Error:" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "information"


def test_information_can_be_given_only_when_asked_and_once() -> None:
    row = application(state="review")
    assert browser(row.applicant).post(f"{BASE}information/", {"text": "x"})["Location"] == BASE
    with pytest.raises(Conflict):
        answering.give_information(user=row.applicant, text="x", upload=picture())
    assert not StoredFile.objects.exists()
    assert not row.steps.exists()


# Appeal


def test_refusal_shows_reason_and_can_be_appealed_once() -> None:
    row = application(state="refused", decided_at=clock.now())
    step(row, "refused", text="The post is not named.", for_applicant=True)
    page = page_of(row)
    assert "The post is not named." in page
    assert "appeal once" in page
    answer = browser(row.applicant).post(f"{BASE}appeal/", {"text": "It is named now."})
    row.refresh_from_db()
    assert answer["Location"] == BASE
    assert (row.state, row.appeals, row.decided_at) == ("review", 1, None)
    row.state, row.decided_at = "refused", clock.now()
    row.save()
    assert browser(row.applicant).post(f"{BASE}appeal/", {"text": "Again"})["Location"] == BASE
    with pytest.raises(Conflict):
        answering.appeal(user=row.applicant, text="Again")
    assert row.steps.filter(kind="appealed").count() == 1
    assert "You can send a new application after" in page_of(row)


def test_appeal_after_thirty_days_or_of_no_refusal_is_not_possible() -> None:
    with clock.held() as held:
        row = application(state="refused", decided_at=clock.now())
        other = application(state="approved", decided_at=clock.now())
        held.advance(days=30, seconds=1)
        assert "Start a new application" in page_of(row)
        for found in (row, other):
            with pytest.raises(Conflict):
                answering.appeal(user=found.applicant, text="Please")


def test_appeal_needs_words() -> None:
    row = application(state="refused", decided_at=clock.now())
    with pytest.raises(Invalid):
        answering.appeal(user=row.applicant, text=" \u202e ")


# Withdrawing


@pytest.mark.parametrize("state", ["sponsor", "review", "information", "confirmation"])
def test_withdrawing_is_confirmed_first(state: str) -> None:
    row = application(state=state)
    assert "this cannot be undone" in page_of(row, "withdraw/")
    row.refresh_from_db()
    assert row.state == state
    browser(row.applicant).post(f"{BASE}withdraw/")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert "Start a new application" in page_of(row)


@pytest.mark.parametrize("state", ["approved", "refused", "expired", "withdrawn"])
def test_decided_application_cannot_be_withdrawn(state: str) -> None:
    row = application(state=state)
    assert browser(row.applicant).post(f"{BASE}withdraw/")["Location"] == BASE
    with pytest.raises(Conflict):
        answering.withdraw(user=row.applicant)
    row.refresh_from_db()
    assert row.state == state


def test_decision_made_meanwhile_wins_over_withdrawing() -> None:
    row = application(state="review")
    known = queries.newest(row.applicant)
    row.state = "approved"
    row.save()
    assert known.state == "review"
    with pytest.raises(Conflict):
        answering.withdraw(user=row.applicant)


# From the first page to membership, with the approvers' half


def test_whole_way_ends_in_a_membership() -> None:
    row = application(state="review", country="SN")
    people.app_device(row.applicant)
    for actor in (people.staff("focal-point", region_id="SN"), people.staff("administrator")):
        row.refresh_from_db()
        with step_up.confirmed(actor):
            decisions.decide(
                actor=actor, application=row, version=row.version, choice="approve", note="Known."
            )
    row.refresh_from_db()
    assert row.state == "approved"
    assert row.applicant.membership.tier == "member"
    page = page_of(row)
    assert "Welcome" in page
    assert "Known." not in page

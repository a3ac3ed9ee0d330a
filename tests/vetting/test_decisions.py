"""Two different approvers decide. Every way round that is tried here and refused."""

from collections import defaultdict

import pytest

from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.events import listen
from portal.events.messages import MembershipStarted, RightsChanged
from portal.notifications.models import Notification
from portal.permissions import forget, is_member
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting import decisions
from portal.vetting.models import Application, Membership
from tests import people
from tests.vetting.applications import application, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return people.staff("focal-point", "First", region_id="west-africa")


@pytest.fixture
def second():
    return people.staff("focal-point", "Second", region_id="SN")


@pytest.fixture
def administrator():
    return people.staff("administrator", "Administrator")


def propose(actor, row, proposal="approve", **more):
    row.refresh_from_db()
    values = {
        "note": "Called the office.",
        "reason": "" if proposal == "approve" else "No work with firearms.",
    }
    with step_up.confirmed(actor):
        return decisions.propose(
            actor=actor,
            application=row,
            version=row.version,
            proposal=proposal,
            **{**values, **more},
        )


def confirm(actor, row, **more):
    row.refresh_from_db()
    with step_up.confirmed(actor):
        return decisions.confirm(
            actor=actor, application=row, version=row.version, **{"note": "I agree.", **more}
        )


def test_two_people_make_a_member(first, second, django_capture_on_commit_callbacks, monkeypatch):
    heard = []
    monkeypatch.setattr("portal.events._listeners", defaultdict(list))
    listen(MembershipStarted, heard.append)
    listen(RightsChanged, heard.append)
    row = application()
    propose(first, row)
    assert not Membership.objects.filter(user=row.applicant).exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = confirm(second, row)
    assert done.state == "approved"
    forget(row.applicant)
    assert is_member(row.applicant)
    held = row.applicant.membership
    assert (held.organisation_id, held.post, held.tier) == (
        row.organisation_id,
        "Inspector",
        "member",
    )
    assert MembershipStarted(row.applicant_id, "member") in heard
    assert RightsChanged(row.applicant_id) in heard
    assert Notification.objects.filter(user=row.applicant, verb="application").exists()
    events = set(AuditRow.objects.values_list("event", flat=True))
    assert {"application.proposed", "application.approved", "membership.started"} <= events


def test_refusal_reaches_the_applicant_only_after_the_second_person(first, second):
    row = application()
    propose(
        first, row, "refuse", reason="Your post has nothing to do with this.", note="internal words"
    )
    assert not row.steps.filter(for_applicant=True).exists()
    assert not Notification.objects.filter(user=row.applicant).exists()
    confirm(second, row, note="also internal")
    told = row.steps.get(for_applicant=True)
    assert (told.kind, told.text) == ("refused", "Your post has nothing to do with this.")
    assert "internal" not in told.text
    assert not Membership.objects.filter(user=row.applicant).exists()
    assert Notification.objects.filter(user=row.applicant, verb="application").count() == 1


def test_same_person_cannot_give_both_decisions(first):
    row = application()
    propose(first, row)
    with pytest.raises(NotAllowed):
        confirm(first, row)
    row.refresh_from_db()
    assert row.state == "confirmation"


def test_first_person_cannot_send_her_own_back(first):
    row = application()
    propose(first, row)
    row.refresh_from_db()
    with step_up.confirmed(first), pytest.raises(NotAllowed):
        decisions.send_back(actor=first, application=row, version=row.version, note="no")


def test_sponsor_cannot_decide_at_either_step(first, second):
    with pytest.raises(NotAllowed):
        propose(first, application(sponsor=first))
    row = application(sponsor=second)
    propose(first, row)
    with pytest.raises(NotAllowed):
        confirm(second, row)


def test_applicant_who_is_approver_of_her_own_region_cannot_decide(first, second):
    row = application(second)
    with pytest.raises(NotAllowed):
        propose(second, row)
    propose(first, row)
    with pytest.raises(NotAllowed):
        confirm(second, row)


def test_out_of_scope_cannot_decide(first):
    other = people.staff("focal-point", region_id="UA")
    row = application()
    with pytest.raises(NotAllowed):
        propose(other, row)
    propose(first, row)
    with pytest.raises(NotAllowed):
        confirm(other, row)


def test_approver_for_one_organisation_decides_for_it_alone(first):
    mine = people.organisation()
    own = people.staff("focal-point", organisation=mine)
    with pytest.raises(NotAllowed):
        propose(own, application())
    propose(own, application(of=mine))


def test_administrator_is_first_only_where_no_focal_point_can_act(first, administrator):
    with pytest.raises(NotAllowed):
        propose(administrator, application())
    propose(administrator, application(country="UA"))
    propose(administrator, application(sponsor=first))


def test_administrator_may_be_the_second(first, administrator):
    row = application()
    propose(first, row)
    assert confirm(administrator, row).state == "approved"


def test_role_that_has_ended_decides_nothing(first, second):
    row = application()
    assert decisions.can_propose(first, row)  # her roles are in memory now
    first.role_grants.update(ended_at=row.created_at)
    with pytest.raises(NotAllowed):
        propose(first, row)


def test_suspended_approver_decides_nothing(first):
    row = application()
    Membership.objects.filter(user=first).update(state="suspended")
    with pytest.raises(NotAllowed):
        propose(first, row)


def test_fresh_second_factor_is_needed(first):
    row = application()
    with pytest.raises(step_up.Needed):
        decisions.propose(actor=first, application=row, version=1, proposal="approve", note="x")


def test_old_version_is_refused_with_words_and_changes_nothing(first, second):
    row = application()
    propose(first, row)
    with step_up.confirmed(second), pytest.raises(Conflict) as refused:
        decisions.decide(actor=second, application=row, version=1, choice="approve", note="x")
    assert "Nothing was saved" in str(refused.value)
    row.refresh_from_db()
    assert row.state == "confirmation"


@pytest.mark.parametrize(
    "state", ["sponsor", "information", "approved", "refused", "withdrawn", "expired"]
)
def test_no_decision_in_any_other_state(first, state):
    row = application(state=state)
    with pytest.raises(Conflict):
        propose(first, row)
    with pytest.raises(Conflict):
        confirm(first, row)
    with step_up.confirmed(first), pytest.raises(Conflict):
        decisions.ask_information(actor=first, application=row, version=1, text="What?")


@pytest.mark.parametrize(
    ("proposal", "missing"),
    [
        ("approve", {"note": " "}),
        ("refuse", {"note": ""}),
        ("refuse", {"reason": "\u200f "}),
        ("maybe", {}),
        ("refuse", {"reason": "x" * 4001}),
    ],
)
def test_missing_or_bad_words_are_refused(first, proposal, missing):
    row = application()
    with pytest.raises(Invalid):
        propose(first, row, proposal, **missing)
    row.refresh_from_db()
    assert row.state == "review"
    assert not row.steps.exists()


def test_second_person_needs_a_note(first, second):
    row = application()
    propose(first, row)
    with pytest.raises(Invalid):
        confirm(second, row, note="")


def test_sending_back_opens_the_first_decision_again(first, second):
    row = application()
    propose(first, row)
    row.refresh_from_db()
    with step_up.confirmed(second):
        decisions.send_back(
            actor=second, application=row, version=row.version, note="Ask for the letter."
        )
    row.refresh_from_db()
    assert (row.state, row.proposed_by, row.proposal) == ("review", None, "")
    assert not row.steps.filter(for_applicant=True).exists()
    propose(second, row)
    with pytest.raises(NotAllowed):
        confirm(second, row)
    assert confirm(first, row).state == "approved"


def test_question_to_the_applicant_forgets_the_first_decision(first, second):
    row = application()
    propose(first, row)
    row.refresh_from_db()
    with step_up.confirmed(second):
        decisions.ask_information(
            actor=second, application=row, version=row.version, text="Which unit?"
        )
    row.refresh_from_db()
    assert (row.state, row.proposed_by) == ("information", None)
    assert row.steps.get(for_applicant=True).text == "Which unit?"
    assert Notification.objects.filter(user=row.applicant, verb="application").exists()


def test_after_an_appeal_the_first_two_are_out(first, second, administrator):
    row = application(state="review", appeals=1)
    step(row, "proposed", first, proposal="refuse")
    step(row, "refused", second)
    step(row, "appealed", row.applicant)
    for one in (first, second):
        with pytest.raises(NotAllowed):
            propose(one, row)
    third = people.staff("focal-point", region_id="SN")
    propose(third, row)
    for one in (first, second, third):
        with pytest.raises(NotAllowed):
            confirm(one, row)
    assert confirm(administrator, row).state == "approved"


def test_first_person_who_deleted_her_account_leaves_nothing_to_confirm(first, second):
    row = application()
    propose(first, row)
    Application.objects.filter(pk=row.pk).update(proposed_by=None)
    with pytest.raises(Conflict):
        confirm(second, row)


def test_proposed_organisation_must_be_settled(first, second):
    new = people.organisation(state="proposed")
    row = application(of=new)
    with pytest.raises(Invalid) as refused:
        propose(first, row)
    assert "organisation" in refused.value.fields
    propose(first, row, organisation="accept")
    new.refresh_from_db()
    assert new.state == "active"
    assert confirm(second, row).applicant.membership.organisation == new


def test_proposed_organisation_is_replaced_by_a_known_one_of_the_country_only(first):
    known, abroad = people.organisation(), people.organisation(country="UA")
    row = application(of=people.organisation(state="proposed"))
    for wrong in (
        abroad,
        people.organisation(state="proposed"),
        people.organisation(unit="courier"),
    ):
        with pytest.raises(Invalid):
            propose(first, row, organisation=str(wrong.public_id))
    assert propose(first, row, organisation=str(known.public_id)).organisation == known


def test_approver_of_one_organisation_cannot_move_a_person_into_another():
    new, other = people.organisation(state="proposed"), people.organisation()
    own = people.staff("focal-point", organisation=new)
    with pytest.raises(Invalid):
        propose(own, application(of=new), organisation=str(other.public_id))


def test_refusing_leaves_a_proposed_organisation_as_it_is(first):
    new = people.organisation(state="proposed")
    propose(first, application(of=new), "refuse")
    new.refresh_from_db()
    assert new.state == "proposed"


def test_organisation_merged_meanwhile_is_followed(first, second):
    old, kept = people.organisation(), people.organisation()
    row = application(of=old)
    propose(first, row)
    old.state, old.merged_into = "merged", kept
    old.save()
    assert confirm(second, row).applicant.membership.organisation == kept


@pytest.mark.parametrize(("tier", "unit"), [("member", "courier"), ("courier", "customs")])
def test_tier_and_kind_of_organisation_must_agree(first, tier, unit):
    with pytest.raises(Invalid):
        propose(first, application(of=people.organisation(unit=unit), tier=tier))


def test_couriers_employee_gets_courses_only(first, second):
    row = application(of=people.organisation(unit="courier"), tier="courier")
    propose(first, row)
    confirm(second, row)
    forget(row.applicant)
    assert row.applicant.membership.tier == "courier"
    assert not is_member(row.applicant)


def test_suspended_member_does_not_come_back_by_an_application(first, second):
    applicant = people.member()
    Membership.objects.filter(user=applicant).update(state="suspended")
    row = application(applicant)
    propose(first, row)
    with pytest.raises(Conflict):
        confirm(second, row)
    row.refresh_from_db()
    assert row.state == "confirmation"  # nothing of it was written
    assert not AuditRow.objects.filter(event="application.approved").exists()


def test_those_who_can_decide_are_told_and_nobody_else(first, second, administrator):
    people.staff("focal-point", region_id="UA")
    row = application(sponsor=second)
    assert decisions.tell_approvers(row) == 1
    assert set(Notification.objects.filter(verb="decision").values_list("user", flat=True)) == {
        first.pk
    }


def test_administrators_are_told_where_there_is_no_focal_point(administrator):
    row = application(country="UA")
    assert decisions.tell_approvers(row) == 1
    assert Notification.objects.get(verb="decision").user == administrator


# Through the page


def _post(client, row, **values):
    return client.post(
        f"/en/vetting/applications/{row.number}/",
        {"version": row.version, "note": "Checked.", **values},
    )


def test_whole_way_through_the_pages(first, second):
    row = application()
    answer = _post(people.signed_in(first), row, choice="approve")
    assert answer.status_code == 302
    row.refresh_from_db()
    client = people.signed_in(second)
    page = client.get(f"/en/vetting/applications/{row.number}/").content.decode()
    assert "I agree: approve" in page
    assert _post(client, row, choice="approve").status_code == 302
    row.refresh_from_db()
    assert row.state == "approved"


def test_double_click_of_the_first_person_is_not_a_second_decision(first):
    row = application()
    client = people.signed_in(first)
    _post(client, row, choice="approve")
    again = _post(client, row, choice="approve")
    assert again.status_code in (400, 409)
    row.refresh_from_db()
    assert row.state == "confirmation"
    assert not Membership.objects.filter(user=row.applicant).exists()


def test_conflict_keeps_the_words_and_shows_what_is_new(first, second):
    row = application()
    other = people.signed_in(second)
    propose(first, row)
    row.version = 1
    answer = _post(other, row, choice="approve", note="My long note.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "My long note." in page
    assert "Nothing was saved" in page
    assert 'value="2"' in page


def test_bad_forms_are_answered_beside_the_field(first):
    row = application()
    client = people.signed_in(first)
    for values in (
        {"choice": "refuse"},
        {"choice": "nonsense"},
        {"choice": ""},
        {"choice": "ask", "note": ""},
        {"choice": "approve", "note": "\x00"},
        {"choice": "approve", "version": "x"},
        {"choice": "send-back"},
    ):
        answer = _post(client, row, **values)
        assert answer.status_code == 400, values
        assert "Error:" in answer.content.decode()
    assert client.post(f"/en/vetting/applications/{row.number}/").status_code == 400
    row.refresh_from_db()
    assert row.state == "review"


def test_posting_to_a_case_in_another_state_changes_nothing(first):
    row = application(state="approved")
    assert _post(people.signed_in(first), row, choice="approve").status_code in (400, 409)
    row.refresh_from_db()
    assert row.version == 1


def test_texts_of_people_are_escaped(first):
    row = application(work="<script>alert(1)</script>")
    page = people.signed_in(first).get(f"/en/vetting/applications/{row.number}/").content.decode()
    assert "<script>alert(1)" not in page


def test_page_asks_for_the_second_factor_again_before_a_decision(first):
    row = application()
    answer = _post(people.signed_in(first, fresh=False), row, choice="approve")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    row.refresh_from_db()
    assert row.state == "review"


def test_mail_about_a_case_goes_only_to_who_can_still_decide(first, second):
    from portal.notifications.verbs import VERBS

    row = application()
    may = VERBS["decision"].may
    assert may(first, row.number)
    propose(first, row)
    assert not may(first, row.number)
    assert may(second, row.number)
    assert not may(people.person(), row.number)

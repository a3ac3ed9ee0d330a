"""Who sees which applications, and what the approvers' pages say. Rule and list agree."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit.models import AuditRow
from portal.permissions import forget
from portal.shared import clock
from portal.vetting import desk_queries, permissions
from portal.vetting.models import Application
from tests import people
from tests.vetting.applications import application, step

pytestmark = pytest.mark.django_db
QUEUE = "/en/vetting/"


def _case(row) -> str:
    return f"/en/vetting/applications/{row.number}/"


SCOPES = st.sampled_from(
    [
        {},
        {"region_id": "SN"},
        {"region_id": "west-africa"},
        {"region_id": "UA"},
        {"organisation": 0},
        {"organisation": 1, "region_id": "SN"},
        {"course": "0" * 32},
        {"language": "fr"},
    ]
)
GRANTS = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(["focal-point", "administrator", "trainer"]), SCOPES
    ),
    max_size=7,
)
CASES = st.lists(
    st.tuples(
        st.sampled_from(["SN", "UA", "FR", "NG"]), st.integers(0, 1), st.sampled_from(list(Application.State.values)),
        st.integers(0, 5), st.integers(-1, 4), st.integers(-1, 4), st.booleans(), st.booleans(),
        st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["proposed", "sent-back", "refused", "submitted"])), max_size=3),
    ),
    min_size=1, max_size=4, unique_by=lambda row: row[3],
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, cases=CASES, lapsed=st.sets(st.integers(0, 4), max_size=2))
def test_rule_and_list_agree(db, grants, cases, lapsed):
    from django.db import transaction

    with transaction.atomic():
        units = [people.organisation(), people.organisation()]
        users = [people.member(of=units[number % 2]) for number in range(6)]
        for number in lapsed:
            row = users[number].membership
            row.lapses_at = clock.now() - timedelta(days=1)
            row.save()
        for number, role, scope in grants:
            unit = {"organisation": units[scope["organisation"]]} if "organisation" in scope else {}
            people.with_role(users[number], role, **{**scope, **unit})
        rows = []
        for country, unit, state, applicant, sponsor, first, sent, appealed, steps in cases:
            row = application(
                users[applicant], state=state, country=country, of=units[unit],
                sponsor=users[sponsor] if sponsor >= 0 else None,
                proposed_by=users[first] if first >= 0 else None,
            )  # fmt: skip
            if not sent:
                row.submitted_at = None
            for actor, kind in steps:
                step(row, kind, users[actor])
            if appealed:
                row.appeals = 1
                step(row, "appealed", users[applicant])
                step(row, "proposed", users[0])
            row.save()
            rows.append(row)
        for user in users:
            forget(user)
            seen = set(permissions.applications_visible_to(user))
            assert seen == {row for row in rows if permissions.can_see(user, row)}
            able = {
                row
                for row in rows
                if permissions.can_propose(user, row) or permissions.can_confirm(user, row)
            }
            assert set(permissions.applications_awaiting(user)) == able
            for row in rows:
                assert not (row.applicant_id == user.pk and row in seen)
        transaction.set_rollback(True)


def test_learners_members_and_other_staff_find_no_queue():
    row = application()
    for user in (
        people.person(),
        people.member(),
        people.staff("trainer"),
        people.staff("reviewer"),
    ):
        client = people.signed_in(user)
        assert client.get(QUEUE).status_code == 404
        assert client.get(_case(row)).status_code == 404


def test_out_of_scope_looks_like_nothing():
    row = application(country="UA")
    focal = people.staff("focal-point", region_id="west-africa")
    client = people.signed_in(focal)
    assert client.get(_case(row)).status_code == 404
    assert (
        client.post(_case(row), {"choice": "approve", "note": "x", "version": 1}).status_code == 404
    )
    assert client.get("/en/vetting/applications/NO-SUCH/").status_code == 404
    assert row.name not in client.get(QUEUE).content.decode()
    assert not AuditRow.objects.filter(event="application.read").exists()


def test_reading_a_case_is_recorded_and_names_reader_and_person():
    row = application(work="Parcels at the airport.")
    focal = people.staff("focal-point", region_id="west-africa")
    page = people.signed_in(focal).get(_case(row))
    assert page.status_code == 200
    assert "Parcels at the airport." in page.content.decode()
    entry = AuditRow.objects.get(event="application.read")
    assert (entry.actor, entry.about) == (str(focal.public_id), str(row.applicant.public_id))


def test_own_application_is_not_seen_from_the_approvers_side():
    focal = people.staff("focal-point", region_id="SN")
    row = application(focal)
    assert people.signed_in(focal).get(_case(row)).status_code == 404


def test_sponsor_sees_the_case_and_why_she_cannot_decide():
    focal = people.staff("focal-point", region_id="SN")
    row = application(sponsor=focal)
    page = people.signed_in(focal).get(_case(row)).content.decode()
    assert "You are the sponsor of this applicant" in page
    assert 'name="choice"' not in page


def test_waiting_for_me_leaves_out_what_i_may_not_decide():
    focal = people.staff("focal-point", region_id="SN")
    mine = application()
    application(sponsor=focal)
    application(state="confirmation", proposed_by=focal)
    appealed = application(appeals=1)
    step(appealed, "refused", focal)
    step(appealed, "appealed", appealed.applicant)
    again = application()  # sent back, not appealed: the first person may propose once more
    step(again, "proposed", focal)
    assert set(permissions.applications_awaiting(focal)) == {mine, again}
    found = desk_queries.queue(focal, state="mine")
    assert {row.application for row in found.rows} == {mine, again}
    assert all(row.mine for row in found.rows)
    assert [row.mine for row in desk_queries.queue(focal).rows].count(True) == 2


def test_draft_is_nobodys_business():
    row = application(state="draft", submitted_at=None)
    gone = application(state="expired", submitted_at=None)
    client = people.signed_in(people.staff("administrator"))
    assert client.get(_case(row)).status_code == 404
    assert client.get(_case(gone)).status_code == 404


def test_queue_shows_the_oldest_first_with_days_and_overdue():
    now = clock.now()
    old = application(at=now - timedelta(days=20))
    new = application(at=now - timedelta(days=1))
    focal = people.staff("focal-point", region_id="SN")
    found = desk_queries.queue(focal)
    assert [row.application for row in found.rows] == [old, new]
    assert [(row.days, row.overdue, row.mine) for row in found.rows] == [
        (20, True, True),
        (1, False, True),
    ]


def test_queue_filters_by_state_and_country_and_pages_by_key(monkeypatch):
    monkeypatch.setattr(desk_queries, "PAGE", 2)
    now = clock.now()
    rows = [
        application(at=now - timedelta(days=9 - n), country="SN" if n % 2 else "NG")
        for n in range(5)
    ]
    done = application(state="approved")
    focal = people.staff("focal-point", region_id="west-africa")
    first = desk_queries.queue(focal)
    assert [row.application for row in first.rows] == rows[:2]
    second = desk_queries.queue(focal, after=str(rows[1].pk))
    assert [row.application for row in second.rows] == rows[2:4]
    last = desk_queries.queue(focal, after=str(rows[3].pk))
    assert [row.application for row in last.rows] == rows[4:]
    assert last.next_query == ""
    assert [row.application for row in desk_queries.queue(focal, state="approved").rows] == [done]
    assert {row.application for row in desk_queries.queue(focal, country="NG").rows} <= {
        rows[0],
        rows[2],
        rows[4],
    }


def test_counts_tell_only_what_may_be_seen():
    application(country="UA")
    application(country="SN")
    focal = people.staff("focal-point", region_id="SN")
    counts = {str(choice.name): choice.count for choice in desk_queries.queue(focal).states}
    assert counts["All open"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "?state=%00",
        "?country=zz&after=x",
        "?after=99999999999999999999",
        "?after=-1",
        "?state=mine&country=SN",
        "?after=%EF%BC%91",
    ],
)
def test_any_filter_gives_a_page(query):
    application()
    assert people.signed_in(people.staff("focal-point")).get(QUEUE + query).status_code == 200


def test_empty_queue_says_what_will_come():
    page = people.signed_in(people.staff("focal-point", region_id="SN")).get(QUEUE).content.decode()
    assert "There is nothing here." in page


def test_queries_do_not_grow_with_the_list(django_assert_max_num_queries):
    focal = people.staff("focal-point", region_id="SN")
    for _number in range(12):
        application()
    client = people.signed_in(focal)
    client.get(QUEUE)
    with django_assert_max_num_queries(22):
        client.get(QUEUE)

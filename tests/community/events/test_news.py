"""Messages to those who come to an event: whom they reach, and whom never."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.events import news, whom
from community.events.daily import _may_read_news
from community.events.models import MeetingNews
from community.events.permissions import fits, managed, news_of
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.notifications.verbs import VERBS
from portal.permissions import forget
from portal.shared import ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests import people
from tests.community.events.meetings import group, meeting, place, verified
from tests.limits import forget_limits

pytestmark = pytest.mark.django_db
BASE = "/en/community/events/"
STATES = ("in", "waiting", "asked", "declined", "")


def write(row, actor=None, **more):
    return news.write(actor=actor or verified(row.organiser), meeting=row, text="Canary", **more)


def ended(person):
    person.membership.state = "suspended"
    person.membership.save()
    forget(person)
    return person


def told():
    rows = Notification.objects.filter(verb="event-news")
    return set(rows.values_list("user", flat=True))


# Attacks


def test_who_does_not_run_an_event_writes_nothing_to_its_people():
    row = meeting()
    seat, leader = place(row), people.member()
    group(leader=leader)
    writer = row.organiser
    for who in (people.member(), seat.person, leader, people.staff("trainer"), people.person(),
                ended(writer)):  # fmt: skip
        with pytest.raises(NotAllowed):
            write(row, verified(who))
    assert not MeetingNews.objects.exists()
    assert not told()


def test_a_leader_of_another_group_neither_writes_nor_reads():
    inside = verified(people.member())
    other = verified(people.member())
    group(leader=other)
    row = meeting(organiser=inside, group=group(leader=inside))
    found = write(row, inside)
    browser = people.signed_in(other)
    address = f"{BASE}{row.public_id}/news/"
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"text": "x"}).status_code == 404
    assert browser.post(f"{address}{found.public_id}/delete/").status_code == 404
    assert not news_of(other, row).exists()
    assert MeetingNews.objects.count() == 1


def test_its_author_alone_deletes_a_message():
    row, elsewhere = meeting(), meeting()
    found = write(row)
    administrator = verified(people.staff("administrator"))
    for who in (place(row).person, elsewhere.organiser, administrator):
        with pytest.raises(NotAllowed):
            news.delete(actor=verified(who), news=found)
        address = f"{BASE}{row.public_id}/news/{found.public_id}/delete/"
        assert people.signed_in(who).post(address).status_code == 404
    browser = people.signed_in(row.organiser)
    wrong = f"{BASE}{elsewhere.public_id}/news/{found.public_id}/delete/"
    assert browser.post(wrong).status_code == 404
    assert browser.get(address).status_code == 405
    gone = meeting()
    hers = write(gone)
    with pytest.raises(NotAllowed):
        news.delete(actor=ended(gone.organiser), news=hers)
    assert browser.post(address).status_code == 302
    assert list(MeetingNews.objects.all()) == [hers]
    assert AuditRow.objects.filter(event="event.news-deleted").count() == 1


class Readers(TestCase):
    """Whatever she is to an event: what the page shows is what the rule says."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(STATES), st.booleans(), st.sampled_from(["GREEN", "AMBER"]),
        st.sampled_from(["none", "inside", "leads", "outside"]), st.booleans(), st.booleans(),
    )  # fmt: skip
    def test_a_message_reaches_whom_it_is_for(self, state, waiting, label, circle, is_own, gone):
        forget_limits()
        organiser, person = verified(people.staff("trainer")), verified(people.member())
        of_group = {
            "none": lambda: None, "inside": lambda: group(organiser, person),
            "leads": lambda: group(organiser, leader=person), "outside": lambda: group(organiser),
        }[circle]()  # fmt: skip
        row = meeting(organiser=organiser, group=of_group, kind="case", label=label)
        if is_own:
            row.source = person.membership.organisation
            row.save()
        if state:
            place(row, person, state)
        if gone:
            ended(person)
        write(row, organiser, for_waiting=waiting)
        seat = state == "in" or (state == "waiting" and waiting)
        expected = fits(person, row) and (seat or circle == "leads")
        assert news_of(person, row).exists() == expected
        assert managed(person).filter(pk=row.pk).exists() == (
            fits(person, row) and circle == "leads"
        )
        assert (person.pk in told()) == (fits(person, row) and seat)
        browser = people.signed_in(person)
        answer = browser.get(f"{BASE}{row.public_id}/")
        assert ("Canary" in answer.content.decode()) == expected
        if not fits(person, row):
            assert answer.status_code in (302, 403, 404)


# What it is


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("waiting", [False, True])
def test_page_and_notice_by_state(state, waiting):
    row, person = meeting(), people.member()
    if state:
        place(row, person, state)
    write(row, for_waiting=waiting)
    reads = state == "in" or (state == "waiting" and waiting)
    text = people.signed_in(person).get(f"{BASE}{row.public_id}/").content.decode()
    assert ("Canary" in text) == reads
    assert told() == ({person.pk} if reads else set())
    assert _may_read_news(person, str(row.public_id)) == (state in ("in", "waiting"))


def test_who_leaves_reads_no_more_and_who_comes_later_reads_all():
    row = meeting()
    seat = place(row)
    write(row)
    later = verified(place(row).person)
    assert news_of(later, row).count() == 1
    person = verified(seat.person)
    assert news_of(person, row).count() == 1
    seat.delete()
    assert not news_of(person, row).exists()
    assert not VERBS["event-news"].may(person, str(row.public_id))
    assert VERBS["event-news"].may(later, str(row.public_id))


def test_a_label_that_is_raised_shuts_the_messages():
    row = meeting()
    person = verified(place(row).person)
    write(row)
    row.label, row.kind = "AMBER", "case"
    row.save()
    whom.free_unfit(row)
    assert not news_of(person, row).exists()


def test_newest_first_with_author_and_without_code():
    row, person = meeting(), people.member()
    place(row, person)
    browser = people.signed_in(row.organiser)
    address = f"{BASE}{row.public_id}/news/"
    assert browser.get(address).status_code == 200
    for text in ("First **word**", "Second <script>alert(1)</script> [x](javascript:alert(1))"):
        assert browser.post(address, {"text": text}).status_code == 302
    text = people.signed_in(person).get(f"{BASE}{row.public_id}/").content.decode()
    assert text.index("Second") < text.index("First <strong>word</strong>")
    assert str(row.organiser) in text
    for bad in ("<script>alert", 'href="javascript', "/delete/"):
        assert bad not in text
    assert "/delete/" in browser.get(f"{BASE}{row.public_id}/").content.decode()
    assert browser.post(address, {"text": " "}).status_code == 400
    assert MeetingNews.objects.count() == 2


def test_the_record_says_how_many_and_nothing_of_the_text():
    row = meeting()
    place(row)
    place(row, state="waiting")
    write(row)
    found = AuditRow.objects.get(event="event.news")
    assert json.loads(found.body)["facts"] == {"count": 1}
    assert "Canary" not in found.body


def test_limits(monkeypatch):
    row = meeting()
    for bad in ("", " \n", "x" * 4_001):
        with pytest.raises(Invalid):
            news.write(actor=verified(row.organiser), meeting=row, text=bad)
    write(row)
    monkeypatch.setattr(news, "MOST", 1)
    with pytest.raises(Conflict):
        write(row)
    monkeypatch.setattr(ratelimit, "wait", lambda *args, **kwargs: 9)
    with pytest.raises(TooMany):
        write(row)


@pytest.mark.parametrize("count", [0, 4])
def test_what_messages_cost(count, django_assert_num_queries):
    row, person = meeting(), people.member()
    place(row, person)
    for _ in range(count):
        write(row)
    browser = people.signed_in(person)
    browser.get(f"{BASE}{row.public_id}/")
    with django_assert_num_queries(18):  # as in test_pages: the same for any number of messages
        browser.get(f"{BASE}{row.public_id}/")

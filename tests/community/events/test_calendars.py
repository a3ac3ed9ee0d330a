"""Times in two zones, calendar files after RFC 5545, and the secret address of a calendar."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from community.events import calendars, clocks, ical, making
from community.events.models import CalendarChoice
from portal.audit.models import AuditRow
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed
from tests import people
from tests.community.events.meetings import fields, meeting, place, verified

AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def entry(**more):
    values = {
        "uid": "1@x", "starts": AT, "ends": AT + timedelta(hours=1), "changed": AT, "sequence": 3,
        "title": "A title", "url": "https://site.example/e/1/",
    } | more  # fmt: skip
    return ical.Entry(**values)


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_begins_a_line_of_its_own(title, where):
    plain = unfolded(ical.calendar([entry(place="x")]))
    lines = unfolded(ical.calendar([entry(title=title, place=f"x{where}")]))
    assert [line.partition(":")[0] for line in lines] == [line.partition(":")[0] for line in plain]
    whole = ical.calendar([entry(title=title, place=where)])
    assert all(len(line.encode("utf-8", "replace")) <= 75 for line in whole.split("\r\n"))
    assert "\n" not in whole.replace("\r\n", "")


@pytest.mark.parametrize(
    "attack",
    [
        "x\r\nATTENDEE:mailto:a@example.org", "x\nEND:VEVENT\nBEGIN:VEVENT", "x\rURL:evil",
        "x\u2028SUMMARY:y", "x\x0bDTSTART:1", "x\x85STATUS:CANCELLED",
    ],
)  # fmt: skip
def test_lines_cannot_be_slipped_in(attack):
    lines = unfolded(ical.calendar([entry(title=attack)]))
    names = [line.partition(":")[0] for line in lines]
    assert names.count("BEGIN") == 2
    assert not {"ATTENDEE", "DTSTART:1"} & set(names)
    assert names.count("URL") == names.count("SUMMARY") == names.count("STATUS") == 1


def test_text_is_escaped_and_long_lines_are_folded():
    given = "a,b;c\\d\ne\tf\x00"
    lines = unfolded(ical.calendar([entry(title=given, place=given)]))
    for name in ("SUMMARY", "LOCATION"):
        assert f"{name}:a\\,b\\;c\\\\d\\ne f" in lines
    text = ical.calendar([entry(title="é" * 100)])
    assert f"SUMMARY:{'é' * 100}" in unfolded(text)


@given(st.text(max_size=80), st.booleans())
def test_what_is_written_reads_back_as_one_published_event(title, cancelled):
    text = ical.calendar([entry(title=title, cancelled=cancelled)])
    whole = icalendar.Calendar.from_ical(text)
    [event] = whole.walk("VEVENT")
    assert (whole["METHOD"], whole["VERSION"], whole["CALSCALE"]) == ("PUBLISH", "2.0", "GREGORIAN")
    assert event["STATUS"] == ("CANCELLED" if cancelled else "CONFIRMED")
    assert event.decoded("DTSTART") == AT
    if title.isprintable():
        assert event["SUMMARY"] == title


def test_an_address_stays_one_line_and_is_not_escaped():
    lines = unfolded(ical.calendar([entry(url="https://site.example/a,b;c\r\nX:y\n z")]))
    assert "URL:https://site.example/a,b;cX:yz" in lines
    assert not any(line.startswith("X:") for line in lines)


def test_a_file_says_when_how_often_changed_and_whether_it_is_off():
    lines = unfolded(ical.calendar([entry(cancelled=True)]))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for line in (
        "UID:1@x", "SEQUENCE:3", "STATUS:CANCELLED", "DTSTART:20260329T003000Z",
        "DTEND:20260329T013000Z", "DTSTAMP:20260329T003000Z",
    ):  # fmt: skip
        assert line in lines


# Zones


def test_summer_time_is_kept():
    assert clocks.from_local(datetime(2026, 3, 29, 2, 30), "Europe/Vienna") is None
    assert clocks.from_local(datetime(2026, 3, 29, 3, 30), "Europe/Vienna") == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    twice = clocks.from_local(datetime(2026, 10, 25, 2, 30), "Europe/Vienna")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "00:30–01:30" in clocks.span(AT, AT + timedelta(hours=1), "UTC")
    vienna = clocks.span(AT, AT + timedelta(hours=1), "Europe/Vienna")
    assert "01:30–03:30" in vienna  # one hour by the clock that leaps
    assert "Europe/Vienna, UTC+01:00" in vienna


def test_span_over_midnight_names_both_days():
    shown = clocks.span(AT, AT + timedelta(hours=1), "America/Guatemala")
    assert "18:30–19:30" in shown
    assert "28 Mar 2026" in shown
    assert "29 Mar" in clocks.span(AT - timedelta(hours=2), AT, "UTC")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from(clocks.zones()),
)  # fmt: skip
def test_what_the_wall_shows_comes_back(naive, zone):
    moment = clocks.from_local(naive, zone)
    if moment is not None:
        assert clocks.to_local(moment, zone).replace(fold=0) == naive


@pytest.mark.parametrize(
    ("country", "zone"), [("SN", "Africa/Dakar"), ("BR", "UTC"), ("XX", "UTC"), ("", "UTC")]
)
def test_default_zone_of_a_country(country, zone):
    assert clocks.of_country(country) == zone


@pytest.mark.django_db
class TestChoice:
    """The reader's zone and her secret address."""

    def test_zone_is_hers_once_chosen(self):
        person = verified(people.member())
        assert calendars.zone_of(person) == "Africa/Dakar"
        calendars.choose_zone(actor=person, zone="America/Lima")
        assert calendars.zone_of(person) == "America/Lima"
        with pytest.raises(Invalid):
            calendars.choose_zone(actor=person, zone="../../etc/passwd")
        with pytest.raises(NotAllowed):
            calendars.choose_zone(actor=people.person(), zone="UTC")

    def test_an_impossible_time_is_refused(self):
        trainer = verified(people.staff("trainer"))
        given = fields(zone="Europe/Vienna", starts=datetime(2027, 3, 28, 2, 30))
        with pytest.raises(Invalid) as refused:
            making.make(actor=trainer, kind="webinar", label="GREEN", **given)
        assert "starts" in refused.value.fields

    def test_the_secret_is_kept_as_a_hash_and_renewed(self):
        person = verified(people.member())
        old = calendars.renew_feed(actor=person)
        assert CalendarChoice.objects.get().feed == calendars.hash_of(old) != old
        new = calendars.renew_feed(actor=person)
        calendars.feed(new, str)
        with pytest.raises(NotAllowed):
            calendars.feed(old, str)
        calendars.end_feed(actor=person)
        for secret in (old, new, "", calendars.hash_of(new)):
            with pytest.raises(NotAllowed):
                calendars.feed(secret, str)
        assert AuditRow.objects.filter(event__startswith="event.calendar").count() == 3

    def test_feed_holds_her_places_and_no_more(self):
        person = verified(people.member())
        green, amber = meeting(title="Shown"), meeting(title="Kept", label="AMBER", kind="case")
        amber.source = person.membership.organisation
        amber.save()
        other = meeting(title="Not mine")
        waiting = meeting(title="Not yet")
        place(green, person)
        place(amber, person)
        place(waiting, person, "waiting")
        green.cancelled_at = clock.now()
        green.save()
        text = "\n".join(unfolded(calendars.feed(calendars.renew_feed(actor=person), str)))
        assert "SUMMARY:Shown\nURL:/en/community/events/" in text
        assert "STATUS:CANCELLED" in text
        assert "SUMMARY:Case meeting" in text
        for secret in ("Kept", other.title, "Not yet", "meet.example", "LOCATION"):
            assert secret not in text

    def test_feed_ends_with_the_membership_and_what_she_may_not_know_leaves_it(self):
        person = verified(people.member())
        row = meeting(title="Shown")
        place(row, person)
        secret = calendars.renew_feed(actor=person)
        row.label = "RED"
        row.save()
        assert "VEVENT" not in calendars.feed(secret, str)
        address = reverse("calendar_feed", args=[secret])
        answer = Client().get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, ical.MEDIA_TYPE)
        person.membership.state = "suspended"
        person.membership.save()
        assert Client().get(address).status_code == 404
        assert Client().get(reverse("calendar_feed", args=["unknown"])).status_code == 404

    def test_pages_show_the_address_once(self):
        person = people.member()
        browser = people.signed_in(person)
        assert browser.get("/en/community/events/calendar/").status_code == 200
        shown = browser.post("/en/community/events/calendar/renew/").content.decode()
        assert "/calendar/" in shown
        assert ".ics" in shown
        again = browser.get("/en/community/events/calendar/").content.decode()
        assert ".ics" not in again
        assert browser.get("/en/community/events/calendar/renew/").status_code == 405
        answer = browser.post("/en/community/events/calendar/", {"zone": "Asia/Almaty"})
        assert answer.status_code == 302
        assert browser.post("/en/community/events/calendar/", {"zone": "x"}).status_code == 400
        assert CalendarChoice.objects.get().zone == "Asia/Almaty"

"""Pages of events: making, listing, changing, cancelling, what remains; hostile input."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community.events import after, making
from community.events.models import Meeting
from portal.notifications.models import Notification
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests import people
from tests.community.events.meetings import (
    fields,
    group,
    meeting,
    place,
    typed,
    verified,
)
from tests.community.library.finds import record

pytestmark = pytest.mark.django_db
BASE = "/en/community/events/"
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome.\n"


def page(browser, address=BASE):
    return browser.get(address).content.decode()


def make(actor, **more):
    given = {"kind": "webinar", "label": "GREEN"} | more
    return making.make(actor=verified(actor), **(fields() | given))


# Making


@pytest.mark.parametrize("role", ["trainer", "focal-point", "administrator"])
def test_staff_make_events_and_members_find_them(role):
    browser = people.signed_in(people.staff(role))
    answer = browser.post(f"{BASE}new/", typed(kind="webinar", label="GREEN"))
    assert answer.status_code == 302
    row = Meeting.objects.get()
    assert "<strong>questions</strong>" in row.html
    text = page(people.signed_in(people.member()))
    assert "Marking in practice" in text
    assert "TLP:GREEN" in text


@pytest.mark.parametrize("role", ["", "reviewer", "translator"])
def test_others_make_none(role):
    person = people.staff(role) if role else people.member()
    browser = people.signed_in(person)
    assert browser.get(f"{BASE}new/").status_code == 404
    assert browser.post(f"{BASE}new/", typed(kind="webinar", label="GREEN")).status_code == 404
    assert "Make an event" not in page(browser)


def test_a_leader_makes_events_of_her_group_alone():
    leader, inside = people.member(), people.member()
    circle = group(inside, leader=leader)
    browser = people.signed_in(leader)
    assert "Network" in page(browser, f"{BASE}new/")
    given = typed(kind="webinar", label="GREEN", group=str(circle.public_id))
    assert browser.post(f"{BASE}new/", given).status_code == 302
    assert Meeting.objects.get().group == circle
    address = f"/en/community/groups/{circle.public_id}/events/"
    assert "Marking in practice" in page(people.signed_in(inside), address)
    outside = people.signed_in(people.member())
    assert outside.get(address).status_code == 404
    assert outside.get(f"{BASE}{Meeting.objects.get().public_id}/").status_code == 404
    assert "Marking in practice" not in page(outside)
    for who in (inside, people.staff("trainer")):  # neither a mere member nor a trainer outside
        with pytest.raises(NotAllowed):
            make(who, group=circle)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " \u202e "}, "title"), ({"title": "x" * 201}, "title"),
        ({"ends": None}, "ends"), ({"zone": "Mars/Base"}, "zone"), ({"spoken": []}, "spoken"),
        ({"join_link": "javascript:alert(1)"}, "join_link"),
        ({"join_link": "http://meet.example/x"}, "join_link"),
        ({"join_link": 'https://a.example/"onload="x y'}, "join_link"),
        ({"capacity": 0}, "capacity"), ({"topics": ["nonsense"]}, "topics"),
        ({"region": "nowhere"}, "region"), ({"label": "AMBER"}, "label"),
        ({"label": "RED", "kind": "case"}, "label"), ({"kind": "party"}, "kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        make(people.staff("trainer"), **change)
    assert field in refused.value.fields


def test_times_must_follow_each_other():
    given = fields()
    for change in (
        {"ends": given["starts"]}, {"ends": given["starts"] + timedelta(days=40)},
        {"closes": given["starts"] + timedelta(minutes=1)},
        {"starts": given["starts"] - timedelta(days=4)},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            make(people.staff("trainer"), **change)
    assert not Meeting.objects.exists()


def test_limit_of_events(monkeypatch):
    monkeypatch.setattr(ratelimit, "wait", lambda *args, **kwargs: 9)
    with pytest.raises(TooMany):
        make(people.staff("trainer"))


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
        "![x](https://track.example/p.png)", '<a href="https://x.example" onclick="y">z</a>',
    ],
)  # fmt: skip
def test_description_brings_no_code(attack):
    row = make(people.staff("trainer"), text=attack, title=attack)
    for bad in ("<script", "<img", "<a href=&quot;javascript"):
        assert bad not in row.html
    text = page(people.signed_in(people.member()), f"{BASE}{row.public_id}/")
    for bad in ("<script>alert", "<img src=x", 'href="javascript'):
        assert bad not in text


# The list


def test_list_is_narrowed_by_the_address():
    first = meeting(title="First", terms=(("spoken", "fr"), ("topic", "cases")))
    second = meeting(title="Second", kind="webinar", region_id="caribbean")
    past = meeting(title="Over", starts_at=clock.now() - timedelta(days=3))
    person = people.member()
    place(second, person)
    browser = people.signed_in(person)
    for query, titles in {
        "": {"First", "Second"}, "?when=past": {"Over"}, "?kind=webinar": {"Second"},
        "?language=fr": {"First"}, "?topic=cases": {"First"}, "?region=caribbean": {"Second"},
        "?mine=1": {"Second"}, "?kind=case": set(), "?kind=nonsense&page=x": {"First", "Second"},
        "?page=9": set(),
    }.items():  # fmt: skip
        text = page(browser, f"{BASE}{query}")
        shown = {row.title for row in (first, second, past) if f">{row.title}</bdi>" in text}
        assert shown == titles, query
    assert "No event fits these filters." in page(browser, f"{BASE}?kind=case")


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_pages_cost(count, django_assert_num_queries):
    person = people.member()
    rows = [meeting(title=f"Event {number}") for number in range(count)]
    for row in rows:
        place(row, person)
    browser = people.signed_in(person)
    page(browser)
    # session, account, factor, membership, roles, unread; zone, rows, terms, hers, groups led;
    # five counts
    with django_assert_num_queries(COST_LIST):
        page(browser)
    with django_assert_num_queries(COST_EVENT):
        page(browser, f"{BASE}{rows[0].public_id}/")


COST_LIST, COST_EVENT = 16, 18


# Changing


def test_a_change_tells_who_registered_and_raises_the_sequence():
    organiser = verified(people.staff("trainer"))
    row = make(organiser)
    coming, declined = place(row).person, place(row, state="declined").person
    making.change(actor=organiser, meeting=row, version=0, **fields(title="Another title"))
    assert not Notification.objects.exists()
    making.change(actor=organiser, meeting=row, version=1, **fields(place="Dakar"))
    assert [one.user for one in Notification.objects.all()] == [coming]
    assert declined.pk != coming.pk
    row.refresh_from_db()
    assert row.sequence == 2
    with pytest.raises(Conflict):
        making.change(actor=organiser, meeting=row, version=1, **fields())
    making.cancel(actor=organiser, meeting=row)
    with pytest.raises(Conflict):
        making.cancel(actor=organiser, meeting=row)
    with pytest.raises(Conflict):
        making.change(actor=organiser, meeting=row, version=3, **fields())
    assert Notification.objects.get().count == 2


def test_nobody_else_changes_an_event():
    row = meeting()
    for who in (people.member(), people.staff("trainer"), people.staff("focal-point")):
        with pytest.raises(NotAllowed):
            making.cancel(actor=verified(who), meeting=row)
        browser = people.signed_in(who)
        for name in ("edit", "cancel", "people", "after"):
            assert browser.get(f"{BASE}{row.public_id}/{name}/").status_code == 404
        assert browser.post(f"{BASE}{row.public_id}/attendance/").status_code == 404
    administrator = people.signed_in(people.staff("administrator"))
    assert administrator.get(f"{BASE}{row.public_id}/edit/").status_code == 200


def test_pages_of_the_organiser():
    organiser = people.staff("trainer")
    row = make(organiser)
    browser = people.signed_in(organiser)
    text = page(browser, f"{BASE}{row.public_id}/edit/")
    assert row.starts_at.strftime("%Y-%m-%dT%H:%M") in text
    known, address = {"kind": "webinar", "label": "GREEN"}, f"{BASE}{row.public_id}/edit/"
    answer = browser.post(address, typed(version=0, capacity=1, **known))
    assert answer.status_code == 302
    assert browser.post(address, typed(version=0, **known)).status_code == 409
    assert browser.post(address, typed(version=1, title="", **known)).status_code == 400
    assert browser.get(f"{BASE}{row.public_id}/cancel/").status_code == 200
    assert browser.post(f"{BASE}{row.public_id}/cancel/").status_code == 302
    assert browser.post(f"{BASE}{row.public_id}/cancel/").status_code == 409
    assert "This event is cancelled." in page(browser, f"{BASE}{row.public_id}/")


def test_registering_in_a_browser():
    row = meeting(capacity=1)
    address = f"{BASE}{row.public_id}/"
    first, second = people.signed_in(people.member()), people.signed_in(people.member())
    assert first.get(f"{address}register/").status_code == 405
    assert first.post(f"{address}register/").status_code == 302
    assert first.post(f"{address}register/").status_code == 409
    assert "Wait for a place" in page(second, address)
    second.post(f"{address}register/")
    assert "number 1" in page(second, address).replace("\u2068", "").replace("\u2069", "")
    assert first.post(f"{address}leave/").status_code == 302
    assert "Registered" in page(second, address)
    with clock.held(row.starts_at):
        browser = people.signed_in(row.registrations.get().person)
        assert "secret-room" not in page(browser, address)
        assert "secret-room" not in page(browser, f"{address}join/")
        assert "secret-room" in browser.post(f"{address}join/").content.decode()
        assert people.signed_in(people.member()).post(f"{address}join/").status_code == 404


def test_an_amber_case_meeting_is_for_its_organisation_and_whom_the_source_names():
    organiser = verified(people.staff("focal-point"))
    row = make(organiser, kind="case", label="AMBER")
    colleague = people.member(of=organiser.membership.organisation)
    far, named = people.member(), people.member()
    address = f"{BASE}{row.public_id}/"
    assert people.signed_in(colleague).get(address).status_code == 200
    assert people.signed_in(far).get(address).status_code == 404
    browser = people.signed_in(organiser)
    assert browser.post(f"{address}people/", {"address": "x@example.org"}).status_code == 400
    assert browser.post(f"{address}people/", {"address": named.email}).status_code == 302
    text = page(people.signed_in(named), address)
    assert "TLP:AMBER" in text
    people.signed_in(named).post(f"{address}register/")
    asked = row.registrations.get()
    assert str(named) in page(browser, f"{address}people/")
    decide = f"{address}people/{asked.public_id}/"
    assert browser.post(decide, {"choice": "accept"}).status_code == 302
    assert browser.post(decide, {"choice": "accept"}).status_code == 409
    other = make(organiser, kind="case")
    assert browser.post(
        f"{BASE}{other.public_id}/people/{asked.public_id}/", {"choice": "accept"}
    ).status_code == 404  # fmt: skip


# What remains


def test_a_recording_needs_captions():
    organiser = verified(people.staff("trainer"))
    row = meeting(organiser=organiser, starts_at=clock.now() - timedelta(days=1))
    known = {"actor": organiser, "meeting": row, "captions_language": "en"}
    with pytest.raises(Invalid) as refused:
        after.keep_recording(recording="https://video.example/1", captions=None, **known)
    assert "captions" in refused.value.fields
    for bad in (b"", b"not captions", b"WEBVTT\n\nno times", b"\xff\xfe", b"WEBVTTx\n" + VTT):
        with pytest.raises(Invalid):
            after.keep_recording(
                recording="https://video.example/1", captions=SimpleUploadedFile("a.vtt", bad),
                **known,
            )  # fmt: skip
    browser = people.signed_in(organiser)
    given = {
        "part": "recording", "recording": "https://video.example/1", "captions_language": "fr",
        "captions": SimpleUploadedFile("a.vtt", VTT),
    }  # fmt: skip
    assert browser.post(f"{BASE}{row.public_id}/after/", given).status_code == 302
    reader = people.signed_in(people.member())
    assert "https://video.example/1" in page(reader, f"{BASE}{row.public_id}/")
    answer = reader.get(f"{BASE}{row.public_id}/captions.vtt")
    assert (answer.content, answer["X-Content-Type-Options"]) == (VTT, "nosniff")
    with pytest.raises(Invalid):
        after.keep_recording(recording="javascript:1", captions=None, **known)
    with pytest.raises(Conflict):
        after.keep_recording(
            recording="", captions=None, **(known | {"meeting": meeting(organiser=organiser)})
        )


def test_materials_are_records_each_shown_to_who_may_see_it():
    organiser = verified(people.staff("trainer"))
    row = meeting(organiser=organiser)
    green = record("For members", "GREEN")
    own = record("For ours", "AMBER", source=organiser.membership.organisation)
    lines = f"https://x/en/community/library/{green.public_id}/\n{own.public_id}\n"
    after.keep_materials(actor=organiser, meeting=row, addresses=lines)
    text = page(people.signed_in(people.member()), f"{BASE}{row.public_id}/")
    assert "For members" in text
    assert "For ours" not in text
    hidden = record("Hidden", "RED")
    for bad in (str(hidden.public_id), "nothing", f"{green.public_id} {own.public_id}"):
        with pytest.raises(Invalid):
            after.keep_materials(actor=organiser, meeting=row, addresses=bad)
    assert row.materials.count() == 2
    browser = people.signed_in(organiser)
    given = {"part": "materials", "addresses": ""}
    assert browser.post(f"{BASE}{row.public_id}/after/", given).status_code == 302
    assert row.materials.count() == 0


def test_attendance_is_for_who_had_a_place():
    organiser = verified(people.staff("trainer"))
    row = meeting(organiser=organiser, starts_at=clock.now() - timedelta(hours=1))
    came, away, waited = place(row), place(row), place(row, state="waiting")
    browser = people.signed_in(organiser)
    assert "Attendance list" in page(browser, f"{BASE}{row.public_id}/people/")
    present = [str(came.public_id), str(waited.public_id), "nonsense"]
    address = f"{BASE}{row.public_id}/attendance/"
    assert browser.post(address, {"present": present}).status_code == 302
    for one, there in ((came, True), (away, False), (waited, None)):
        one.refresh_from_db()
        assert one.attended is there


def test_an_event_that_has_begun_leads_to_its_topic():
    begun = clock.now() - timedelta(hours=1)
    row, later = meeting(starts_at=begun), meeting()
    browser = people.signed_in(people.member())
    link = f"/en/community/discussions/about/event:{row.public_id}/"
    assert link in page(browser, f"{BASE}{row.public_id}/")
    assert "Go on talking" not in page(browser, f"{BASE}{later.public_id}/")
    assert "discussions/ask/" in browser.get(link)["Location"]
    amber = meeting(starts_at=begun, label="AMBER", kind="case")
    organiser = people.signed_in(amber.organiser)
    assert "Go on talking" not in page(organiser, f"{BASE}{amber.public_id}/")


def test_an_event_of_a_group_leads_to_the_space_of_the_group():
    person = people.member()
    circle = group(person)
    row = meeting(starts_at=clock.now() - timedelta(hours=1), group=circle)
    text = page(people.signed_in(person), f"{BASE}{row.public_id}/")
    assert f"/en/community/discussions/spaces/{circle.space.public_id}/" in text


def test_a_follow_up_is_shown_where_one_is_registered(monkeypatch):
    row = meeting(starts_at=clock.now() - timedelta(hours=1))
    browser = people.signed_in(people.member())
    address = f"{BASE}{row.public_id}/"
    found = after.FollowUp("What we learned", "/en/community/discussions/1/")
    monkeypatch.setattr(after, "_follow_ups", [lambda user, meeting: found])
    assert "What we learned" in page(browser, address)

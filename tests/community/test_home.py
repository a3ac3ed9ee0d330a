"""The first page inside: for members alone, and true about what waits."""

from datetime import timedelta

import pytest

from portal.notifications.services import notify
from portal.organisations.models import FocalPoint
from portal.shared import clock
from portal.vetting.models import Application
from tests import people
from tests.community.discussions.talk import begin, reader
from tests.community.events.meetings import meeting, place

pytestmark = pytest.mark.django_db
HOME = "/en/community/"


def application(country="SN", **fields):
    moment = clock.now()
    return Application.objects.create(
        number=f"n{Application.objects.count()}", applicant=people.person(), created_at=moment,
        submitted_at=moment, state_since=moment, country_id=country, **fields,
    )  # fmt: skip


def shown(user):
    return people.signed_in(user).get(HOME).content.decode()


@pytest.mark.parametrize("kind", ["learner", "courier", "lapsed", "suspended"])
def test_home_is_not_there_for_others(kind):
    user = {
        "learner": people.person,
        "courier": lambda: people.member(tier="courier"),
        "lapsed": people.member,
        "suspended": people.member,
    }[kind]()
    if kind in {"lapsed", "suspended"}:
        row = user.membership
        row.lapses_at = clock.now() if kind == "lapsed" else row.lapses_at
        row.state = "suspended" if kind == "suspended" else row.state
        row.save()
    assert people.signed_in(user).get(HOME).status_code == 404


def test_member_without_her_second_factor_does_not_come_in():
    answer = people.signed_in(people.member(), verified=False).get(HOME)
    assert answer.status_code == 302
    assert "/account/" in answer["Location"]


def test_visitor_is_led_to_sign_in(client):
    assert client.get(HOME).status_code == 302


def test_home_greets_and_says_organisation_and_end():
    row = people.organisation("Customs of Senegal")
    html = shown(people.member("Mara <b>Tolen", of=row))
    assert "Mara &lt;b&gt;Tolen" in html
    assert "Customs of Senegal" in html
    assert "Nothing waits for you" in html


def test_nothing_is_promised():
    html = shown(people.member()).lower()
    for word in ("soon", "coming"):
        assert word not in html.split("<main", 1)[1].split("</main", 1)[0]


def test_what_waits_is_counted():
    user = people.staff("focal-point", of=people.organisation(), region_id="west-africa")
    application(state="sponsor", sponsor=user)
    application(state="review")
    application(state="review")
    application(state="review", country="UA")
    people.organisation(state="proposed")
    notify(user, "role", place="my_roles")
    html = shown(user)
    assert "1 person asks you" in html
    assert "2 applications wait for your decision" in html
    assert "1 proposed organisation waits" in html
    assert "1 notice you have not read" in html


def test_member_is_not_told_of_what_others_decide():
    application(state="review")
    people.organisation(state="proposed")
    html = shown(people.member())
    assert "Nothing waits for you" in html
    assert "Staff area" not in html


def test_membership_that_ends_soon_is_the_first_thing_said():
    user = people.member()
    user.membership.lapses_at = clock.now() + timedelta(days=20)
    user.membership.save()
    html = shown(user)
    assert "Confirm my post" in html
    assert html.count('class="button"') == 1


def test_focal_points_are_those_of_her_own_country():
    row = people.organisation("Own desk", country="SN")
    FocalPoint.objects.create(organisation=row, function="data", contact_phone="+221 1")
    FocalPoint.objects.create(organisation=row, function="tracing", contact_phone="+221 1")
    hidden = people.organisation("Only proposed", country="SN", state="proposed")
    FocalPoint.objects.create(organisation=hidden, function="data", contact_phone="+221 1")
    foreign = people.organisation("Foreign desk", country="UA")
    FocalPoint.objects.create(organisation=foreign, function="data", contact_phone="+380 1")
    people.organisation("Nobody named", country="SN")
    html = shown(people.member(of=people.organisation("Her own", country="SN")))
    assert html.count("Own desk") == 1
    for name in ("Only proposed", "Foreign desk", "Nobody named"):
        assert name not in html
    html = shown(people.member(of=people.organisation(country="GH")))
    assert "No focal point is named in your country yet" in html


def test_home_of_kosovo_bears_the_note():
    assert "resolution 1244" in shown(people.member(of=people.organisation(country="XK")))


def test_trainer_finds_the_staff_area():
    html = shown(people.staff("trainer"))
    assert "Staff area" in html


@pytest.mark.parametrize("code", ["fr", "ar", "zh-hans"])
def test_home_opens_in_every_direction(code):
    answer = people.signed_in(people.member()).get(f"/{code}/community/")
    assert answer.status_code == 200
    assert answer["Content-Language"] == code


def test_home_leads_to_messages_and_says_how_many_are_unread(monkeypatch):
    user = people.member()
    html = shown(user)
    assert 'href="/en/community/messages/"' in html
    assert "unread message" not in html
    rooms = {"!a": {"unread": 2, "last_seq": 9}, "!b": {"unread": 1, "last_seq": 4}}
    monkeypatch.setattr("community.home.queries.unread_of", lambda asked: rooms)
    assert "3 unread messages" in shown(user)


def test_member_finds_her_devices_in_the_account_menu():
    assert 'href="/en/account/devices/"' in shown(people.member())


def test_new_topics_and_the_next_event_are_said_without_their_titles():
    user, other = people.member(), people.member()
    with clock.held() as now:
        now.advance(days=1)
        begin(reader(), title="Zaunkonig title", text="Words")
        now.advance(days=1)
        late, soon, off = (
            meeting(title="Zaunkonig event", starts_at=clock.now() + timedelta(days=days))
            for days in (9, 3, 1)
        )
        for row in (late, soon, off):
            place(row, user)
        off.cancelled_at = clock.now()
        off.save()
        place(soon, other, state="waiting")
        html = shown(user)
        assert "1 topic with new posts" in html
        assert f"/events/{soon.public_id}/" in html
        assert str(late.public_id) not in html
        assert str(off.public_id) not in html
        assert "Zaunkonig" not in html
        assert "Your next event" not in shown(other)
        assert "Your next event" in shown(soon.organiser)


def test_event_she_may_not_know_of_any_more_is_not_said():
    user = people.member()
    hidden = meeting(label="AMBER+STRICT")
    place(hidden, user)
    assert str(hidden.public_id) not in shown(user)


def test_what_waits_stands_before_the_places_and_each_place_is_there_once():
    html = shown(people.member()).split("<main", 1)[1].split("</main", 1)[0]
    order = [html.index(f'id="{one}"') for one in ("waiting", "places", "near", "mine")]
    assert order == sorted(order)
    places = html[order[1] : order[2]]
    for one in ("messages", "discussions", "members", "groups", "events", "cases", "library"):
        assert html.count(f'href="/en/community/{one}/"') == 1, one
        assert f'href="/en/community/{one}/"' in places

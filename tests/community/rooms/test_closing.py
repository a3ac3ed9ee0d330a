"""The orderly end of a room: read only, signed transcript, closed."""

import uuid
from datetime import timedelta

import pytest

from community.messages import purge_rooms
from community.rooms.models import Roster
from community.rooms.services import leave_everywhere
from portal.audit.models import AuditRow
from portal.shared import clock
from tests import people
from tests.community.rooms.ending import HASH, close, export, hold, manifest
from tests.community.rooms.world import Case, Direct, code, sealed

pytestmark = pytest.mark.django_db


def test_room_closes_in_two_steps(ana, ben):
    case = Case(ana, ben)
    case.say(ben)
    assert close(case, ana, "closing").json() == {"state": "closing", "purge_at": None}
    assert case.changes()[-1] == {"change": "closing"}
    made = export(case, ana).json()["export_id"]
    with clock.held() as now:
        answer = close(case, ana, "closed", export_id=made)
        purge_at = now.moment + timedelta(days=7)
    assert answer.json()["state"] == "closed"
    assert answer.json()["purge_at"] == purge_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert case.row.purge_at == purge_at
    assert case.changes()[-1] == {"change": "closed", "manifest_sha256": HASH}
    assert case.get(ben).json()["state"] == "closed"
    events = AuditRow.objects.order_by("-number").values_list("event", flat=True)[:3]
    assert list(events) == ["room.closed", "room.exported", "room.closing"]


def test_each_step_again_gives_the_same_answer(ana, ben):
    case = Case(ana, ben)
    first = close(case, ana, "closing").json()
    assert close(case, ana, "closing").json() == first
    made = export(case, ana).json()["export_id"]
    last = close(case, ana, "closed", export_id=made).json()
    seq = case.row.last_seq
    assert close(case, ana, "closed", export_id=made).json() == last
    assert close(case, ana, "closing").json() == last
    assert case.row.last_seq == seq


def test_steps_out_of_order_are_refused(ana):
    case = Case(ana)
    made = export(case, ana).json()["export_id"]
    assert code(close(case, ana, "closed", export_id=made)) == (400, "bad_request")
    assert code(close(case, ana, "open")) == (400, "bad_request")
    assert case.row.state == "open"


def test_closed_needs_a_transcript_of_this_room_with_its_last_message(ana, ben):
    case, other = Case(ana, ben), Case(ana)
    early = export(case, ana).json()["export_id"]
    foreign = export(other, ana).json()["export_id"]
    case.say(ben, "s")
    close(case, ana, "closing")
    for export_id in (early, foreign, str(uuid.uuid4()), "x", None):
        answer = close(case, ana, "closed", **({"export_id": export_id} if export_id else {}))
        assert code(answer) == (400, "bad_request"), export_id
    assert case.row.state == "closing"
    of_ben = export(case, ben, from_seq=case.place(ben).first_visible_seq)
    answer = close(case, ana, "closed", export_id=of_ben.json()["export_id"])
    assert answer.status_code == 200


def test_transcript_of_a_part_closes_nothing(ana, ben):
    case = Case(ana, ben)
    first = case.say(ben)
    close(case, ana, "closing")
    last = case.row.last_seq
    seen_by_ben = case.place(ben).first_visible_seq
    assert 1 < seen_by_ben < first
    parts = [
        export(case, ana, from_seq=last), export(case, ana, from_seq=2),
        export(case, ben, from_seq=seen_by_ben + 1),
    ]  # fmt: skip
    for made in parts:
        answer = close(case, ana, "closed", export_id=made.json()["export_id"])
        assert code(answer) == (400, "bad_request")
    assert case.row.state == "closing"
    whole = export(case, ben, from_seq=seen_by_ben).json()["export_id"]
    assert close(case, ana, "closed", export_id=whole).json()["state"] == "closed"


def test_transcript_of_who_left_still_counts_for_what_she_saw(ana, ben):
    case = Case(ana, ben)
    close(case, ana, "closing")
    first = case.place(ben).first_visible_seq
    part, whole = (
        export(case, ben, from_seq=seq).json()["export_id"] for seq in (first + 1, first)
    )
    assert case.post(ben, "leave").status_code == 200
    assert code(close(case, ana, "closed", export_id=part)) == (400, "bad_request")
    assert close(case, ana, "closed", export_id=whole).status_code == 200


def test_only_hosts_close(ana, ben):
    case = Case(ana, ben, roles={ben: "records"}.items())
    assert code(close(case, ben, "closing")) == (403, "forbidden")
    assert code(close(case, sealed(), "closing")) == (404, "not_found")
    assert case.row.state == "open"


def test_direct_messages_are_not_closed(ana, ben):
    room = Direct(ana, ben)
    assert code(close(room, ana, "closing")) == (403, "forbidden")


def test_room_that_was_emptied_answers_in_words(ana, ben):
    case = Case(ana, ben)
    room = case.row
    room.state = "closed"
    room.save()
    Roster.objects.update(text="", signatures={})
    assert code(export(case, ana)) == (403, "room_closed")
    assert code(case.invite(ana, sealed())) == (403, "room_closed")
    assert code(case.post(ana, "roster", {"text": "", "signatures": {}})) == (403, "room_closed")
    assert case.get(ana, "/rosters").json()["rosters"][0]["text"] == ""
    assert case.post(ben, "leave").status_code == 200


def test_leaving_a_room_that_was_emptied_names_nobody_again(ana, ben):
    cleo, dora = sealed("Cleo"), sealed("Dora")
    case = Case(ana, ben, cleo, dora)
    case.invite(ana, invited := sealed("Ines"))
    close(case, ana, "closing")
    close(case, ana, "closed", export_id=export(case, ana).json()["export_id"])
    assert case.post(dora, "leave").status_code == 200
    assert case.changes()[-1] == {"change": "left", "user": dora.name}
    room = case.row
    room.purge_at = clock.now()
    room.save()
    purge_rooms.closed(100)
    assert case.post(ben, "leave").status_code == 200
    assert case.post(invited, "decline").status_code == 200
    assert leave_everywhere(cleo.user) == 1
    last = [{"change": "left"}, {"change": "declined"}, {"change": "left"}]
    assert case.changes()[-3:] == last
    assert not [change for change in case.changes() if "user" in change]
    assert case.place(ben).state == "left"


@pytest.mark.parametrize("signatures", [[], {"@u": "x"}, {"@u": {"k": 1}}, None, "x"])
def test_signatures_of_another_shape_are_refused(ana, signatures):
    case = Case(ana)
    roster = {"text": case.text, "signatures": signatures}
    assert code(case.post(ana, "roster", roster)) == (400, "bad_request")
    assert code(export(case, ana, signatures=signatures)) == (400, "bad_request")
    assert code(ana.post("rooms", case.body | {"roster": roster})) == (400, "bad_request")


def test_signatures_that_cannot_be_stored_are_refused(ana):
    case = Case(ana)
    odd = {"@other": {"ed25519:x": "\0"}}
    roster = case.signed(ana, after=case.text, charter="another")
    roster["signatures"] |= odd
    assert code(case.post(ana, "roster", roster)) == (422, "bad_roster")
    made = manifest(ana, 1)["signatures"] | odd
    assert code(export(case, ana, signatures=made)) == (422, "bad_signature")


# every host is lost


def test_administrator_closes_a_room_that_has_a_host_never(ana, boss):
    case = Case(ana)
    assert code(close(case, boss, "closing")) == (404, "not_found")


def lose_hosts(case, ana):
    ana.user.membership.state = "ended"
    ana.user.membership.save()


def test_administrator_closes_a_room_whose_hosts_are_lost_and_adds_nobody(ana, ben, boss):
    case = Case(ana, ben)
    lose_hosts(case, ana)
    assert code(close(case, ben, "closing")) == (403, "forbidden")
    assert close(case, boss, "closing").json()["state"] == "closing"
    answer = close(case, boss, "closed")
    assert answer.json()["state"] == "closed"
    assert case.changes()[-1] == {"change": "closed"}
    assert case.row.purge_at is not None
    for path in ("", "/rosters"):
        assert case.get(boss, path).status_code == 404
    assert code(case.invite(boss, boss)) == (404, "not_found")
    assert code(case.post(boss, "settings", {
        "retention_days": 9, "ends_at": None, "receipts": False,
    })) == (404, "not_found")  # fmt: skip


def test_administrator_who_is_a_member_there_closes_it_too(ana, boss):
    case = Case(ana, boss)
    assert code(close(case, boss, "closing")) == (403, "forbidden")
    lose_hosts(case, ana)
    assert close(case, boss, "closing").status_code == 200


def test_administrator_who_signed_in_by_an_app_neither_closes_nor_holds(settings, ana, boss):
    """As at the desk: a code of an app can be fished. Hosts close with what they have."""
    settings.STAFF_NEED_PASSKEY = True
    lost, other = Case(ana), Case(boss)
    lose_hosts(lost, ana)
    for answer in (close(lost, boss, "closing"), hold(lost, boss), hold(other, boss)):
        assert code(answer) == (403, "forbidden")
        assert "passkey" in answer.json()["detail"]
    assert (lost.row.state, lost.row.hold_until) == ("open", None)
    assert close(other, boss, "closing").status_code == 200
    settings.STAFF_NEED_PASSKEY = False
    assert close(lost, boss, "closing").status_code == 200
    settings.STAFF_NEED_PASSKEY = True
    assert code(close(lost, boss, "closed")) == (403, "forbidden")
    assert lost.row.state == "closing"


def test_administrator_of_a_region_closes_nothing(ana):
    case = Case(ana)
    lose_hosts(case, ana)
    regional = people.staff("administrator", region_id="west-africa")
    for user in (regional, people.staff("focal-point"), people.member()):
        assert code(close(case, sealed(user=user), "closing")) == (404, "not_found")


def test_administrator_never_closes_direct_messages(ana, ben, boss):
    room = Direct(ana, ben)
    for person in (ana, ben):
        lose_hosts(room, person)
    assert code(close(room, boss, "closing")) == (404, "not_found")

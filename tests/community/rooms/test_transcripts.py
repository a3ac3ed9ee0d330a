"""Transcripts of a room: hash, signature, who may make one."""

import json
from datetime import timedelta

import pytest

from community.rooms.models import Export
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.shared import clock
from tests.community.paper import sha256_b64
from tests.community.rooms.ending import HASH, export, manifest
from tests.community.rooms.world import Case, code, identity, sealed

pytestmark = pytest.mark.django_db


def test_transcript_is_kept_with_its_hash_and_signature(ana, ben):
    case = Case(ana, ben)
    case.say(ben)
    last = case.row.last_seq
    answer = export(case, ana, red_consent=[ana.name], unreadable=1)
    assert answer.status_code == 201
    row = Export.objects.get(public_id=answer.json()["export_id"])
    assert (row.member, row.manifest_sha256, row.from_seq, row.to_seq) == (ana.user, HASH, 1, last)
    assert (row.unreadable, row.red_consent) == (1, [ana.name])
    assert row.signatures == manifest(ana, last)["signatures"]
    audit = AuditRow.objects.get(event="room.exported")
    assert json.loads(audit.body)["facts"] == {"from": 1, "to": last, "unreadable": 1, "red": 1}
    assert case.row.last_seq == last


@pytest.mark.parametrize(("role", "status"), [("member", 201), ("records", 201), ("observer", 403)])
def test_observers_make_no_transcripts(ana, ben, role, status):
    case = Case(ana, ben, roles={ben: role}.items())
    first = case.place(ben).first_visible_seq
    assert export(case, ben, from_seq=first).status_code == status
    assert Export.objects.count() == (status == 201)


def test_stranger_and_invited_person_make_no_transcripts(ana, ben):
    case = Case(ana, ben, join=False)
    for person in (ben, sealed()):
        assert code(export(case, person)) == (404, "not_found")


def test_transcript_signed_by_another_key_is_refused(ana, ben):
    case = Case(ana, ben)
    last = case.row.last_seq
    by_ben = manifest(ben, last)["signatures"]
    moved = {ana.name: next(iter(by_ben.values()))}
    other_text = ana.sign_text("community.transcript.v1", sha256_b64("x"))["signatures"]
    other_domain = ana.sign_text("community.roster.v1", HASH)["signatures"]
    for signatures in ({}, by_ben, moved, other_text, other_domain):
        answer = export(case, ana, signatures=signatures)
        assert code(answer) == (422, "bad_signature")
    assert Export.objects.count() == 0


def test_key_counts_as_the_list_has_it_not_as_published(ana, ben):
    case = Case(ana, ben)
    old = ana.master
    ana.master = sealed().master
    identity(ana)
    assert code(export(case, ana)) == (422, "bad_signature")
    ana.master = old
    assert export(case, ana).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"from_seq": 0}, {"from_seq": 4}, {"to_seq": 4}, {"unreadable": -1}, {"unreadable": 9},
        {"manifest_sha256": "abc"}, {"red_consent": ["@nobody"]}, {"extra": 1},
    ],
)  # fmt: skip
def test_transcript_that_cannot_be_is_refused(ana, ben, change):
    case = Case(ana, ben)
    case.say(ana)
    assert case.row.last_seq == 3
    assert code(export(case, ana, **change)) == (400, "bad_request")


def test_red_needs_hosts_each_once(ana, ben):
    case = Case(ana, ben)
    for names in ([ben.name], [ana.name, ana.name]):
        assert code(export(case, ana, red_consent=names)) == (400, "bad_request")


def test_newcomer_cannot_claim_what_she_never_saw(ana, ben):
    case = Case(ana, ben)
    assert code(export(case, ben)) == (400, "bad_request")
    assert export(case, ben, from_seq=case.place(ben).first_visible_seq).status_code == 201


def test_transcript_wants_a_fresh_second_factor(ana):
    case = Case(ana)
    session = ana.client.session
    session[step_up.SESSION_KEY] = (clock.now() - timedelta(minutes=11)).timestamp()
    session.save()
    answer = export(case, ana)
    assert code(answer) == (403, "reauth_required")
    assert answer.json()["confirm_url"]
    assert Export.objects.count() == 0


def test_five_transcripts_a_day(ana):
    case = Case(ana)
    assert [export(case, ana).status_code for _ in range(6)] == [201] * 5 + [429]

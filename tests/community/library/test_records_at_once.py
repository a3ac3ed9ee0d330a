"""Many records changed by one statement: search, facets and harvesters see it as single changes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q

from community.library import finding, memory, records
from community.library.asking import Asked
from community.library.index_models import IndexEntry
from community.library.models import Publication, Withdrawn
from community.library.oai.answers import identifier
from portal.shared import clock
from tests.community.library.finds import verified
from tests.community.library.harvester import identifiers, titles
from tests.community.library.records import publication
from tests.people import member

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def found(user=ANYBODY) -> int:
    return finding.find(user, Asked(), "en").total


@pytest.mark.parametrize("change", [{"label": "GREEN"}, {"label": ""}, {"live": False}])
def test_records_hidden_at_once_are_withdrawn_and_not_found(change):
    with clock.held() as now:
        rows = [publication(f"record {number}", kind="film") for number in range(4)]
        assert found() == 4
        now.advance(seconds=60)
        at = now.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert Publication.objects.exclude(pk=rows[0].pk).update(**change) == 3
    assert found() == 1
    gone = {f"{identifier(row.public_id)}!" for row in rows[1:]}
    assert set(identifiers(from_=at)) == gone
    assert set(identifiers(set="kind:film")) == gone | {identifier(rows[0].public_id)}


def test_what_is_hidden_and_moved_at_once_stays_in_the_sets_it_was_known_in():
    row = publication(kind="film", terms=[("topic", "cases")])
    Publication.objects.filter(pk=row.pk).update(label="RED", kind="study")
    assert Withdrawn.objects.get().sets == ["kind:film", "topic:cases"]


def test_records_shown_at_once_are_found_and_come_with_a_new_date():
    with clock.held() as now:
        row = publication("back")
        Publication.objects.update(label="AMBER")
        publication("never public", "RED").delete()
        now.advance(seconds=60)
        at = now.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        Publication.objects.update(label="CLEAR")
    assert identifiers(from_=at) == [identifier(row.public_id)]
    assert titles() == ["back"]
    assert not Withdrawn.objects.exists()
    assert found() == 1


def test_hidden_records_changed_at_once_leave_no_name():
    publication("one", "RED")
    publication("two", "CLEAR", live=False)
    Publication.objects.update(label="AMBER")
    Publication.objects.update(live=False)
    assert not Withdrawn.objects.exists()
    assert identifiers() == []


def test_bulk_update_is_seen_as_well():
    rows = [publication(f"record {number}") for number in range(3)]
    for row in rows:
        row.label = "RED"
    Publication.objects.bulk_update(rows, ["label"])
    assert found() == 0
    assert len(identifiers()) == 3
    assert titles() == []


def test_other_columns_are_indexed_anew():
    publication(year=1999)
    Publication.objects.update(year=2020)
    assert finding.find(ANYBODY, Asked(start=2015), "en").total == 1
    assert finding.find(ANYBODY, Asked(end=2000), "en").total == 0


def test_more_records_than_one_part(monkeypatch):
    monkeypatch.setattr(records, "PART", 2)
    for number in range(5):
        publication(f"record {number}")
    Publication.objects.filter(Q(label="CLEAR")).update(label="GREEN")
    assert Withdrawn.objects.count() == 5
    assert (found(), found(verified(member()))) == (0, 5)


def test_what_fails_changes_nothing():
    publication()

    with transaction.atomic():
        Publication.objects.update(label="RED")
        transaction.set_rollback(True)
    memory.forget()
    assert (found(), titles()) == (1, ["A title"])


def test_many_deleted_at_once_are_withdrawn_and_forgotten():
    rows = [publication(f"record {number}", terms=[("topic", "cases")]) for number in range(3)]
    publication("hidden", "GREEN")
    Publication.objects.all().delete()
    assert {name.rstrip("!") for name in identifiers()} == {
        identifier(row.public_id) for row in rows
    }
    assert not IndexEntry.objects.exists()
    assert found(verified(member())) == 0

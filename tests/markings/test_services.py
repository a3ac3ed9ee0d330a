"""Setting, raising and lowering labels, and naming readers."""

from datetime import timedelta

import pytest

from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings import services
from portal.markings.audience import may_read
from portal.markings.models import LoweringRequest, Reader
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.markings.things import named, thing, verified
from tests.people import member, organisation, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return organisation()


@pytest.fixture
def source(home):
    return verified(member(of=home))


def lower(actor, marked, label="GREEN", reason="Published by us."):
    with step_up.confirmed(actor):
        return services.lower_label(actor=actor, thing=marked, label=label, reason=reason)


def decide(actor, marked, asked, granted=True):
    with step_up.confirmed(actor):
        return services.decide_lowering(actor=actor, asked=asked, thing=marked, granted=granted)


def test_raising_is_open_to_readers_and_recorded(source, home):
    marked = thing("GREEN", source=home)
    found = services.set_label(actor=verified(member()), thing=marked, label="AMBER")
    assert found.label == "AMBER"
    assert AuditRow.objects.filter(event="label.set").count() == 1
    services.set_label(actor=source, thing=marked, label="AMBER")
    assert AuditRow.objects.filter(event="label.set").count() == 1  # nothing changed


def test_setting_lower_or_nonsense_is_refused(source, home):
    marked = thing("AMBER", source=home)
    for label in ("GREEN", "CLEAR", "", "PINK"):
        with pytest.raises(Invalid):
            services.set_label(actor=source, thing=marked, label=label)


def test_unlabelled_counts_as_amber_when_it_is_set(source, home):
    marked = thing("", source=home, marked_by=source)
    with pytest.raises(Invalid):
        services.set_label(actor=source, thing=marked, label="GREEN")
    assert services.set_label(actor=source, thing=marked, label="AMBER").label == "AMBER"


def test_who_may_not_read_may_not_set(home):
    marked = thing("RED", source=home)
    with pytest.raises(NotAllowed):
        services.set_label(actor=verified(member()), thing=marked, label="RED")


def test_lowering_by_the_source_with_reason_is_recorded_without_the_reason(source, home):
    marked = thing("AMBER", source=home, marked_by=source)
    assert lower(source, marked, "GREEN", "A secret reason").label == "GREEN"
    row = AuditRow.objects.get(event="label.lowered")
    assert '"old":"AMBER"' in row.body
    assert "secret" not in row.body


def test_lowering_without_fresh_factor_is_refused(source, home):
    marked = thing("AMBER", source=home, marked_by=source)
    with pytest.raises(step_up.Needed):
        services.lower_label(actor=source, thing=marked, label="GREEN", reason="x")


def test_lowering_by_colleague_stranger_or_administrator_is_not_found(source, home):
    marked = thing("AMBER", source=home, marked_by=source)
    others = (member(of=home), member(), staff("administrator", of=home))
    for other in others:
        with pytest.raises(NotAllowed):
            lower(verified(other), marked)
    marked.refresh_from_db()
    assert marked.label == "AMBER"


@pytest.mark.parametrize(
    ("label", "reason"),
    [("GREEN", ""), ("GREEN", " \n\u202e"), ("GREEN", "x" * 501), ("AMBER", "why"), ("RED", "why"), ("", "why"), ("PINK", "why")],
)  # fmt: skip
def test_lowering_with_bad_values_is_invalid(source, home, label, reason):
    marked = thing("AMBER", source=home, marked_by=source)
    with pytest.raises(Invalid):
        lower(source, marked, label, reason)


def test_red_is_lowered_by_two_people(source, home):
    marked = thing("RED", source=home, marked_by=source)
    asked = lower(source, marked)
    marked.refresh_from_db()
    assert (asked.granted, marked.label) == (None, "RED")
    with pytest.raises(NotAllowed):
        decide(source, marked, asked)  # not by herself
    assert decide(verified(member(of=home)), marked, asked).label == "GREEN"
    events = list(AuditRow.objects.values_list("event", flat=True))
    assert events == ["label.lowering-asked", "label.lowered"]


def test_red_second_person_is_of_the_source_not_a_stranger_courier_or_administrator(source, home):
    marked = thing("RED", source=home, marked_by=source)
    asked = lower(source, marked)
    for other in (member(), member(of=home, tier="courier"), staff("administrator")):
        with pytest.raises(NotAllowed):
            decide(verified(other), marked, asked)


def test_red_without_organisation_is_confirmed_by_a_named_reader(source):
    marked = thing("RED", marked_by=source)
    asked, reader = lower(source, marked), verified(member())
    with pytest.raises(NotAllowed):
        decide(reader, marked, asked)
    named(marked, person=reader)
    assert decide(reader, marked, asked).label == "GREEN"


def test_red_refused_stays_red_and_is_decided_once(source, home):
    marked = thing("RED", source=home, marked_by=source)
    asked, second = lower(source, marked), verified(member(of=home))
    assert decide(second, marked, asked, granted=False).label == "RED"
    with pytest.raises(Conflict):
        decide(second, marked, asked)
    assert AuditRow.objects.filter(event="label.lowering-refused").count() == 1


def test_red_one_open_request_at_a_time(source, home):
    marked = thing("RED", source=home, marked_by=source)
    lower(source, marked)
    with pytest.raises(Conflict):
        lower(source, marked, "AMBER")
    assert LoweringRequest.objects.count() == 1


def test_red_request_for_one_thing_does_not_lower_another(source, home):
    one, other = (thing("RED", source=home, marked_by=source) for _ in range(2))
    asked = lower(source, one)
    with pytest.raises(NotAllowed):
        decide(verified(member(of=home)), other, asked)


def test_red_asked_by_someone_who_is_no_longer_the_source_is_a_conflict(source, home):
    marked = thing("RED", source=home, marked_by=source)
    asked = lower(source, marked)
    marked.marked_by = None
    marked.save()
    with pytest.raises(Conflict):
        decide(verified(member(of=home)), marked, asked)


def test_red_second_person_needs_a_fresh_factor(source, home):
    marked = thing("RED", source=home, marked_by=source)
    asked = lower(source, marked)
    with pytest.raises(step_up.Needed):
        services.decide_lowering(
            actor=verified(member(of=home)), asked=asked, thing=marked, granted=True
        )


def test_naming_a_reader_and_taking_it_back(source, home):
    marked = thing("RED", source=home, marked_by=source)
    reader = verified(member())
    with step_up.confirmed(source):
        row = services.give(actor=source, thing=marked, person=reader)
        again = services.give(
            actor=source, thing=marked, person=reader, ends_at=clock.now() + timedelta(1)
        )
    assert row.pk == again.pk
    assert may_read(reader, marked)
    services.take_back(actor=source, thing=marked, reader=row)
    assert not may_read(reader, marked)
    assert AuditRow.objects.filter(event__in=["label.given", "label.taken-back"]).count() == 3


def test_naming_is_for_the_source_alone(source, home):
    marked = thing("AMBER", source=home, marked_by=source)
    row = named(marked, organisation=organisation())
    for other in (verified(member(of=home)), verified(staff("administrator"))):
        with pytest.raises(NotAllowed):
            services.give(actor=other, thing=marked, person=other)
        with pytest.raises(NotAllowed):
            services.take_back(actor=other, thing=marked, reader=row)
    foreign = named(thing("AMBER"), person=source)
    with pytest.raises(NotAllowed):
        services.take_back(actor=source, thing=marked, reader=foreign)


def test_naming_where_the_label_knows_no_readers_is_invalid(source, home):
    client = organisation()
    for label, reader in (
        ("AMBER+STRICT", {"person": source}), ("RED", {"organisation": client}),
        ("GREEN", {"organisation": client}), ("AMBER", {"person": member(tier="courier")}),
        ("AMBER", {"organisation": client, "ends_at": clock.now()}),
    ):  # fmt: skip
        marked = thing(label, source=home, marked_by=source)
        with step_up.confirmed(source), pytest.raises(Invalid):
            services.give(actor=source, thing=marked, **reader)
    with pytest.raises(ValueError, match="name a person"):
        services.give(actor=source, thing=thing("AMBER"), person=source, organisation=client)
    assert not Reader.objects.exists()


def test_naming_for_red_needs_a_fresh_factor(source, home):
    marked = thing("RED", source=home, marked_by=source)
    with pytest.raises(step_up.Needed):
        services.give(actor=source, thing=marked, person=member())

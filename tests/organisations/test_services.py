"""What the desk does: propose, add, change, accept, confirm, and name focal points."""

from datetime import timedelta

import pytest

from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.organisations import focal_points, names, services
from portal.organisations.models import FocalPoint, Organisation, Region
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests import people

pytestmark = pytest.mark.django_db


def values(**changed):
    given = {
        "name": "Customs", "other_names": [], "country": Region.objects.get(pk="SN"),
        "unit": "customs", "languages": ["fr"], "contact_name": "", "contact_email": "",
        "contact_phone": "",
    }  # fmt: skip
    return given | changed


def of(row, **changed):
    return {field: getattr(row, field) for field in services.FIELDS} | changed


def events():
    return list(AuditRow.objects.order_by("number").values_list("event", flat=True))


# Proposing


def test_proposal_tells_the_focal_points_of_the_region_and_nobody_else(keeper, administrator):
    elsewhere = people.staff("focal-point", region_id="central-asia")
    by = people.person()
    services.propose(by=by, name="Police", country=Region.objects.get(pk="SN"), unit="police")
    assert set(Notification.objects.values_list("user_id", flat=True)) == {keeper.pk}
    assert elsewhere.pk != keeper.pk


def test_proposal_where_no_focal_point_is_tells_administrators(administrator):
    region = Region.objects.get(pk="UA")
    services.propose(by=people.person(), name="Police", country=region, unit="police")
    assert list(Notification.objects.values_list("user_id", "verb", "key")) == [
        (administrator.pk, "organisation", "")
    ]


def test_proposal_of_a_known_name_in_another_spelling_gives_the_known_one(customs):
    found = services.propose(
        by=people.person(), name="DIRECTION GENERALE  DES DOUANES",
        country=customs.country, unit="customs",
    )  # fmt: skip
    assert found == customs
    assert events() == []


def test_proposals_of_another_country_or_unit_are_others(customs):
    ghana = Region.objects.get(pk="GH")
    other = services.propose(by=None, name=customs.name, country=ghana, unit="customs")
    third = services.propose(by=None, name=customs.name, country=customs.country, unit="police")
    assert len({customs.pk, other.pk, third.pk}) == 3


# Adding and changing


def test_added_organisation_counts_at_once(keeper):
    row = services.add(actor=keeper, **values(name=" Police \n nationale ", unit="police"))
    assert (row.name, row.state) == ("Police nationale", "active")
    assert events() == ["organisation.added"]


def test_nobody_adds_outside_her_region(keeper):
    with pytest.raises(NotAllowed):
        services.add(actor=keeper, **values(country=Region.objects.get(pk="UA")))


def test_member_without_a_role_adds_nothing():
    with pytest.raises(NotAllowed):
        services.add(actor=people.member(), **values())


def test_focal_point_of_one_organisation_changes_it_but_adds_none(customs):
    own = people.staff("focal-point", of=customs, organisation=customs)
    services.change(
        actor=own, organisation=customs, version=1, **of(customs, languages=["fr", "wo"])
    )
    with pytest.raises(NotAllowed):
        services.add(actor=own, **values(name="Another"))


def test_added_double_is_refused_beside_the_name(keeper, customs):
    with pytest.raises(Invalid) as refusal:
        services.add(actor=keeper, **values(name="direction générale des DOUANES"))
    assert set(refusal.value.fields) == {"name"}


def test_change_of_an_old_version_is_told_and_changes_nothing(keeper, customs):
    services.change(actor=keeper, organisation=customs, version=1, **of(customs, name="First"))
    with pytest.raises(Conflict):
        services.change(actor=keeper, organisation=customs, version=1, **of(customs, name="Late"))
    customs.refresh_from_db()
    assert (customs.name, customs.version) == ("First", 2)


def test_changed_names_are_what_it_is_found_by(keeper, customs):
    row = services.change(
        actor=keeper, organisation=customs, version=1,
        **of(customs, name="Douanes", other_names=["DGD", "Customs", "dgd"]),
    )  # fmt: skip
    assert row.other_names == ["DGD", "Customs"]
    assert row.found_by == names.found_by("Douanes", ["DGD", "Customs"])


def test_nobody_changes_what_is_out_of_reach(keeper):
    foreign = people.organisation(country="UA")
    with pytest.raises(NotAllowed):
        services.change(actor=keeper, organisation=foreign, version=1, **of(foreign, name="X"))


def test_nobody_moves_an_organisation_out_of_reach(keeper, customs):
    away = of(customs, country=Region.objects.get(pk="UA"))
    with pytest.raises(NotAllowed):
        services.change(actor=keeper, organisation=customs, version=1, **away)


def test_other_contact_is_no_longer_a_confirmed_one(keeper, customs):
    row = services.change(
        actor=keeper, organisation=customs, version=1, **of(customs, contact_phone="+221 1234")
    )
    row = services.confirm_contact(actor=keeper, organisation=row, version=2)
    assert row.contact_confirmed_by == keeper
    same = services.change(actor=keeper, organisation=row, version=2, **of(row, languages=["fr"]))
    assert same.contact_confirmed_at is not None
    other = services.change(
        actor=keeper, organisation=row, version=3, **of(same, contact_phone="+221 9999")
    )
    assert (other.contact_confirmed_at, other.contact_confirmed_by) == (None, None)


def test_contact_that_was_changed_meanwhile_is_not_confirmed(keeper, customs):
    row = services.change(
        actor=keeper, organisation=customs, version=1, **of(customs, contact_phone="+221 1234")
    )
    with pytest.raises(Conflict):
        services.confirm_contact(actor=keeper, organisation=row, version=1)


def test_missing_contact_cannot_be_confirmed(keeper, customs):
    with pytest.raises(Invalid):
        services.confirm_contact(actor=keeper, organisation=customs, version=1)


def test_accepting_twice_is_one_deed(keeper):
    row = people.organisation(state="proposed")
    for _ in range(2):
        services.accept(actor=keeper, organisation=row)
    assert Organisation.objects.get(pk=row.pk).state == "active"
    assert events() == ["organisation.accepted"]


DEEDS = {
    "accept": lambda actor, row: services.accept(actor=actor, organisation=row),
    "change": lambda actor, row: services.change(
        actor=actor, organisation=row, version=1, **of(row)
    ),
    "confirm": lambda actor, row: services.confirm_contact(
        actor=actor, organisation=row, version=1
    ),
    "focal point": lambda actor, row: focal_points.set_focal_point(
        actor=actor, organisation=row, function="data", contact_phone="+221 1"
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_merged_organisation_is_not_worked_on(keeper, customs, deed):
    row = people.organisation(state="merged", merged_into=customs, contact_phone="+221 1234")
    with pytest.raises(Conflict):
        DEEDS[deed](keeper, row)


def test_record_of_a_change_holds_no_text(keeper, customs):
    services.change(
        actor=keeper, organisation=customs, version=1,
        **of(customs, name="Secret name", contact_email="desk@example.org"),
    )  # fmt: skip
    body = AuditRow.objects.get(event="organisation.changed").body
    assert "Secret" not in body
    assert "example.org" not in body


# Focal points


def test_focal_point_is_a_member_of_the_organisation(keeper, customs):
    officer = people.member("Officer", of=customs)
    row = focal_points.set_focal_point(
        actor=keeper, organisation=customs, function="tracing", person_email=officer.email.upper()
    )
    assert (row.person, row.confirmed_at) == (officer, None)
    assert events() == ["focal-point.changed"]


def test_people_who_cannot_be_named_all_get_one_answer(keeper, customs):
    people.person(email="learner@example.org")
    elsewhere = people.member(email="elsewhere@example.org")
    courier = people.member(of=customs, tier="courier", email="courier@example.org")
    lapsed = people.member(of=customs, email="lapsed@example.org")
    lapsed.membership.lapses_at = clock.now() - timedelta(days=1)
    lapsed.membership.save()
    held = people.member(of=customs, email="held@example.org", hold="suspended")
    told = set()
    for email in ("nobody@example.org", "learner@example.org", elsewhere.email, courier.email,
                  lapsed.email, held.email):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            focal_points.set_focal_point(
                actor=keeper, organisation=customs, function="data", person_email=email
            )
        told.add(str(refusal.value.fields["person_email"]))
    assert len(told) == 1
    assert FocalPoint.objects.count() == 0


def test_focal_point_needs_somebody_to_reach(keeper, customs):
    with pytest.raises(Invalid):
        focal_points.set_focal_point(actor=keeper, organisation=customs, function="data")


def test_one_focal_point_a_function_however_often_it_is_saved(keeper, customs):
    for phone in ("+221 1", "+221 2", "+221 2"):
        focal_points.set_focal_point(
            actor=keeper, organisation=customs, function="data", contact_phone=phone
        )
    assert FocalPoint.objects.get().contact_phone == "+221 2"
    assert events() == ["focal-point.changed"] * 2


def test_changed_focal_point_is_no_longer_confirmed(keeper, customs):
    place = {"actor": keeper, "organisation": customs, "function": "data"}
    row = focal_points.set_focal_point(**place, contact_phone="+221 1")
    seen = focal_points.state_of(row)
    row = focal_points.confirm_focal_point(**place, seen=seen)
    assert (row.confirmed_by, row.confirmed_at is not None) == (keeper, True)
    row = focal_points.set_focal_point(**place, contact_phone="+221 2")
    assert row.confirmed_at is None
    with pytest.raises(Conflict):
        focal_points.confirm_focal_point(**place, seen=seen)


@pytest.mark.parametrize("function", ["", "host", "exchange'; --"])
def test_there_are_no_other_functions(keeper, customs, function):
    with pytest.raises(NotAllowed):
        focal_points.set_focal_point(
            actor=keeper, organisation=customs, function=function, contact_phone="+221 1"
        )


def test_focal_points_out_of_reach_are_not_touched(keeper):
    foreign = people.organisation(country="UA")
    FocalPoint.objects.create(organisation=foreign, function="data", contact_phone="+380 1")
    place = {"actor": keeper, "organisation": foreign, "function": "data"}
    with pytest.raises(NotAllowed):
        focal_points.set_focal_point(**place, contact_phone="+380 2")
    with pytest.raises(NotAllowed):
        focal_points.confirm_focal_point(**place, seen="")
    with pytest.raises(NotAllowed):
        focal_points.remove_focal_point(**place)
    assert FocalPoint.objects.get().contact_phone == "+380 1"


def test_removed_focal_point_is_gone_and_recorded(keeper, customs):
    place = {"actor": keeper, "organisation": customs, "function": "data"}
    focal_points.set_focal_point(**place, contact_phone="+221 1")
    focal_points.remove_focal_point(**place)
    assert FocalPoint.objects.count() == 0
    assert events()[-1] == "focal-point.removed"
    with pytest.raises(NotAllowed):
        focal_points.remove_focal_point(**place)

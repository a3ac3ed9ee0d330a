"""A merge loses nothing, whichever model names the duplicate, and reaches nobody's else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.digests.models import Digest, DigestReview
from community.events.models import Meeting
from community.groups.models import Group
from community.groups.paper_models import Paper
from community.library.models import Publication
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.files.models import StoredFile
from portal.markings.models import Reader
from portal.organisations import merging, names, services
from portal.organisations.models import FocalPoint, Organisation
from portal.roles.models import RoleGrant
from portal.shared import clock, ids
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting.models import Application, Invitation, InvitationBatch, Membership
from tests import people

pytestmark = pytest.mark.django_db


def merge(actor: Any, keep: Organisation, duplicate: Organisation) -> Organisation:
    with step_up.confirmed(actor):
        return merging.merge(actor=actor, keep=keep, duplicate=duplicate)


def naming() -> set[Any]:
    """Every foreign key to an organisation, found from the models' own side."""
    return {
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is Organisation
    }


def unique_with(field: Any) -> bool:
    sets = [set(one) for one in field.model._meta.unique_together]
    constraints = field.model._meta.constraints
    sets += [set(row.fields) for row in constraints if isinstance(row, models.UniqueConstraint)]
    return field.unique or any(field.name in one for one in sets)


# How a row of each model that names an organisation is made. A model that is new belongs here.
MAKERS: dict[Any, Callable[[Organisation], models.Model]] = {
    Organisation: lambda row: people.organisation(state="merged", merged_into=row),
    Membership: lambda row: people.member(of=row).membership,
    FocalPoint: lambda row: FocalPoint.objects.create(
        organisation=row, function="data", contact_phone=f"+{row.pk}"
    ),
    Application: lambda row: Application.objects.create(
        number=f"n{Application.objects.count()}", applicant=people.person(), organisation=row,
        created_at=clock.now(), state_since=clock.now(),
    ),
    Invitation: lambda row: Invitation.objects.create(
        batch=InvitationBatch.objects.create(name="class", created_at=clock.now()),
        email="a@example.org", organisation=row, secret=str(Invitation.objects.count()),
        sent_at=clock.now(), expires_at=clock.now(),
    ),
    Reader: lambda row: Reader.objects.create(
        kind="portal.storedfile", key="1", organisation=row, given_at=clock.now()
    ),
    Publication: lambda row: Publication.objects.create(kind="study", source=row),
    Paper: lambda row: Paper.objects.create(
        group=Group.objects.create(
            name="g", purpose="p", kind="theme", joining="open", created_at=clock.now()
        ),
        title="t", language="en", source=row, created_at=clock.now(), changed_at=clock.now(),
    ),
    Meeting: lambda row: Meeting.objects.create(
        kind="case", title="t", zone="UTC", source=row,
        **dict.fromkeys(
            ("starts_at", "ends_at", "closes_at", "created_at", "changed_at"), clock.now()
        ),
    ),
    DigestReview: lambda row: DigestReview.objects.create(
        digest=Digest.objects.create(created_at=clock.now(), changed_at=clock.now()),
        organisation=row, version=1, decision="approve", decided_at=clock.now(),
    ),
    RoleGrant: lambda row: people.with_role(people.member(), "trainer", organisation=row),
}  # fmt: skip


def stored_file(row: Organisation) -> StoredFile:
    given = {"source": row}
    for field in StoredFile._meta.concrete_fields:
        needed = not (field.null or field.has_default() or field.blank or field.primary_key)
        if needed and field.name not in given:
            given[field.name] = {
                "DateTimeField": clock.now(), "TextField": "x",
                "CharField": ids.token()[: min(20, field.max_length or 20)],
            }.get(field.get_internal_type(), 1)  # fmt: skip
    return StoredFile.objects.create(**given)


MAKERS[StoredFile] = stored_file


def test_every_model_that_names_an_organisation_is_walked():
    assert set(merging.links()) == naming()


def test_every_model_that_names_an_organisation_has_a_row_in_these_tests():
    assert {field.model for field in naming()} <= set(MAKERS)


def test_every_model_where_only_one_row_may_stand_is_joined():
    assert {field.model for field in naming() if unique_with(field)} <= set(merging.JOINED)


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_row_of_every_model_is_led_to_the_kept_one(model, administrator):
    keep, duplicate = people.organisation(), people.organisation()
    made = MAKERS[model](duplicate)
    field = next(field for field in merging.links() if field.model is model)
    merge(administrator, keep, duplicate)
    made.refresh_from_db()
    assert getattr(made, field.attname) == keep.pk


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_no_row_of_any_model_is_lost_where_both_have_one(model, administrator):
    keep, duplicate = people.organisation(), people.organisation()
    for row in (keep, duplicate, duplicate if model not in merging.JOINED else None):
        if row is not None:
            MAKERS[model](row)
    before = model._base_manager.count()
    merge(administrator, keep, duplicate)
    assert model._base_manager.count() == before


# The two rows themselves


def test_names_languages_and_contact_of_both_are_kept(administrator):
    keep = people.organisation("Customs", other_names=["CS"], languages=["en"])
    duplicate = people.organisation(
        "Douanes", other_names=["cs", "DGD"], languages=["en", "fr"],
        contact_email="desk@example.org", contact_confirmed_at=clock.now(),
        contact_confirmed_by=administrator,
    )  # fmt: skip
    kept = merge(administrator, keep, duplicate)
    assert kept.other_names == ["CS", "Douanes", "DGD"]
    assert kept.languages == ["en", "fr"]
    assert kept.contact_email == "desk@example.org"
    assert kept.contact_confirmed_by == administrator
    assert kept.found_by == names.found_by("Customs", kept.other_names)


def test_contact_put_together_of_two_was_never_confirmed(administrator):
    moment = clock.now()
    keep = people.organisation(contact_phone="+221 1", contact_confirmed_at=moment)
    duplicate = people.organisation(contact_email="b@example.org", contact_confirmed_at=moment)
    kept = merge(administrator, keep, duplicate)
    assert (kept.contact_phone, kept.contact_email) == ("+221 1", "b@example.org")
    assert kept.contact_confirmed_at is None


def test_own_contact_is_never_overwritten(administrator):
    moment = clock.now()
    keep = people.organisation(contact_email="a@example.org", contact_confirmed_at=moment)
    kept = merge(administrator, keep, people.organisation(contact_email="b@example.org"))
    assert (kept.contact_email, kept.contact_confirmed_at) == ("a@example.org", moment)


def test_merged_row_stays_and_leads_on(administrator):
    keep, duplicate = people.organisation(), people.organisation(contact_name="Old desk")
    merge(administrator, keep, duplicate)
    duplicate.refresh_from_db()
    assert (duplicate.state, duplicate.merged_into) == ("merged", keep)
    assert duplicate.contact_name == "Old desk"


def test_chain_of_merges_leads_straight_to_the_last(administrator):
    first, second, third = (people.organisation() for _ in range(3))
    merge(administrator, second, first)
    merge(administrator, third, second)
    for row in (first, second):
        row.refresh_from_db()
        assert row.merged_into == third


def test_focal_point_of_the_same_function_fills_what_is_missing_and_stays_as_history(administrator):
    keep, duplicate = people.organisation(), people.organisation()
    moment = clock.now()
    own = FocalPoint.objects.create(
        organisation=keep, function="data", contact_phone="+1", languages=["en"],
        confirmed_at=moment,
    )  # fmt: skip
    other = FocalPoint.objects.create(
        organisation=duplicate, function="data", contact_phone="+2",
        contact_email="data@example.org", languages=["fr"],
    )  # fmt: skip
    alone = FocalPoint.objects.create(organisation=duplicate, function="tracing")
    merge(administrator, keep, duplicate)
    for row in (own, other, alone):
        row.refresh_from_db()
    assert (own.contact_phone, own.contact_email) == ("+1", "data@example.org")
    assert (own.languages, own.confirmed_at) == (["en", "fr"], None)
    assert (other.organisation, other.contact_phone) == (duplicate, "+2")
    assert alone.organisation == keep


@pytest.mark.parametrize(
    ("own", "other", "ends"), [(1, 5, 5), (5, 1, 5), (None, 3, None), (3, None, None)]
)
def test_kept_reader_reads_as_long_as_either_was_allowed_to(administrator, own, other, ends):
    def at(days):
        return None if days is None else moment + timedelta(days=days)

    moment = clock.now()
    keep, duplicate = people.organisation(), people.organisation()
    for row, days in ((keep, own), (duplicate, other)):
        Reader.objects.create(
            kind="portal.storedfile", key="7", organisation=row, given_at=moment, ends_at=at(days)
        )
    merge(administrator, keep, duplicate)
    assert Reader.objects.get(organisation=keep).ends_at == at(ends)


def test_record_names_both_and_counts_what_moved(administrator):
    keep, duplicate = people.organisation(), people.organisation()
    people.member(of=duplicate)
    people.member(of=duplicate)
    merge(administrator, keep, duplicate)
    row = AuditRow.objects.get(event="organisation.merged")
    assert str(duplicate.public_id) in row.thing
    assert f'"into":"{keep.public_id}"' in row.body
    assert '"moved":2' in row.body


# Who, and when


def test_merge_needs_a_fresh_second_factor(administrator):
    keep, duplicate = people.organisation(), people.organisation()
    with pytest.raises(step_up.Needed):
        merging.merge(actor=administrator, keep=keep, duplicate=duplicate)
    duplicate.refresh_from_db()
    assert duplicate.state == "active"


@pytest.mark.parametrize("turned", [False, True])
def test_nobody_merges_across_the_border_of_her_scope(keeper, customs, turned):
    foreign = people.organisation(country="UA")
    people.member(of=foreign)
    pair = (foreign, customs) if turned else (customs, foreign)
    with pytest.raises(NotAllowed):
        merge(keeper, *pair)
    assert Membership.objects.filter(organisation=foreign).count() == 1


def test_focal_point_of_one_organisation_merges_nothing(customs):
    own = people.staff("focal-point", of=customs, organisation=customs)
    with pytest.raises(NotAllowed):
        merge(own, customs, people.organisation())


def test_member_merges_nothing(customs):
    with pytest.raises(NotAllowed):
        merge(people.member(), customs, people.organisation())


@pytest.mark.parametrize("holder", ["keep", "duplicate"])
def test_focal_point_does_not_widen_a_role_by_merging(keeper, administrator, customs, holder):
    pair = {"keep": customs, "duplicate": people.organisation()}
    people.with_role(people.member(), "administrator", organisation=pair[holder])
    with pytest.raises(Conflict):
        merge(keeper, **pair)
    merge(administrator, **pair)
    assert RoleGrant.objects.filter(organisation=customs).count() == 1


def test_organisation_is_not_merged_with_itself(administrator, customs):
    with pytest.raises(Invalid):
        merge(administrator, customs, Organisation.objects.get(pk=customs.pk))


def test_nothing_is_merged_into_a_proposal(administrator, customs):
    with pytest.raises(Invalid):
        merge(administrator, people.organisation(state="proposed"), customs)


def test_the_same_merge_twice_is_one_deed(administrator):
    keep, duplicate = people.organisation(), people.organisation()
    merge(administrator, keep, duplicate)
    merge(administrator, keep, duplicate)
    assert AuditRow.objects.filter(event="organisation.merged").count() == 1


def test_merge_of_what_was_merged_elsewhere_is_told(administrator):
    keep, duplicate, third = (people.organisation() for _ in range(3))
    merge(administrator, keep, duplicate)
    for pair in ((third, duplicate), (duplicate, third)):
        with pytest.raises(Conflict):
            merge(administrator, *pair)


def test_two_merges_of_one_another_leave_one(administrator):
    one, other = people.organisation(), people.organisation()
    merge(administrator, one, other)
    with pytest.raises(Conflict):
        merge(administrator, other, one)
    assert Organisation.objects.filter(state="active", pk__in=(one.pk, other.pk)).count() == 1


def test_people_whose_rights_moved_are_told_about(
    administrator, django_capture_on_commit_callbacks
):
    heard = []
    from portal.events import _listeners, listen
    from portal.events.messages import RightsChanged

    keep, duplicate = people.organisation(), people.organisation()
    officer = people.member(of=duplicate)
    people.member(of=keep)

    def listener(message):
        heard.append(message.user_id)

    listen(RightsChanged, listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            merge(administrator, keep, duplicate)
    finally:
        _listeners[RightsChanged].remove(listener)
    assert heard == [officer.pk]


def test_name_of_the_duplicate_is_proposed_again_as_the_kept_one(administrator):
    keep = people.organisation("Customs service")
    duplicate = people.organisation("Customs agency")
    merge(administrator, keep, duplicate)
    found = services.propose(by=None, name="customs AGENCY", country=keep.country, unit=keep.unit)
    assert found == keep


SETTINGS = settings(max_examples=25, suppress_health_check=list(HealthCheck))


class TestAnyMerge(TestCase):
    """Whatever hangs on two organisations, all of it hangs on the kept one or stays as history."""

    @SETTINGS
    @given(
        st.lists(st.tuples(st.sampled_from(range(len(MAKERS))), st.booleans()), max_size=14),
    )
    def test_rows_before_are_rows_after(self, plan: list[tuple[int, bool]]) -> None:
        pair = (people.organisation(), people.organisation())
        models_ = list(MAKERS)
        used: set[tuple[int, bool]] = set()
        for number, second in plan:
            model = models_[number]
            if model in merging.JOINED and (number, second) in used:
                continue  # the database itself allows one only
            used.add((number, second))
            MAKERS[model](pair[second])
        fields = merging.links()

        def rows(field: Any, *of: Organisation) -> int:
            return int(field.model._base_manager.filter(**{f"{field.name}__in": of}).count())

        before = {field: rows(field, *pair) for field in fields}
        admin = people.staff("administrator")
        merge(admin, *pair)
        for field in fields:
            extra = 1 if field.model is Organisation and field.name == "merged_into" else 0
            assert rows(field, *pair) == before[field] + extra
            if field.model not in merging.JOINED:
                stayed = rows(field, pair[1])
                assert stayed == 0, field

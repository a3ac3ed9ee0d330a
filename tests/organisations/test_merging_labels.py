"""A merge must not hand one organisation's labelled material to the other by the way."""

import pytest

from portal.accounts import step_up
from portal.markings.models import Reader
from portal.organisations.merging import merge
from portal.shared import clock
from portal.shared.errors import Conflict
from tests import people

pytestmark = pytest.mark.django_db


def test_focal_point_of_one_cannot_open_the_material_of_the_other() -> None:
    own, other = people.organisation("Customs", "SN"), people.organisation("Douanes", "SN")
    Reader.objects.create(kind="x", key="1", organisation=other, given_at=clock.now())
    focal = people.staff("focal-point", of=own, region_id="SN")
    with step_up.confirmed(focal), pytest.raises(Conflict):
        merge(actor=focal, keep=own, duplicate=other)
    insider = people.staff("administrator", of=own)
    with step_up.confirmed(insider), pytest.raises(Conflict):
        merge(actor=insider, keep=own, duplicate=other)
    outsider = people.staff("administrator")
    with step_up.confirmed(outsider):
        merge(actor=outsider, keep=own, duplicate=other)
    assert Reader.objects.get().organisation == own


def test_focal_point_still_merges_what_has_no_labelled_material() -> None:
    own, other = people.organisation("Customs", "SN"), people.organisation("Douanes", "SN")
    focal = people.staff("focal-point", of=own, region_id="SN")
    with step_up.confirmed(focal):
        merge(actor=focal, keep=own, duplicate=other)
    other.refresh_from_db()
    assert other.state == "merged"

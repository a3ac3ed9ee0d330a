"""The domain of names can never be changed."""

import pytest
from django.core.checks import run_checks

from community.devices.models import Device
from portal.shared import clock
from tests.people import member

pytestmark = pytest.mark.django_db


def faults() -> list[str]:
    return [fault.id for fault in run_checks(databases=["default"]) if fault.id == "community.E001"]


def test_domain_other_than_that_of_the_devices_is_refused(settings):
    assert faults() == []
    Device.objects.create(
        user=member(), device_id="AAAAAAAAAA", device_keys={"user_id": "@x:members.invalid"},
        created=clock.now(), last_seen_day=clock.now().date(),
    )  # fmt: skip
    assert faults() == []
    settings.COMMUNITY_E2EE_DOMAIN = "other.invalid"
    assert faults() == ["community.E001"]

"""Names of people and rooms carry the domain for ever (messaging.md 10.1, pitfall 24)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from community.devices.models import Device

CHANGED = "community.E001"


@register(Tags.database)
def domain_is_the_old_one(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[Error]:
    """Refuse another COMMUNITY_E2EE_DOMAIN than the one devices were made with."""
    if not databases:
        return []
    try:
        first = Device.objects.order_by("pk").values_list("device_keys", flat=True).first()
    except DatabaseError:  # before the first migration
        return []
    known = str((first or {}).get("user_id", "")).partition(":")[2]
    if not known or known == settings.COMMUNITY_E2EE_DOMAIN:
        return []
    return [
        Error(
            f"COMMUNITY_E2EE_DOMAIN is {settings.COMMUNITY_E2EE_DOMAIN}, but devices and rooms "
            f"exist under {known}. It can never be changed.",
            id=CHANGED,
        )
    ]

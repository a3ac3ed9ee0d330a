"""Seals what is stored anew under the first key of ``FIELD_KEYS``."""

from django.db import transaction

from portal.accounts import sealing
from portal.accounts.factor_models import AppDevice


def reseal_all() -> tuple[int, int]:
    """Seal the secrets of all apps under the first key; return how many were, and how many fail.

    Each row is its own transaction, so that the site goes on. Running it twice does no harm.
    """
    done = failed = 0
    for number in AppDevice.objects.order_by("pk").values_list("pk", flat=True):
        try:
            done += _reseal(number)
        except sealing.NotOurs:
            failed += 1
    return done, failed


@transaction.atomic
def _reseal(number: int) -> bool:
    """Seal one secret anew; False if that was not needed or the row is gone."""
    device = AppDevice.objects.select_for_update().filter(pk=number).first()
    if device is None or sealing.is_current(device.sealed_key):
        return False
    device.set_key(device.key)
    device.save(update_fields=["sealed_key"])
    return True

"""Notes when a public record stops being public, so that harvesters hear of it and take it down."""

from typing import Any

from django.db.models.signals import post_save, pre_delete, pre_save
from django.dispatch import receiver

from community.library import records
from community.library.models import Publication
from community.library.oai import withdrawing

WAS_SHOWN = "_was_shown"  # on the row between the two signals


@receiver(pre_save, sender=Publication, dispatch_uid="library_oai_before")
def remember(sender: Any, instance: Publication, **kwargs: Any) -> None:
    """Look what the record is before it is stored."""
    instance.__dict__[WAS_SHOWN] = withdrawing.shown(instance)


@receiver(post_save, sender=Publication, dispatch_uid="library_oai_after")
def compare(sender: Any, instance: Publication, **kwargs: Any) -> None:
    """Note a change from public to not public, or back."""
    withdrawing.settle(instance, instance.__dict__.pop(WAS_SHOWN, None))


@receiver(pre_delete, sender=Publication, dispatch_uid="library_oai_gone")
def withdraw(sender: Any, instance: Publication, **kwargs: Any) -> None:
    """Note that a public record goes for good."""
    if before := withdrawing.shown(instance):
        withdrawing.withdraw(instance, before)


records.watch(withdrawing.many)

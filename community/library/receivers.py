"""Whatever is stored of a record is indexed at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.signals import post_delete, post_save

from community.library import index, records
from community.library.models import Edition, Publication, PublicationTerm, PublicationText


def stored(sender: Any, instance: Any, raw: bool = False, **rest: Any) -> None:
    """A record, or something that hangs on it, was stored."""
    if not raw:
        index.touched(instance.pk if sender is Publication else instance.publication_id)


def taken(sender: Any, instance: Any, **rest: Any) -> None:
    """Something that hangs on a record is gone; of a record that goes, ``gone`` takes care."""
    index.touched(instance.publication_id)


def gone(sender: Any, instance: Any, **rest: Any) -> None:
    """A record is deleted."""
    index.forget(instance.pk)


@contextmanager
def many(keys: list[int]) -> Iterator[None]:
    """Records were changed at once, without a signal for each."""
    with index.held():
        yield
        for key in keys:
            index.touched(key)


records.watch(many)
for _model in (Publication, PublicationText, PublicationTerm, Edition):
    post_save.connect(stored, sender=_model, dispatch_uid=f"library-stored-{_model.__name__}")
for _model in (PublicationText, PublicationTerm, Edition):
    post_delete.connect(taken, sender=_model, dispatch_uid=f"library-taken-{_model.__name__}")
post_delete.connect(gone, sender=Publication, dispatch_uid="library-gone")

"""Takes sealed files in, part by part, and deletes them for good (messaging.md 10.3)."""

import logging
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from community.api.errors import ApiError
from community.attachments import rules
from community.attachments.models import EventMedia, Media
from community.attachments.permissions import check_may_upload
from portal.files import sealed
from portal.shared import clock, ratelimit
from portal.shared.errors import NotAllowed, TooMany

logger = logging.getLogger("community.attachments")

_DOOMED = Q(expires_at__lte=F("created"))
_NAMED = Exists(EventMedia.objects.filter(media=OuterRef("pk")))


def begin(*, user: Any, room_id: uuid.UUID, wanted: rules.NewMedia) -> Media:
    """Begin an upload. Raises bad_request, too_large, TooMany bytes in a day, and what
    ``check_may_upload`` raises."""
    rules.check(wanted)
    place = check_may_upload(user, room_id, wanted.purpose)
    if seconds := ratelimit.wait(str(user.pk), "sealed-bytes", wanted.size):
        raise TooMany(seconds)
    moment = clock.now()
    is_history = wanted.purpose == Media.Purpose.HISTORY
    return Media.objects.create(
        public_id=uuid.uuid4(),  # not uuid7: an id must not tell a time that is kept by the hour
        room=place.room,
        uploader=user,
        purpose=wanted.purpose,
        size=wanted.size,
        sha256=wanted.sha256,
        storage_key=sealed.new_name(),
        created=moment,
        expires_at=moment + rules.HISTORY_KEPT if is_history else None,
    )


def add(*, user: Any, media_id: uuid.UUID, offset: int, data: bytes) -> Media:
    """Add the next part. Once all is there its hash is compared; if it differs, the upload starts
    again at 0.

    Raises NotAllowed, wrong_offset with ``received``, bad_request, too_large, hash_mismatch, and
    what ``check_may_upload`` raises.
    """
    with transaction.atomic():
        media = _locked(user, media_id)
        fault = _add(media, offset, data)
        media.save(update_fields=["received", "complete"])
    if fault is not None:
        raise fault
    return media


def _locked(user: Any, media_id: uuid.UUID) -> Media:
    """Return an upload of one's own, its row held, while one may still write into the room."""
    media = (
        Media.objects.select_for_update(of=("self",))
        .select_related("room")
        .filter(public_id=media_id, uploader=user)
        .first()
    )
    if media is None or (media.expires_at is not None and media.expires_at <= clock.now()):
        raise NotAllowed
    check_may_upload(user, media.room.public_id, media.purpose)
    return media


def _add(media: Media, offset: int, data: bytes) -> ApiError | None:
    """Write, then change the row; return a refusal that must not undo the change."""
    if media.complete or offset != media.received:
        raise ApiError("wrong_offset", received=media.received)
    if not data:
        raise ApiError("bad_request", "the part is empty")
    if len(data) > rules.CHUNK or offset + len(data) > media.size:
        raise ApiError("too_large")
    try:
        sealed.append(media.storage_key, offset, data)
    except sealed.Lost:
        media.received = 0
        return ApiError("wrong_offset", received=0)
    media.received += len(data)
    if media.received < media.size:
        return None
    media.complete = sealed.has_digest(media.storage_key, media.sha256)
    if media.complete:
        return None
    media.received = 0
    return ApiError("hash_mismatch")


# deletion


def release(event_ids: Iterable[int]) -> int:
    """Take the files of events away that no other event names; return how many.

    In the transaction that empties the events. The rows are marked here, bytes and rows go after
    the commit; what a crash leaves is found by ``remove_doomed``.
    """
    named = EventMedia.objects.filter(event__in=list(event_ids))
    keys = set(named.values_list("media", flat=True))
    if not keys:
        return 0
    named.delete()
    return doom(Media.objects.filter(pk__in=keys).exclude(_NAMED))


def doom(rows: QuerySet[Media]) -> int:
    """Mark files for deletion, in a transaction; nobody gets them from the commit on.

    A doomed file expired when it was created: no other file does.
    """
    keys = list(rows.values_list("pk", flat=True))
    Media.objects.filter(pk__in=keys).update(expires_at=F("created"))
    if keys:
        transaction.on_commit(partial(remove_doomed, keys), robust=True)
    return len(keys)


def remove_doomed(keys: Iterable[int] | None = None, most: int = 10_000) -> int:
    """Delete bytes, then row, of doomed files (all, or of these); return how many went."""
    rows = Media.objects.filter(_DOOMED)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    return sum(_remove(media) for media in rows.order_by("pk")[:most])


def _remove(media: Media) -> bool:
    try:
        sealed.remove(media.storage_key)
    except OSError:
        logger.exception("sealed bytes could not be deleted; the next purge tries again")
        return False
    return bool(Media.objects.filter(pk=media.pk).delete()[0])


def history_over() -> QuerySet[Media]:
    """Return bundles of keys whose seven days are over."""
    over = Media.objects.filter(purpose=Media.Purpose.HISTORY, expires_at__lte=clock.now())
    return over.filter(expires_at__gt=F("created"))


def unused() -> QuerySet[Media]:
    """Return uploads that were not finished in a day, and files no event named in seven."""
    moment = clock.now()
    begun = Q(complete=False, created__lt=moment - rules.UPLOAD_KEPT)
    unsent = Q(complete=True, expires_at=None, created__lt=moment - rules.UNSENT_KEPT) & ~_NAMED
    return Media.objects.filter(begun | unsent).exclude(_DOOMED)

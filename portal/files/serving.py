"""The only code that sends bytes of the private store (security.md 4.4).

Order: where the request comes from; permission of the purpose and audience of the label; a fresh
second factor for the two strictest labels; limits; then the row in the record, in a transaction
that ends before the first byte leaves. Opening a file is therefore the second documented exception
to "no GET changes state": the record says who read what. Only visitors who take what is CLEAR and
public leave no row: there is nobody to name.
"""

import uuid
from typing import Any, BinaryIO

from django.db import transaction
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from portal.accounts import step_up
from portal.audit.services import record
from portal.files import sealed, store
from portal.files.models import StoredFile
from portal.files.names import disposition
from portal.files.permissions import bearer_of, get_file_for
from portal.markings.labels import FRESH, Label, label_of
from portal.shared import ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "none",
    "Referrer-Policy": "no-referrer",
}
RESTRICTED_LIMITS = ("restricted-downloads-hour", "restricted-downloads-day")
OWN_PLACES = frozenset({"same-origin", "none"})
DESTINATIONS = frozenset({"document", "empty"})
State = StoredFile.State


def send(request: HttpRequest, public_id: uuid.UUID) -> FileResponse:
    """Answer with a file as a download.

    Raises NotAllowed (unknown, hidden, or asked for by another site), step_up.Needed, TooMany, and
    Conflict while the virus check is open or after it found something.
    """
    _check_origin(request)
    stored, file = open_for(user=request.user, public_id=public_id)
    response = FileResponse(file, content_type=stored.content_type)
    response.headers["Content-Disposition"] = disposition(stored.name)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def send_sealed(request: HttpRequest, *, name: str, size: int) -> FileResponse:
    """Answer with ciphertext of the private store as a download; the caller asked who may have it.

    The name of the file is sealed, so it gets none. Raises NotAllowed where the bytes are missing
    or another site asks.
    """
    _check_origin(request)
    response = FileResponse(sealed.open_whole(name, size), content_type="application/octet-stream")
    response.block_size = sealed.BLOCK
    response.headers["Content-Disposition"] = 'attachment; filename="sealed"'
    for header, value in HEADERS.items():
        response.headers[header] = value
    return response


def _check_origin(request: HttpRequest) -> None:
    """Raise NotAllowed where a browser says that another site asks, or asks for a part of a page.

    Browsers that do not send these headers rely on the cookie's SameSite.
    """
    site = request.headers.get("Sec-Fetch-Site")
    goal = request.headers.get("Sec-Fetch-Dest")
    is_guess = "prefetch" in request.headers.get("Sec-Purpose", "").lower()
    if (site and site not in OWN_PLACES) or (goal and goal not in DESTINATIONS) or is_guess:
        raise NotAllowed


def open_for(*, user: Any, public_id: uuid.UUID) -> tuple[StoredFile, BinaryIO]:
    """Return a file and its bytes, after everything that must be asked has been asked.

    The caller closes the bytes. Raises like ``send``.
    """
    stored = get_file_for(user, public_id)
    _check_state(stored)
    label = label_of(bearer_of(stored).label)
    if label in FRESH:
        step_up.require(user)
    if label != Label.CLEAR:
        _count(user)
    elif not user.is_authenticated:
        return stored, _open(stored)
    with transaction.atomic():
        _hold(stored)
        stored = get_file_for(user, public_id)
        _check_state(stored)
        thing = bearer_of(stored)
        if label_of(thing.label) in FRESH:
            step_up.require(user)
        file = _open(stored)
        try:
            record(
                "file.read", actor=user, about=stored.owner, thing=thing,
                facts={"label": str(label_of(thing.label))},
            )  # fmt: skip
        except BaseException:
            file.close()
            raise
    return stored, file


def _hold(stored: StoredFile) -> None:
    """Hold the rows that are asked once more: a label may have risen, a membership ended."""
    thing = bearer_of(stored)
    if thing is not None and thing != stored:
        type(thing)._default_manager.select_for_update().filter(pk=thing.pk).first()
    StoredFile.objects.select_for_update().filter(pk=stored.pk).first()


def _open(stored: StoredFile) -> BinaryIO:
    try:
        return store.where(stored.stored_name).open("rb")
    except OSError as problem:
        raise Conflict(_("This file is missing from the store. Please tell us.")) from problem


def _check_state(stored: StoredFile) -> None:
    if stored.state == State.QUARANTINED:
        raise Conflict(_("This file still waits for the virus check. Please try again later."))
    if stored.state == State.REFUSED:
        raise Conflict(_("The virus check found something in this file. It was not kept."))


def _count(user: Any) -> None:
    for name in RESTRICTED_LIMITS:
        if wait := ratelimit.wait(str(user.pk), name):
            raise TooMany(wait)

"""``push/subscriptions`` (messaging.md 10.3). The keys a client sends are checked and dropped:
our pushes carry nothing, so there is nothing to encrypt for it."""

import base64
import binascii

from community.api.endpoint import Answer, Call, Strict
from community.api.errors import ApiError
from portal.accounts.devices import browser_and_system
from portal.notifications import push
from portal.sockets.sign_in import session_mark

POINT_BYTES, SECRET_BYTES = 65, 16  # RFC 8291 section 3


class Subscription(Strict):
    endpoint: str
    p256dh: str
    auth: str


def post_subscription(call: Call) -> Answer:
    """Keep a browser that may be woken. Raises bad_request for keys or addresses that are none."""
    new = call.read(Subscription)
    if _length(new.p256dh) != POINT_BYTES or _length(new.auth) != SECRET_BYTES:
        raise ApiError("bad_request", "p256dh and auth are base64url of 65 and 16 bytes")
    names = browser_and_system(call.request.headers.get("User-Agent", ""))
    row = push.subscribe(
        user=call.user,
        endpoint=new.endpoint,
        session=session_mark(call.request.session.session_key or ""),
        browser=" – ".join(filter(None, names)),
    )
    return Answer({"id": str(row.pk)}, 201)


def delete_subscription(call: Call, number: int) -> Answer:
    """Forget a browser of hers; one that is not hers is left alone and not told of."""
    push.forget(user=call.user, number=number)
    return Answer(None, 204)


def _length(text: str) -> int:
    try:
        return len(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return -1

"""Web push (RFC 8030) with an identified sender (VAPID, RFC 8292). The pushes are empty.

A push without a body needs no encryption and can leak nothing: the browser's worker shows its own
sentence. The endpoint comes from a browser, so only the known push services are ever called.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from py_vapid import Vapid02

from portal.notifications.models import PushSubscription
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid
from portal.shared.text import plain

logger = logging.getLogger("portal.notifications")

SECONDS_KEPT = 24 * 3600  # by the push service, while the phone is off
TIMEOUT = 10  # seconds
MOST = 10  # subscriptions of one account
GONE = {404, 410}


def is_on() -> bool:
    """Say whether the operator has switched web push on."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """Return the key a browser needs to subscribe: base64url of the P-256 point, "" when off."""
    if not is_on():
        return ""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid.utils import b64urlencode

    key = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).public_key
    return str(b64urlencode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


def is_push_service(endpoint: str) -> bool:
    """Say whether an address belongs to a push service of ``PUSH_HOSTS`` (https, port 443)."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    known = any(
        host.endswith(name) if name.startswith(".") else host == name
        for name in settings.PUSH_HOSTS
    )
    return parts.scheme == "https" and known and port in (None, 443) and not parts.username


@transaction.atomic
def subscribe(*, user: Any, endpoint: str, session: str, browser: str) -> PushSubscription:
    """Keep a browser that may be woken.

    Raises Invalid for an address that is no known push service or too many browsers, Conflict
    when push is off.
    """
    if not is_on():
        raise Conflict
    if len(endpoint) > 600 or not is_push_service(endpoint):
        raise Invalid
    mine = PushSubscription.objects.filter(user=user).exclude(endpoint=endpoint)
    if mine.count() >= MOST:
        mine.order_by("created_at")[0].delete()
    row, _ = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "user": user,
            "session": session,
            "browser": plain(browser)[:60],
            "created_at": clock.now(),
            "failed_at": None,
        },
    )
    return row


@transaction.atomic
def unsubscribe(*, user: Any, endpoint: str) -> None:
    """Forget a browser of the person; one that is not known is no fault."""
    PushSubscription.objects.filter(user=user, endpoint=endpoint).delete()


@transaction.atomic
def forget(*, user: Any, number: int) -> None:
    """Forget a browser of the person by the number of its row; none of hers is no fault."""
    PushSubscription.objects.filter(user=user, pk=number).delete()


def wake(user_id: int) -> int:
    """Send an empty push to every browser of the account; return how many took it."""
    if not is_on():
        return 0
    rows = PushSubscription.objects.filter(user_id=user_id, user__is_active=True, user__hold="")
    return sum(_wake(row) for row in rows)


def _wake(row: PushSubscription) -> bool:
    if not is_push_service(row.endpoint):
        row.delete()
        return False
    parts = urlsplit(row.endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": settings.VAPID_CONTACT}
    headers = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).sign(claims)
    try:
        answer = requests.post(
            row.endpoint,
            headers=headers
            | {"TTL": str(SECONDS_KEPT), "Urgency": "normal", "Content-Length": "0"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException:
        logger.warning("a push service did not answer")
        answer = None
    if answer is not None and answer.status_code in GONE:
        row.delete()
        return False
    failed = answer is None or not answer.ok
    PushSubscription.objects.filter(pk=row.pk).update(failed_at=clock.now() if failed else None)
    return not failed

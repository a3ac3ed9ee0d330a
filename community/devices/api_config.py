"""What a client has to know before anything else: GET config (messaging.md 10.3)."""

from typing import Any

import msgspec
from django.middleware.csrf import get_token

from community import ids
from community.api.endpoint import Call, without_device
from community.devices.setup import setup_of
from portal.shared import ratelimit

MIN_APP = "1.0.0"
EVENTS_PAGE = 200
LIMITS = {
    "event": "event-size", "to_device_content": "to-device-size", "request": "event-request-size",
    "frame": "socket-message", "file": "sealed-file-size", "devices": "devices",
}  # fmt: skip


@without_device
def get_config(call: Call) -> dict[str, Any]:
    """Answer names, limits and what is set up; sets the CSRF cookie."""
    device = call.any_device
    live = device is not None and device.revoked_at is None
    limits = {name: ratelimit.get(row).amount for name, row in LIMITS.items()}
    return {
        "user_id": ids.user_name(call.user.public_id),
        "domain": ids.domain(),
        "csrf_token": get_token(call.request),
        "device_id": device.device_id if device is not None and live else None,
        "setup": msgspec.to_builtins(setup_of(call.user)),
        "limits": limits | {"events_page": EVENTS_PAGE},
        "min_app": MIN_APP,
    }

"""The refusals of the messaging interface: code → HTTP status (messaging.md 10.1)."""

from typing import Any

from portal.shared.errors import ServiceError

STATUS = {
    "bad_request": 400, "key_id_reused": 400, "device_keys_changed": 400, "type_not_allowed": 400,
    "signed_out": 401,
    "csrf_failed": 403, "second_factor_required": 403, "reauth_required": 403,
    "device_required": 403, "device_revoked": 403, "setup_incomplete": 403, "forbidden": 403,
    "read_only": 403, "room_closed": 403,
    "not_found": 404,
    "stale_members": 409, "stale_devices": 409, "stale_roster": 409, "wrong_version": 409,
    "wrong_offset": 409, "room_exists": 409, "device_id_used": 409, "sign_in_has_device": 409,
    "too_many_devices": 409,
    "too_large": 413,
    "bad_roster": 422, "bad_signature": 422, "hash_mismatch": 422,
    "rate_limited": 429,
}  # fmt: skip


class ApiError(ServiceError):
    """A refusal by code; ``fields`` are the named fields of the answer. Raises KeyError for a
    code that is not in the specification."""

    def __init__(self, code: str, detail: str = "", **fields: Any) -> None:
        super().__init__(detail or code)
        self.code = code
        self.status = STATUS[code]
        self.body = {"code": code, "detail": detail or code.replace("_", " ")} | fields

"""What a service raises when it will not do what it was asked to do.

A view catches these where it can answer beside the form. What no view catches becomes an error
page (``portal.project.errors.ServiceErrorMiddleware``), never a 500.
"""

from collections.abc import Mapping


class ServiceError(Exception):
    """A refusal with a sentence for the person, already in her language or lazily so."""

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(ServiceError):
    """The person may not do this, or it does not exist: both get the same answer (404)."""


class Conflict(ServiceError):
    """Somebody or another device was quicker; what is stored now is unlike what was seen (409)."""


class Invalid(ServiceError):
    """The values cannot be accepted (400). ``fields`` names those at fault, a sentence each."""

    def __init__(self, message: object = "", fields: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, object] = dict(fields or {})


class TooMany(ServiceError):
    """A limit is reached (429). ``wait`` is in seconds."""

    def __init__(self, wait: int, message: object = "") -> None:
        super().__init__(message)
        self.wait = wait

"""Which accounts this browser has signed in to before.

Failed sign-ins are counted per account and per "known or not": a stranger who guesses passwords
uses up the stranger's tries, and the owner is not shut out (security.md 3.1). The cookie holds no
address, only keyed hashes, and gives no right by itself.
"""

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "known_accounts"
SALT = "portal.accounts.known_browsers"
KEPT = 5
YEAR = 365 * 24 * 3600


def _mark(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:32]


def _marks(request: HttpRequest) -> list[str]:
    try:
        value = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=YEAR)
    except BadSignature:
        return []
    return [mark for mark in value.split(".") if mark][:KEPT]


def knows(request: HttpRequest, email: str) -> bool:
    """Say whether somebody signed in to this account from this browser within a year."""
    wanted = _mark(email)
    return any(constant_time_compare(mark, wanted) for mark in _marks(request))


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Note the account in the browser, the newest first, five at most."""
    mark = _mark(email)
    marks = [mark, *(other for other in _marks(request) if other != mark)][:KEPT]
    response.set_signed_cookie(
        COOKIE,
        ".".join(marks),
        salt=SALT,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

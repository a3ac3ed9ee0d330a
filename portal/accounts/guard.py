"""Everything is closed without a second factor, except what is listed here (security.md 3.1).

The middleware asks before any view runs, by the name of the address. A name that is in no list is
closed, so a new page is closed until somebody lists it. Open does not mean unprotected: a view
decides itself who may do what in it. Learners' pages cost no query here.
"""

import importlib
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic.base import RedirectView

from portal.accounts import factors, session_limits
from portal.permissions import is_verified


class Rule(Enum):
    """What an address asks of whoever opens it."""

    MACHINE = "nobody looks at who asks"
    OPEN = "anybody"
    OWN = "signed in"
    FACTOR = "signed in; with the second factor if there is one"
    CLOSED = "signed in with a second factor"


MACHINE = {
    "healthz", "readyz", "robots", "sitemap", "sitemap_section", "csp_report", "media",
    "course_media", "offline", "push_worker", "web_manifest", "oai",
    "calendar_feed",
}  # fmt: skip
PUBLIC = {
    "preferences", "search", "styleguide", "what_we_store_list", "apply_start", "messages_about",
    # Wagtail: published pages, and documents (which ask for their own right)
    "wagtail_serve", "wagtaildocs_serve",
    # courses and own learning
    "catalogue", "course", "course_start", "course_move", "course_due", "course_result",
    "course_why", "answer", "save_answer", "try_again", "lesson", "step", "step_complete",
    "step_opened", "learning",
    # the public shelf
    "library", "library_record", "library_cite", "library_file",
    # signing in and up, and the pending sign-in
    "account_login", "account_logout", "account_signup", "account_inactive", "account_held",
    "account_email_verification_sent", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_factor", "account_factor_recovery", "account_factor_lost",
}  # fmt: skip
OWN = {
    "account_security", "account_profile", "account_email", "account_change_password",
    "account_set_password", "account_reauthenticate", "usersessions_list",
}  # fmt: skip
FACTOR = {
    "account_factor_setup", "account_factor_app_new", "account_factor_app", "account_factor_remove",
    "account_passkey_rename",
    "account_recovery_codes", "account_recovery_confirm",
}  # fmt: skip
# Addresses of whole concepts; the names above and ``CLOSED`` come before these.
MODULES = {
    "portal.accounts.webauthn_urls": Rule.OPEN,  # part of signing in; the views look themselves
    "portal.vetting.invited_urls": Rule.OPEN,
    "portal.vetting.applicant_urls": Rule.OWN,
    "portal.rights.urls": Rule.OWN,
    "portal.notifications.urls": Rule.OWN,
    "portal.files.urls": Rule.OWN,  # portal.files.permissions asks for more of all but the owner
}
# Among the applicants' addresses, but deeds of members.
CLOSED = {
    "sponsoring", "sponsor_request", "membership_confirm", "membership_post", "membership_change",
    "membership_leave",
}  # fmt: skip
STAFF_PATHS = ("/studio/", "/vetting/", "/desk/", "/community/moderation/")
MACHINE_PATHS = ("/api/", "/ws/")
GOES_ON = ("account_", "webauthn_", "preferences")  # work for a visitor whose sign-in just ended


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Return name of address → rule, for all that are not closed."""
    found: dict[str, Rule] = {}
    for module, rule in MODULES.items():
        patterns = importlib.import_module(module).urlpatterns
        found |= dict.fromkeys((pattern.name for pattern in patterns), rule)
    found |= dict.fromkeys(MACHINE, Rule.MACHINE) | dict.fromkeys(PUBLIC, Rule.OPEN)
    found |= dict.fromkeys(OWN, Rule.OWN) | dict.fromkeys(FACTOR, Rule.FACTOR)
    return found | dict.fromkeys(CLOSED, Rule.CLOSED)


def rule_of(match: ResolverMatch) -> Rule:
    """Return the rule of an address; closed unless it is listed."""
    view = match.func
    if getattr(view, "view_class", None) is RedirectView:
        target = getattr(view, "view_initkwargs", {}).get("pattern_name")
        return Rule.OPEN if target == "account_login" else Rule.CLOSED
    return rules().get(match.view_name or "", Rule.CLOSED)


class GuardMiddleware:
    """Asks before each view whether this browser may be here at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        rule = rule_of(request.resolver_match)  # type: ignore[arg-type]
        if rule is Rule.MACHINE:
            return None
        if (ended := _ended(request, rule)) is not None or rule is Rule.OPEN:
            return ended
        user: Any = request.user
        if not user.is_authenticated:
            return _to_sign_in(request)
        if user.hold:
            get_adapter().logout(request)
            return _to_sign_in(request) if _is_for_machines(request) else redirect("account_held")
        if rule is Rule.OWN or is_verified(user):
            return _passkey_missing(request) if rule is Rule.CLOSED else None
        return _second_factor(request, rule)


def _is_for_machines(request: HttpRequest) -> bool:
    return request.path_info.startswith(MACHINE_PATHS)


def refuse_machine(code: str, detail: str, status: int) -> HttpResponse:
    """Return a refusal that a program can read (messaging.md 10.1)."""
    response = JsonResponse({"code": code, "detail": detail}, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _wanted(request: HttpRequest) -> str:
    """Return the page to come back to: of a form that was sent, the page it stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    return came_from if came_from and get_adapter().is_safe_url(came_from) else ""


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if _is_for_machines(request):
        return refuse_machine("signed_out", "Sign in first.", 401)
    wanted = _wanted(request)
    return redirect_to_login(wanted) if wanted else redirect("account_login")


def _ended(request: HttpRequest, rule: Rule) -> HttpResponse | None:
    """End a sign-in that lasted too long, and say so on the sign-in page."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    reason = session_limits.why_over(request.session)
    if reason is None:
        session_limits.touch(request.session)
        return None
    words = session_limits.words(reason, request.session)
    get_adapter().logout(request)
    if not _is_for_machines(request):
        messages.warning(request, words)
    name = request.resolver_match.view_name or ""  # type: ignore[union-attr]
    stays = rule is Rule.OPEN and name.startswith(GOES_ON)
    return None if stays else _to_sign_in(request)


def _second_factor(request: HttpRequest, rule: Rule) -> HttpResponse | None:
    """Lead who is signed in without a second factor to where it is given or set up."""
    owns_one = factors.has_factor(request.user)
    if rule is Rule.FACTOR and not owns_one:
        return None
    if _is_for_machines(request):
        return refuse_machine("second_factor_required", "A second factor is needed.", 403)
    return _lead(request, "account_factor" if owns_one else "account_factor_setup")


def _lead(request: HttpRequest, name: str) -> HttpResponse:
    wanted = _wanted(request)
    return redirect(f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted else reverse(name))


def _passkey_missing(request: HttpRequest) -> HttpResponse | None:
    """Lead staff who signed in by an app to the page about passkeys; None for everybody else."""
    user: Any = request.user
    path = request.path_info
    staff_area = path.startswith(STAFF_PATHS) or f"/{path.split('/', 2)[-1]}".startswith(
        STAFF_PATHS
    )
    if not staff_area or not factors.lacks_passkey(user):
        return None
    if factors.has_passkey(user):
        text = _("Your role needs a passkey. Sign out, then sign in again with your passkey.")
    else:
        text = _("Your role needs a passkey. Add one here. Then sign in with it.")
    messages.warning(request, text)
    return _lead(request, "account_factor_setup")

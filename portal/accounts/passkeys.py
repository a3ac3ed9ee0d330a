"""Passkeys: django-otp-webauthn's ceremony, with our rules about who and where.

Every passkey is made so that it can be used alone: kept by the authenticator itself (a discoverable
credential), and only after the authenticator has made sure who holds it (user verification: PIN,
finger, face). The same is asked whenever one is used: for signing in, as a second factor and for
confirming again (Web Authentication level 3, sections 5.4.6 and 5.8.6).
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_otp_webauthn import exceptions
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts import factor_services, factors, step_up
from portal.accounts.devices import browser_and_system
from portal.accounts.models import User
from portal.accounts.security_notices import tell
from portal.shared.errors import Conflict, Invalid
from portal.shared.text import plain

NAME_LENGTH = 64  # characters, as wide as the column
MOST = 20  # passkeys of one account


class Helper(WebAuthnHelper):
    """The helper named in ``OTP_WEBAUTHN_HELPER_CLASS``."""

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        return ResidentKeyRequirement.REQUIRED

    def get_credential_name(self, user: Any) -> str:
        return str(user.email)

    def get_credential_display_name(self, user: Any) -> str:
        return str(user)

    def get_generate_registration_options_kwargs(self, *, user: Any) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"] = AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options

    @transaction.atomic
    def authenticate_complete(self, user: Any, state: dict[str, Any], data: Any) -> Any:
        """Check an assertion with the credential's row locked, so that its counter counts once."""
        list(WebAuthnCredential.objects.select_for_update().filter(**_named(data)))
        return super().authenticate_complete(user, state, data)

    @transaction.atomic
    def register_complete(self, user: Any, state: dict[str, Any], data: Any) -> Any:
        """Store a new credential. One that is stored already, whosoever it is, is refused."""
        try:
            with transaction.atomic():
                return super().register_complete(user, state, data)
        except IntegrityError as problem:
            raise exceptions.UnprocessableEntity(code="credential_known") from problem


def _named(data: Any) -> dict[str, str]:
    """Return the condition that finds the credential an answer speaks of."""
    raw = data.get("rawId") if isinstance(data, dict) else None
    key = base64url_to_bytes(raw) if isinstance(raw, str) else b""
    return {"credential_id_sha256": WebAuthnCredential.get_credential_id_sha256(key)}


def suggested_name(user_agent: str) -> str:
    """Return a first name for a passkey made in this browser: what and where, as far as known."""
    browser, system = browser_and_system(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Passkey")


@transaction.atomic
def add(*, user: User, helper: Helper, state: dict[str, Any], data: Any, name: str,
        keep: str | None) -> WebAuthnCredential:  # fmt: skip
    """Store the passkey that ``data`` proves, tell the person, end every sign-in but ``keep``.

    Raises step_up.Needed where the account has a second factor that was not confirmed lately,
    Conflict for too many, Invalid for a bad name, and what the ceremony raises
    (``django_otp_webauthn.exceptions``).
    """
    User.objects.select_for_update().get(pk=user.pk)
    step_up.require_for_factors(user)
    if WebAuthnCredential.objects.filter(user=user).count() >= MOST:
        raise Conflict(_("An account can have 20 passkeys. Remove one first."))
    device: WebAuthnCredential = helper.register_complete(user, state, data)
    device.name = _clean(name)
    device.save(update_fields=["name"])
    factor_services.added(user=user, device=device, keep=keep)
    tell(user, "factor_added")
    return device


@transaction.atomic
def rename(*, user: User, passkey: int, name: str) -> WebAuthnCredential:
    """Give a passkey another name. Raises Invalid without one, NotAllowed if it is not hers."""
    device: Any = factors.find(user=user, kind=factors.PASSKEY, number=passkey)
    device.name = _clean(name)
    device.save(update_fields=["name"])
    return device  # type: ignore[no-any-return]


def _clean(name: str) -> str:
    """Return a name on one line. Raises Invalid for none or one that is too long."""
    text = " ".join(plain(name).split())
    if not text or "\x00" in text:
        raise Invalid(_("Enter a name for the passkey."), fields={"name": _("Enter a name.")})
    if len(text) > NAME_LENGTH:
        words = _("A name has 64 characters at most.")
        raise Invalid(words, fields={"name": words})
    return text

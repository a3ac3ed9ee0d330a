"""Passkeys: django-otp-webauthn's ceremony, with our rules about who and where."""

from django_otp_webauthn.helpers import WebAuthnHelper


class Helper(WebAuthnHelper):
    """The helper named in ``OTP_WEBAUTHN_HELPER_CLASS``."""

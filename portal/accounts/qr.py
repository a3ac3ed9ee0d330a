"""How an app's secret and recovery codes are handed over: picture, groups to type, text file."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from portal.accounts.factor_models import DIGITS, STEP, AppDevice

GROUP = 4  # characters


def address(device: AppDevice) -> str:
    """Return the ``otpauth`` address that authenticator apps read.

    The form is Google Authenticator's "Key Uri Format", which the others follow.
    """
    label = quote(f"{settings.SITE_NAME}:{device.user.email}", safe=":@")
    values = {
        "secret": device.secret,
        "issuer": settings.SITE_NAME,
        "digits": DIGITS,
        "period": STEP,
    }
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"


def picture(device: AppDevice) -> str:
    """Return the QR code as a ``data:`` address of an SVG, black on white in every theme."""
    return segno.make(address(device), error="m").svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff", xmldecl=False
    )


def in_groups(secret: str) -> str:
    """Return a secret in groups of four, to be typed by hand."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def text_file(codes: Sequence[str]) -> str:
    """Return a ``data:`` address of a text file with the codes; nothing is kept on the server."""
    title = _("Recovery codes for signing in: %(site)s") % {"site": settings.SITE_NAME}
    body = "\r\n".join([title, "", *codes, "", _("Each code works once."), ""])
    return f"data:text/plain;charset=utf-8,{quote(body)}"

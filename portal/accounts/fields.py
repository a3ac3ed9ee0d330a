"""Fields of the account forms: plain labels, hints instead of placeholders, limits said first."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.shared.text import plain

EMAIL_LENGTH = 254  # RFC 5321; the column is as wide
PASSWORD_LENGTH = 256
CODE_LENGTH = 32


def _password_hint() -> str:
    return gettext(
        "At least 12 characters, better 15 or more. A few words that only you would put together "
        "are good. You may paste it from a password manager."
    )


class AddressField(forms.EmailField):
    """An e-mail address, given back in lower case."""

    def __init__(self, *, autocomplete: str = "email", **kwargs: Any) -> None:
        kwargs.setdefault("label", _("E-mail address"))
        kwargs.setdefault("max_length", EMAIL_LENGTH)
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Enter your e-mail address."),
                "invalid": _("Enter an e-mail address such as name@example.org."),
            },
        )
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": autocomplete, "dir": "ltr", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class PasswordField(forms.CharField):
    """The password of an account. It is never shown again after a fault.

    ``data-password-toggle`` asks for a button beside the field that shows what is typed.
    """

    def __init__(self, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Password"))
        kwargs.setdefault("error_messages", {"required": _("Enter your password.")})
        widget = forms.PasswordInput(
            attrs={
                "autocomplete": autocomplete,
                "dir": "ltr",
                "data-password-toggle": True,
                "data-text-show": _("Show password"),
                "data-text-hide": _("Hide password"),
            }
        )
        super().__init__(strip=False, max_length=PASSWORD_LENGTH, widget=widget, **kwargs)


class NewPasswordField(PasswordField):
    """A password to be set. ``user`` is the person it is for, once the form knows her."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("New password"))
        kwargs.setdefault("help_text", lazy(_password_hint, str)())
        kwargs.setdefault("error_messages", {"required": _("Enter a new password.")})
        super().__init__(autocomplete="new-password", **kwargs)
        self.user: Any = None

    def clean(self, value: Any) -> str:
        password = super().clean(value)
        return str(get_adapter().clean_password(password, user=self.user))


class CodeField(forms.CharField):
    """The code from a mail. Spaces, hyphens and case do not matter."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Code from the mail"),
            max_length=CODE_LENGTH,
            error_messages={"required": _("Enter the code from the mail.")},
            **kwargs,
        )


class NameField(forms.CharField):
    """A person's name in any script, on one line and without marks that turn its direction."""

    def to_python(self, value: Any) -> str:
        return " ".join(plain(str(super().to_python(value))).split())

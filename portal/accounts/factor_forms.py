"""Forms of the second factor: codes of an app, recovery codes. Spaces and hyphens do not matter."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts.factor_models import AppDevice
from portal.accounts.factors import Factor
from portal.accounts.fields import CODE_LENGTH, NameField
from portal.shared.errors import Invalid, TooMany
from portal.shared.text import plain


def _wait_words(seconds: int) -> str:
    return ngettext(
        "Wait %(number)s second, then try again.",
        "Wait %(number)s seconds, then try again.",
        seconds,
    ) % {"number": seconds}


class _CodeForm(forms.Form):
    """A form with a code. ``refuse`` puts what the service said beside it."""

    def refuse(self, problem: Invalid | TooMany, wait: int = 0) -> None:
        """Show why the code was not taken; ``wait`` are seconds until the next try counts."""
        words = problem.fields.get("code", "") if isinstance(problem, Invalid) else ""
        seconds = problem.wait if isinstance(problem, TooMany) else wait
        if isinstance(problem, TooMany):
            words = _("There were too many tries.")
        self.add_error("code", f"{words} {_wait_words(seconds)}" if seconds else str(words))

    def clean_code(self) -> str:
        """Return letters and Western digits alone, whichever digits the keyboard writes."""
        code = plain(str(self.cleaned_data["code"]))
        return "".join(
            str(unicodedata.decimal(character)) if character.isdecimal() else character
            for character in code
            if character.isalnum()
        )


class AppCodeForm(_CodeForm):
    """Six digits of one named app. With several apps the person says which one."""

    device = forms.ChoiceField(label=_("Which app?"), widget=forms.RadioSelect)
    code = forms.CharField(
        label=_("Code from your app"),
        max_length=CODE_LENGTH,
        help_text=_("Six digits. A new code comes every 30 seconds."),
        error_messages={"required": _("Enter the code that your app shows.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
    )

    def __init__(self, *args: Any, apps: Sequence[Factor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["device"]
        field.choices = [(str(app.number), app.name or _("Authenticator app")) for app in apps]
        if len(apps) == 1:
            field.widget = forms.HiddenInput()
            self.initial["device"] = str(apps[0].number)


class FirstCodeForm(_CodeForm):
    """The first code of an app that is being added, and a name for it."""

    code = forms.CharField(
        label=_("Code from your app"),
        max_length=CODE_LENGTH,
        help_text=_("Six digits. A new code comes every 30 seconds."),
        error_messages={"required": _("Enter the code that your app shows.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
    )
    name = NameField(
        label=_("Name of this app"),
        required=False,
        max_length=AppDevice._meta.get_field("name").max_length,
        help_text=_("To tell it from other apps, for example: my phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )


class RecoveryCodeForm(_CodeForm):
    """One recovery code."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=CODE_LENGTH,
        help_text=_("Capital or small letters, with or without the hyphens."),
        error_messages={"required": _("Enter one of your recovery codes.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
    )

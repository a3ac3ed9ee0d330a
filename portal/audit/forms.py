"""What an administrator may look for in the record."""

import re
import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.events import EVENTS
from portal.audit.queries import Search

THING = re.compile(r"[a-z_]+\.[a-z]+:[\w-]{1,60}", re.ASCII)


class _Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("Enter a day such as 2026-11-21.")},
            **kwargs,
        )


class RecordForm(forms.Form):
    """Every field is optional. An address is turned into the account's id and goes into no URL."""

    event = forms.ChoiceField(label=_("What happened"), required=False)
    person = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=254,
        help_text=_("The e-mail address or the id of the account."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    thing = forms.CharField(
        label=_("Thing"),
        required=False,
        max_length=100,
        help_text=_("As an export names it, such as portal.application:K7M2PQ."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    since = _Day(label=_("From"))
    until = _Day(label=_("Until"), help_text=_("The last day, in UTC."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = sorted((str(event.words), name) for name, event in EVENTS.items())
        self.fields["event"].choices = [("", _("Anything")), *((n, w) for w, n in words)]  # type: ignore[attr-defined]

    def clean_person(self) -> str:
        """Return a public id, whether of an account or of one that was deleted."""
        text = self.cleaned_data["person"].strip()
        if not text:
            return ""
        if "@" in text:
            user = User.objects.filter(email__iexact=text).only("public_id").first()
            if user is None:
                raise forms.ValidationError(_("No account has this address. Check it."))
            return str(user.public_id)
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise forms.ValidationError(
                _("Enter an e-mail address or the id of an account.")
            ) from None

    def clean_thing(self) -> str:
        """Return the thing's name as the record writes it."""
        text: str = self.cleaned_data["thing"].strip()
        if text and not THING.fullmatch(text):
            raise forms.ValidationError(_("Enter it as portal.application:K7M2PQ."))
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day that is not before the first one."))
        return data

    @property
    def search(self) -> Search:
        """Return what a valid form looks for."""
        data = self.cleaned_data
        return Search(
            event=data["event"], person=data["person"], thing=data["thing"],
            since=data["since"], until=data["until"],
        )  # fmt: skip

    @property
    def query(self) -> str:
        """Return a valid form as the query of an address."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})

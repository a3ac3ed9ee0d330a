"""What learners' browsers send, checked before anybody believes it."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from portal.shared.clock import now
from portal.shared.ids import uuid7


class DueForm(forms.Form):
    """A day in the future, or nothing."""

    due_on = forms.DateField(
        required=False,
        label=_("I want to be done by"),
        error_messages={"invalid": _("Write the date as year-month-day, for example 2027-01-31.")},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day and day < now().date():
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class OpenedForm:
    """Place and reading time; whatever cannot be read counts as not sent."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data

    def seconds(self) -> int:
        text = self.data.get("active_seconds", "")[:6]
        return int(text) if text.isascii() and text.isdigit() else 0

    def block(self) -> str:
        found = _uuid(self.data.get("block", "")[:36])
        return str(found) if found else ""

    def event(self) -> uuid.UUID | None:
        return _uuid(self.data.get("event", "")[:36])


class AnswerForm:
    """The fields of a question as lists, and the key that makes sending twice harmless."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data

    def key(self) -> uuid.UUID:
        return _uuid(self.data.get("key", "")[:36]) or uuid7()

    def shown(self) -> list[str]:
        """Return the order in which the parts stood on the page."""
        return self.data.get("shown", "")[:2000].split(",")

    def raw(self) -> dict[str, list[str]]:
        own = {"csrfmiddlewaretoken", "key", "device", "active_seconds", "shown"}
        return {name: values for name, values in self.data.lists() if name not in own}

    def device(self, request: HttpRequest) -> str:
        """Return a short opaque name of the browser, so that two devices can be told apart."""
        return self.data.get("device", "")[:40] or (request.session.session_key or "")[:8]

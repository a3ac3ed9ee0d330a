"""Forms about requests. What they accept, the services check again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.library.requests import DAYS, LONGEST, MOST_DAYS
from portal.markings.labels import Label, is_lower
from portal.markings.services import LONGEST_REASON
from portal.shared import clock
from portal.vetting.service_form import ServiceForm


def _text(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "maxlength": LONGEST}),
    )  # fmt: skip


def _day() -> forms.DateField:
    return forms.DateField(
        label=_("Last day"),
        help_text=_("At most one year from today."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        initial=lambda: clock.now().date() + timedelta(days=DAYS),
    )


class _Form(ServiceForm):
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ends_on" in self.fields:
            today = clock.now().date()
            limits = {"min": today.isoformat(), "max": (today + timedelta(MOST_DAYS)).isoformat()}
            self.fields["ends_on"].widget.attrs.update(limits)


class AskForm(_Form):
    """Why a member wants to read a record."""

    reason = _text(
        _("What do you need it for?"),
        _("One or two sentences. Whoever decides reads them. Write nothing about a case."),
    )


class GrantForm(_Form):
    """Until when a record is lent."""

    ends_on = _day()


class LowerForm(_Form):
    """A wider label, and why."""

    label = forms.ChoiceField(label=_("New label"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": LONGEST_REASON}),
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wider = [row for row in Label if is_lower(row, present)]
        label: Any = self.fields["label"]
        label.choices = [(row.value, row.tlp) for row in reversed(wider)]


class DeclineForm(_Form):
    """Why it is not."""

    answer = _text(_("Why not?"), _("A sentence for the person who asked."))


class LendForm(_Form):
    """To whom a record is given without being asked for, and until when."""

    address = forms.EmailField(
        label=_("E-mail address of the member"), widget=forms.EmailInput(attrs={"dir": "ltr"})
    )
    reason = _text(
        _("What is it given for?"), _("For you and for a second person, if one is needed.")
    )
    ends_on = _day()

"""The form of a moderator's page. What it accepts, the service checks again."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.moderation import rules, services
from community.rooms.models import Report
from portal.vetting.service_form import ServiceForm

WORDS: dict[str, str | Promise] = {
    rules.NO_BREACH: _("No breach of the rules"),
    rules.WARN: _("Warn the person"),
    rules.SUSPEND: _("Suspend the membership"),
    rules.PASS: _("Pass on to somebody who can suspend the membership"),
}


class DecisionForm(ServiceForm):
    """What a moderator decides, and why; ``seen`` tells what the page showed as decided."""

    use_required_attribute = False

    choice = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Your reasons"),
        max_length=rules.LONGEST_NOTE,
        help_text=_(
            "For moderators, and for approvers if the membership is suspended. "
            "Do not repeat what was written in the room."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "maxlength": rules.LONGEST_NOTE}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(
        self, *args: Any, actor: Any, report: Report, conflict: object = "", **kw: Any
    ) -> None:
        start = {"seen": report.decision, **kw.pop("initial", {})}
        super().__init__(*args, initial=start, **kw)
        self.conflict = conflict
        choices = services.choices_for(actor, report)
        self.fields["choice"].choices = [(key, WORDS[key]) for key in choices]

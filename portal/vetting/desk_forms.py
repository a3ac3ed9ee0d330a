"""The forms of the approvers' pages. What they accept, the services check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.vetting import decisions, organisation_choice
from portal.vetting.models import Application, IdentityCheck
from portal.vetting.service_form import ServiceForm

LONG = {"rows": 5, "dir": "auto", "maxlength": decisions.LONGEST}


class DecisionForm(ServiceForm):
    """What an approver decides about a case, and her words to the applicant and to colleagues.

    Which fields are needed depends on the choice; until one is made none is marked as optional.
    """

    use_required_attribute = False

    choice = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    organisation = forms.ChoiceField(
        label=_("The proposed organisation"),
        help_text=_("Needed if you approve. Is it in the list already, under another name?"),
    )
    reason = forms.CharField(
        label=_("To the applicant"),
        max_length=decisions.LONGEST,
        help_text=_("Needed if you refuse or ask. The applicant reads this text."),
        widget=forms.Textarea(attrs=LONG),
    )
    note = forms.CharField(
        label=_("To the other approvers"),
        max_length=decisions.LONGEST,
        help_text=_("What you checked, and how you came to your decision."),
        widget=forms.Textarea(attrs=LONG),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)

    def __init__(
        self, *args: Any, application: Application, stage: str, conflict: object = "", **kw: Any
    ) -> None:
        start = {"version": application.version, **kw.pop("initial", {})}
        super().__init__(*args, initial=start, **kw)
        self.conflict = conflict
        self.fields["choice"].choices = _decisions(application, stage)
        if stage == "first" and organisation_choice.is_open(application):
            self.fields["organisation"].choices = _organisations(application)
        else:
            del self.fields["organisation"]
        if stage == "second":
            self.fields["reason"].help_text = _(
                "Needed if you ask. If you agree with a refusal, the first person’s text is used."
            )
        if self.is_bound:
            self._need_what_was_chosen(stage)

    def _need_what_was_chosen(self, stage: str) -> None:
        choice = self.data.get("choice", "")
        asks, refuses = choice == decisions.ASK, choice == decisions.REFUSE
        self.fields["note"].required = not asks
        self.fields["reason"].required = asks or (refuses and stage == "first")
        if "organisation" in self.fields:
            self.fields["organisation"].required = choice == decisions.APPROVE


def _decisions(application: Application, stage: str) -> list[tuple[str, str]]:
    ask = (decisions.ASK, gettext("Ask the applicant for more information"))
    if stage != "second":
        return [
            (decisions.APPROVE, gettext("Approve")),
            (decisions.REFUSE, gettext("Refuse")),
            ask,
        ]
    agree = {
        decisions.APPROVE: gettext("I agree: approve"),
        decisions.REFUSE: gettext("I agree: refuse"),
    }.get(application.proposal)
    back = (decisions.SEND_BACK, gettext("I do not agree: back to the first decision"))
    return [*([(application.proposal, agree)] if agree else []), back, ask]


def _organisations(application: Application) -> list[tuple[str, str]]:
    known = organisation_choice.known_ones(application)
    return [
        ("", gettext("Choose…")),
        (organisation_choice.ACCEPT, gettext("It is new: accept it as it is")),
        *((str(row.public_id), row.name) for row in known),
    ]


class IdentityForm(ServiceForm):
    """What an approver decides about somebody who lost every second factor."""

    choice = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("How you made sure, or why you refuse"),
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        help_text=_(
            "For instance: by telephone, at the number of the organisation that was known before. "
            "A call or mail that comes from the person proves nothing."
        ),
    )
    state = forms.CharField(widget=forms.HiddenInput, max_length=10)

    def __init__(
        self, *args: Any, check: IdentityCheck, stage: str, conflict: object = "", **kw: Any
    ) -> None:
        start = {"state": check.state, **kw.pop("initial", {})}
        super().__init__(*args, initial=start, **kw)
        self.conflict = conflict
        yes = (
            ("agree", gettext("I agree: remove the second factors"))
            if stage == "second"
            else ("sure", gettext("I am sure who this is"))
        )
        self.fields["choice"].choices = [
            *([yes] if stage else []),
            ("refuse", gettext("Refuse")),
        ]

"""Forms of groups. What they accept, the services check again."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.groups import rules
from community.groups.models import Group
from community.library.kinds import TOPIC
from community.library.vocabulary import choices
from portal.languages.table import LANGUAGE_CHOICES
from portal.organisations import regions
from portal.shared.errors import TooMany
from portal.vetting.service_form import ServiceForm


class KeepingForm(ServiceForm):
    """A form that keeps what was typed even where a limit is reached."""

    use_required_attribute = False

    def carry_out(self, service: Callable[..., Any], **known: Any) -> bool:
        """Call the service as ``ServiceForm`` does; a limit is said beside the fields as well."""
        try:
            return super().carry_out(service, **known)
        except TooMany as refused:
            minutes = max(1, -(-refused.wait // 60))
            self.status = 429
            self.add_error(
                None,
                ngettext(
                    "You have reached a limit. Wait %(count)d minute, then send this again.",
                    "You have reached a limit. Wait %(count)d minutes, then send this again.",
                    minutes,
                ) % {"count": minutes},
            )  # fmt: skip
            return False


def area(rows: int, most: int) -> forms.Textarea:
    """Return a field of several lines."""
    return forms.Textarea(attrs={"rows": rows, "dir": "auto", "maxlength": most})


class WordsForm(KeepingForm):
    """What a group is called and is for."""

    name = forms.CharField(
        label=_("Name of the group"), max_length=rules.LONGEST_NAME,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Write a name.")},
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("Purpose"), max_length=rules.LONGEST_PURPOSE,
        help_text=_("A few sentences: for whom it is, and what you do together."),
        widget=area(6, rules.LONGEST_PURPOSE),
        error_messages={"required": _("Say in a few sentences what the group is for.")},
    )  # fmt: skip


class AboutForm(WordsForm):
    """The same, and what a group is about. Offers these regions only."""

    kind = forms.ChoiceField(
        label=_("Kind of group"), choices=Group.Kind.choices, widget=forms.RadioSelect
    )
    region = forms.ChoiceField(
        label=_("Region or country"), required=False,
        help_text=_("A regional network needs one. You can choose the regions of your role."),
    )  # fmt: skip
    topic = forms.ChoiceField(
        label=_("Theme"), required=False, help_text=_("A group about a theme needs one.")
    )

    def __init__(self, codes: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, regions.name(code)) for code in codes]
        named.sort(key=lambda row: (row[0].isupper(), row[1]))
        region: Any = self.fields["region"]
        region.choices = [("", _("No region")), *named]
        topic: Any = self.fields["topic"]
        topic.choices = [("", _("No theme")), *choices(TOPIC)]


class EditForm(AboutForm):
    """A group as it is, with the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class MakeForm(AboutForm):
    """A new group."""

    joining = forms.ChoiceField(
        label=_("How to join"), choices=Group.Joining.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language of name and purpose"), choices=LANGUAGE_CHOICES)
    field_order = ("name", "purpose", "kind", "joining")


class DoorForm(KeepingForm):
    """How people join from now on; what each choice changes stands beside it."""

    joining = forms.ChoiceField(label=_("How to join"), widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, now: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Group.Joining.choices)
        joining: Any = self.fields["joining"]
        joining.choices = [(one, labels[one]) for one in rules.DOORS[now]]


class ReasonForm(KeepingForm):
    """Why: of a request, a refusal, a removal."""

    reason = forms.CharField(
        label=_("Reason"), max_length=rules.LONGEST_REASON, widget=area(4, rules.LONGEST_REASON),
        error_messages={"required": _("Say why in a sentence or two.")},
    )  # fmt: skip

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint


class DeedForm(KeepingForm):
    """The press of a button: nothing to fill in, but a refusal to be shown."""


class PersonForm(forms.Form):
    """Who is invited."""

    person = forms.UUIDField()

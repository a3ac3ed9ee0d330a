"""Forms of the directory. What they accept, the services check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.directory import contacts, services
from community.directory.kinds import FIELDS, NAME, Sight
from community.directory.models import Profile
from community.library.vocabulary import TOPICS
from portal.accounts.fields import AddressField
from portal.organisations.desk_forms import PhoneField, languages_field
from portal.vetting.service_form import ServiceForm

SIGHTS = {f"show_{field}": label for field, label in FIELDS.items()}


def _topics(label: Any, hint: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=hint, required=False, choices=list(TOPICS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def _text(label: Any, hint: Any, most: int, rows: int, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", "maxlength": most})
    return forms.CharField(label=label, help_text=hint, max_length=most, widget=widget, **more)


class ProfileForm(ServiceForm):
    """The entry of a member: what she writes, and for every field who sees it."""

    use_required_attribute = False

    languages = languages_field()
    topics = _topics(_("Expertise"), _("What colleagues can ask you about."))
    work = _text(
        _("About your work"),
        _("Two or three sentences, at most 600 characters. Write nothing about a case."),
        services.WORK, 4, required=False,
    )  # fmt: skip
    hours = forms.CharField(
        label=_("Time zone or working hours"), required=False, max_length=services.HOURS,
        help_text=_("Such as: 08:00–16:00, time of Dakar."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
    mentor = forms.BooleanField(label=_("I am available as a mentor"), required=False)
    mentor_topics = _topics(_("Topics you mentor in"), "")
    email = AddressField(label=_("E-mail address"), autocomplete="off", required=False)
    phone = PhoneField(label=_("Telephone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].help_text = _("The languages you work in.")
        for name, label in SIGHTS.items():
            sights = Sight.choices if name != f"show_{NAME}" else Sight.choices[:-1]
            self.fields[name] = forms.ChoiceField(
                label=_("Who sees this: %(field)s") % {"field": label}, choices=sights
            )


def values_of(profile: Profile | None) -> dict[str, Any]:
    """Return what the form begins with: what is stored, else the narrow defaults."""
    row = profile or Profile()
    found: dict[str, Any] = {f"show_{field}": sight for field, sight in row.sights.items()}
    if profile is not None:
        plain = ("work", "hours", "mentor", "email", "phone")
        found |= {name: getattr(profile, name) for name in plain}
        by_facet: dict[str, list[str]] = {}
        for term in profile.terms.all():
            by_facet.setdefault(term.facet, []).append(term.value)
        found["languages"] = by_facet.get("language", [])
        found["topics"] = by_facet.get("topic", [])
        found["mentor_topics"] = by_facet.get("mentor", [])
    return found


class AskForm(ServiceForm):
    """Why a member wants contact."""

    use_required_attribute = False
    reason = _text(
        _("Why do you ask?"),
        _("One or two sentences. This person reads them, with your name and organisation. "
          "Write nothing about a case."),
        contacts.LONGEST, 4,
        error_messages={"required": _("Say in a sentence or two why you ask.")},
    )  # fmt: skip


class DeclineForm(ServiceForm):
    """Why it is declined, if one wants to say."""

    use_required_attribute = False
    answer = _text(
        _("Reason"), _("The person who asked reads it."), contacts.LONGEST, 3, required=False
    )

"""The forms of the applicant and the sponsor: one question each, limits said first."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.fields import AddressField, NameField
from portal.organisations import regions
from portal.organisations.models import Organisation, Region, Unit
from portal.shared.errors import Invalid
from portal.shared.text import plain
from portal.vetting import flow, moves, sponsoring, terms
from portal.vetting.models import Application, Tier

YES_NO = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
WORK_LENGTH = 1000


def posted(request: HttpRequest) -> Any:
    """Return what was sent; None (an unbound form) when the page is only read."""
    return request.POST if request.method == "POST" else None


def put(form: forms.Form, refusal: Invalid) -> None:
    """Show beside the form what a service refused."""
    for name, words in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if refusal.message:
        form.add_error(None, str(refusal.message))


class LongTextField(forms.CharField):
    """A few sentences, cleaned of marks that turn the direction of text."""

    def __init__(self, *, length: int = moves.LONGEST, rows: int = 6, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        super().__init__(max_length=length, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        # Browsers send a line end as two characters but count it as one.
        return plain(str(super().to_python(value)).replace("\r\n", "\n"))


class WorkForm(forms.Form):
    """Which work do you do? Also the question of the eligibility check."""

    work = forms.ChoiceField(
        label=_("Which work do you do?"),
        choices=flow.WORK_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the work that fits best."),
            "invalid_choice": _("Choose the work that fits best."),
        },
        help_text=_("Choose what fits best. The people who check look at what you do."),
    )


class NameForm(forms.Form):
    """Her name; the account keeps the same."""

    name = NameField(
        label=_("Full name"),
        max_length=150,
        help_text=_("As on your service card, so that your sponsor knows who asks."),
        error_messages={"required": _("Enter your full name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


class CountryForm(forms.Form):
    """Her country; the account keeps the same."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=regions.choices,
        error_messages={
            "required": _("Choose a country from the list."),
            "invalid_choice": _("Choose a country from the list."),
        },
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    def clean_country(self) -> Region:
        """Return the place itself."""
        found = Region.objects.filter(pk=self.cleaned_data["country"]).first()
        if found is None:
            raise forms.ValidationError(_("Choose a country from the list."))
        return found


class OrganisationForm(forms.Form):
    """One of the organisations she may pick, by its public id. The page draws the list."""

    organisation = forms.UUIDField(
        label=_("Organisation"),
        error_messages={
            "required": _("Choose an organisation, or add yours if it is not in the list."),
            "invalid": _("Choose an organisation from the list."),
        },
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = organisations

    def clean_organisation(self) -> Organisation:
        """Return the organisation itself."""
        found = self.organisations.filter(public_id=self.cleaned_data["organisation"]).first()
        if found is None:
            raise forms.ValidationError(_("Choose an organisation from the list."))
        return found


class NewOrganisationForm(forms.Form):
    """An organisation that is not in the list."""

    name = NameField(
        label=_("Name of the organisation"),
        max_length=200,
        help_text=_("The official name in your language, with the department if there is one."),
        error_messages={"required": _("Enter the name of the organisation.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization", "dir": "auto"}),
    )
    unit = forms.ChoiceField(label=_("Kind of organisation"), choices=Unit.choices)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courier = application.tier == Tier.COURIER
        field: Any = self.fields["unit"]
        field.choices = [row for row in Unit.choices if (row[0] == Unit.COURIER) == courier]
        field.initial = application.eligible_as


class PostForm(forms.Form):
    """Post and work."""

    post = NameField(
        label=_("Post"),
        max_length=150,
        help_text=_("For example: customs officer, parcel control."),
        error_messages={"required": _("Enter your post.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization-title", "dir": "auto"}),
    )
    work = LongTextField(
        label=_("What you do"),
        length=WORK_LENGTH,
        help_text=_(
            "A few sentences, at most 1,000 characters: what your work has to do with firearms "
            "trafficking. No names of other people and nothing about cases."
        ),
        error_messages={"required": _("Write in a few sentences what you do.")},
    )


class SponsorForm(forms.Form):
    """The address of the member who knows her. Whether it is a member's is not said."""

    sponsor_email = AddressField(
        label=_("E-mail address of your sponsor"),
        autocomplete="off",
        error_messages={
            "required": _("Enter the e-mail address of a member who knows you."),
            "invalid": _("Enter an e-mail address such as name@example.org."),
        },
    )

    def __init__(self, *args: Any, applicant: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applicant = applicant

    def clean_sponsor_email(self) -> str:
        """Return the address; her own is refused."""
        address: str = self.cleaned_data["sponsor_email"]
        try:
            sponsoring.not_herself(self.applicant, address)
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal.fields["sponsor_email"])) from None
        return address


class TermsForm(forms.Form):
    """Consent to the text on the page; which text it was travels with it."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=20)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    accept = forms.BooleanField(
        label=_("I have read the terms and accept them."),
        error_messages={"required": _("You can go on only if you accept the terms.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        start = {"version": terms.CURRENT, "digest": terms.digest(terms.CURRENT, language)}
        super().__init__(*args, initial=start, **kwargs)
        self.language = language

    def clean(self) -> dict[str, Any]:
        """Return version, language and digest, as the service takes them."""
        found = dict(self.cleaned_data)
        found.pop("accept", None)
        return {**found, "language": self.language}


class LetterForm(forms.Form):
    """One file."""

    letter = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word or text document, or picture. At most three files."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose another."),
        },
    )


class InformationForm(forms.Form):
    """The answer to what the approvers asked."""

    text = LongTextField(
        label=_("Your answer"),
        help_text=_("At most 2,000 characters."),
        error_messages={"required": _("Write your answer.")},
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, Word or text document, or picture."),
        error_messages={"empty": _("This file is empty. Choose another.")},
    )


class AppealForm(forms.Form):
    """Why the refusal should be looked at again."""

    text = LongTextField(
        label=_("Why should the decision be changed?"),
        help_text=_("At most 2,000 characters. Say what was overlooked or has changed."),
        error_messages={"required": _("Write why the decision should be changed.")},
    )


class SponsorAnswerForm(forms.Form):
    """Two questions to the sponsor; the second field that is needed depends on the answer."""

    knows = forms.ChoiceField(
        label=_("Do you know this person from work?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you know this person from work.")},
    )
    how = LongTextField(
        label=_("How do you know this person?"),
        length=500,
        rows=3,
        required=False,
        help_text=_("One or two sentences, if you know this person. The approvers read it."),
    )
    vouches = forms.ChoiceField(
        label=_("Do you vouch that this person can be trusted with what members share?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you vouch for this person.")},
    )
    reason = LongTextField(
        label=_("If not: why?"),
        length=500,
        rows=3,
        required=False,
        help_text=_("Only the approvers read it. The applicant sees that you declined."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the words that belong to the answer."""
        data = dict(self.cleaned_data)
        yes = data.get("vouches") == "yes"
        if yes and data.get("knows") == "no":
            self.add_error("vouches", _("You can vouch only for somebody you know from work."))
        if yes and data.get("knows") == "yes" and not data.get("how"):
            self.add_error("how", _("Write in one or two sentences how you know this person."))
        if data.get("vouches") == "no" and not data.get("reason"):
            self.add_error("reason", _("Write in one or two sentences why you do not vouch."))
        return data

    def answer(self) -> dict[str, Any]:
        """Return what the service takes."""
        vouches = self.cleaned_data["vouches"] == "yes"
        return {"vouches": vouches, "text": self.cleaned_data["how" if vouches else "reason"]}

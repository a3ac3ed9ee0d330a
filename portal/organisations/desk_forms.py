"""Forms of the desk and of the directory. What they accept is what the services store."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.fields import AddressField, NameField
from portal.organisations import regions
from portal.organisations.languages import language_choices
from portal.organisations.models import FocalPoint, Organisation, Region, Unit
from portal.organisations.names import tidy
from portal.organisations.permissions import countries_of

NAMES = 50  # other names of one organisation, at most
PHONE = re.compile(r"[+0-9(][0-9 ()./-]{3,}(?:(?:ext|x|#)\.? ?[0-9]{1,6})?")


class OrganisationNameField(NameField):
    """A name with at least one letter or digit in it."""

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if name and not any(char.isalnum() for char in name):
            raise forms.ValidationError(_("Write the name in letters."))
        return name


class OtherNamesField(forms.CharField):
    """One name a line, given back as a list."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        super().__init__(required=False, max_length=5_000, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [tidy(line) for line in str(super().clean(value)).splitlines()]
        found = [line for line in lines if line]
        if len(found) > NAMES or any(len(line) > 200 for line in found):
            raise forms.ValidationError(
                _("At most %(count)s names, each of at most 200 characters.") % {"count": NAMES}
            )
        return found


class PhoneField(forms.CharField):
    """A telephone number with its country code: digits, spaces and the usual signs."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("With the country code, such as +221 33 000 00 00."))
        attrs = {"type": "tel", "autocomplete": "off", "dir": "ltr"}
        super().__init__(
            required=False, max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs
        )

    def clean(self, value: Any) -> str:
        number = tidy(str(super().clean(value)))
        if number and not PHONE.fullmatch(number):
            raise forms.ValidationError(_("Enter a telephone number such as +221 33 000 00 00."))
        return number


class LanguagesWidget(forms.CheckboxSelectMultiple):
    """Check boxes: the group of other languages lies below a fold, open if one is chosen."""

    template_name = "portal/organisations/languages_widget.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        chosen = [
            option["selected"] for group, options, _index in groups if group for option in options
        ]
        context["widget"]["open"] = any(chosen)
        return context


def languages_field() -> forms.MultipleChoiceField:
    """The languages a desk can be written to in."""
    return forms.MultipleChoiceField(
        label=_("Languages"),
        choices=language_choices,
        required=False,
        help_text=_("In which it can be written to or called."),
        widget=LanguagesWidget,
    )


def desk_address(label: Any, **kwargs: Any) -> AddressField:
    """Return a field for an address that need not be given."""
    return AddressField(label=label, autocomplete="off", required=False, **kwargs)


class OrganisationForm(forms.Form):
    """Everything the desk keeps of an organisation."""

    name = OrganisationNameField(
        label=pgettext_lazy("of an organisation", "Name"),
        max_length=200,
        help_text=_("In full, in the language it is known by."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Enter the name of the organisation.")},
    )
    other_names = OtherNamesField(
        label=_("Other names"),
        help_text=_(
            "Short names, former names, names in other languages: one a line. "
            "The organisation is found by these too."
        ),
    )
    country = forms.ChoiceField(
        label=_("Country"), error_messages={"required": _("Choose a country.")}
    )
    unit = forms.ChoiceField(
        label=_("Kind of unit"),
        choices=[("", _("Choose one")), *Unit.choices],
        error_messages={"required": _("Choose the kind of unit.")},
    )
    languages = languages_field()
    contact_name = NameField(
        label=_("Contact: desk or person"),
        max_length=150,
        required=False,
        help_text=_("Members see this contact."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    contact_email = desk_address(_("Contact: e-mail address"))
    contact_phone = PhoneField(label=_("Contact: telephone"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, country: str = "", **kwargs: Any) -> None:
        """``country`` is the present one: it may stay although it is not the user's to choose."""
        super().__init__(*args, **kwargs)
        codes = {*countries_of(user), *([country] if country else [])}
        rows = [row for row in regions.choices() if row[0] in codes]
        self.fields["country"].choices = [("", gettext("Choose one")), *rows]
        if country in regions.NOTES:
            self.fields["country"].help_text = regions.NOTES[country]

    def clean_country(self) -> Region:
        """Return the place itself."""
        region = Region.objects.filter(pk=self.cleaned_data["country"]).first()
        if region is None:
            raise forms.ValidationError(_("Choose a country from the list."))
        return region

    @classmethod
    def of(cls, row: Organisation, data: Any, *, user: Any) -> "OrganisationForm":
        """Return the form for a stored organisation."""
        start = {name: getattr(row, name) for name in cls.base_fields}
        start["country"] = row.country_id
        return cls(data, initial=start, user=user, country=row.country_id)

    def seen(self) -> int:
        """Return the version the form was written for; 0 fits none."""
        return self.cleaned_data.get("version") or 0

    def values(self) -> dict[str, Any]:
        """Return what the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class SeenForm(forms.Form):
    """What a button says about the page it stood on: the version, or the state, that was shown."""

    version = forms.IntegerField(required=False)
    state = forms.CharField(required=False, max_length=64)

    def seen(self) -> dict[str, Any]:
        """Return both; what cannot be read fits nothing that is stored."""
        self.is_valid()
        found = self.cleaned_data
        return {"version": found.get("version") or 0, "state": found.get("state") or ""}


class IntoForm(forms.Form):
    """Which organisation a duplicate is merged into."""

    into = forms.UUIDField(required=False)

    def chosen(self) -> UUID | None:
        """Return the id; None if none or nonsense was given."""
        return self.cleaned_data["into"] if self.is_valid() else None


class FocalPointForm(forms.Form):
    """Who, or which desk, answers for one function."""

    person_email = desk_address(
        _("E-mail address of the person"),
        help_text=_("The address the person signs in with. Only members of this organisation."),
    )
    contact_email = desk_address(_("E-mail address of the desk"), help_text=_("Members see it."))
    contact_phone = PhoneField(label=_("Telephone of the desk"))
    languages = languages_field()

    @staticmethod
    def start_of(row: FocalPoint | None) -> dict[str, Any]:
        """Return what the form shows of a stored focal point."""
        if row is None:
            return {}
        return {
            "person_email": row.person.email if row.person else "",
            "contact_email": row.contact_email,
            "contact_phone": row.contact_phone,
            "languages": row.languages,
        }


def _any() -> str:
    return gettext("Any")


class Filter(forms.Form):
    """What a list is narrowed by. Nonsense in an address counts as not chosen."""

    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=pgettext_lazy("of an organisation", "Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    unit = forms.ChoiceField(
        label=_("Kind of unit"),
        choices=[("", lazy(_any, str)()), *Unit.choices],
        required=False,
    )

    def __init__(self, *args: Any, countries: list[str] | None = None, **kwargs: Any) -> None:
        """``countries`` are those offered; None offers all."""
        super().__init__(*args, **kwargs)
        rows = [row for row in regions.choices() if row[0]]
        chosen = rows if countries is None else [row for row in rows if row[0] in countries]
        self.fields["country"].choices = [("", gettext("Any")), *chosen]

    def chosen(self) -> dict[str, Any]:
        """Return the values that are valid and not empty, without the place in the list."""
        self.is_valid()
        found = self.cleaned_data.items()
        return {name: value for name, value in found if value and name != "after"}

    def place(self) -> UUID | None:
        """Return the organisation after which the page begins."""
        self.is_valid()
        return self.cleaned_data.get("after")

    def query(self) -> str:
        """Return what was chosen, for the address of the next page."""
        return urlencode(self.chosen())


class DeskFilter(Filter):
    """The desk's list: also by state, and contacts that should be confirmed."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", lazy(_any, str)()), *Organisation.State.choices],
        required=False,
    )
    old = forms.BooleanField(label=_("Contact not confirmed for 12 months"), required=False)


class DirectoryFilter(Filter):
    """The members' list: also by function of the focal point and by language."""

    function = forms.ChoiceField(
        label=_("Focal point for"),
        choices=[("", lazy(_any, str)()), *FocalPoint.Function.choices],
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", gettext("Any")), *language_choices()]

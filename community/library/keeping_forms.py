"""Forms of a member's own pages in the library. What they accept, the services check again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.library.asking import LONGEST
from portal.vetting.service_form import ServiceForm

_WORDS = {"required": _("Write a name."), "max_length": _("Use at most 120 characters.")}


class ShelfForm(ServiceForm):
    """The name of a shelf."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name of the shelf"), max_length=120, error_messages=_WORDS)


class KeepForm(ServiceForm):
    """A search to keep: its name, its query string, and whether to be told of what is new."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name of the search"), max_length=120, error_messages=_WORDS)
    query = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    alert = forms.BooleanField(required=False, label=_("Tell me when something new is found"))


class SwitchForm(forms.Form):
    """Whether to be told of what is new."""

    alert = forms.BooleanField(required=False)


class PlaceForm(forms.Form):
    """The shelf a record is put on."""

    shelf = forms.UUIDField()

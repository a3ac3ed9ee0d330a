"""The one question before an account is deleted."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    """A box to tick: nothing has to be typed or remembered."""

    understood = forms.BooleanField(
        label=_("I understand that my account and my work are deleted for good."),
        error_messages={"required": _("Tick the box if you want to delete the account.")},
    )

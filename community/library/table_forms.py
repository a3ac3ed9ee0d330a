"""The form that takes a table of records in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.library.csv_records import MOST_BYTES, Table, parse

MEBIBYTE = 1024 * 1024


class TableForm(forms.Form):
    """A table, and whether its good rows are wanted though others are bad."""

    table = forms.FileField(
        label=gettext_lazy("Table (CSV, in UTF-8)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    rest = forms.BooleanField(
        label=gettext_lazy("Import the rest: leave out rows that cannot be taken in"),
        required=False,
    )

    def clean_table(self) -> Table:
        """Return what stands in the table. Raises ValidationError for one that is too large."""
        sent: Any = self.cleaned_data["table"]
        if sent.size > MOST_BYTES:
            raise ValidationError(
                _("Use at most %(count)d MB.") % {"count": MOST_BYTES // MEBIBYTE}
            )
        return parse(sent.read(MOST_BYTES + 1))

"""The form that takes a table of records in, or a file of Dublin Core."""

import base64
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.library import csv_records, dublin_core_records
from community.library.csv_records import MOST_BYTES, Table
from portal.shared import ids
from portal.shared.ratelimit import HOUR

MEBIBYTE = 1024 * 1024
KEPT_FOR = HOUR  # seconds a refused file waits for "Import the rest"


def read(data: bytes) -> Table:
    """Return what stands in a file, whichever of the two kinds it is."""
    kind = dublin_core_records if dublin_core_records.is_xml(data) else csv_records
    return kind.parse(data)


class TableForm(forms.Form):
    """A table, and whether its good rows are wanted though others are bad.

    A file that was refused is ``kept`` for an hour, for whoever sent it: asking for the rest of it
    needs no second choosing.
    """

    table = forms.FileField(
        label=gettext_lazy("Table (CSV, in UTF-8) or Dublin Core (XML)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xml,text/csv,application/xml"}),
        required=False,
        allow_empty_file=True,
    )
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    rest = forms.BooleanField(
        label=gettext_lazy("Import the rest: leave out rows that cannot be taken in"),
        required=False,
    )

    def __init__(self, owner: int, *sent: Any) -> None:
        super().__init__(*sent)
        self.owner = owner
        self.content = b""

    def clean(self) -> dict[str, Any]:
        """Read the file that was sent, else the one that was kept. ``table`` becomes a Table.

        Raises ValidationError for one that is too large, and where there is none.
        """
        values = super().clean() or self.cleaned_data
        if "table" in self.errors:
            return values
        sent: Any = values.get("table")
        if sent and sent.size > MOST_BYTES:
            words = _("Use at most %(count)d MB.") % {"count": MOST_BYTES // MEBIBYTE}
            raise ValidationError({"table": words})
        kept = None if sent else cache.get(self._key(values.get("kept", "")))
        if not sent and kept is None:
            raise ValidationError({"table": _("Choose a file.")})
        self.content = sent.read(MOST_BYTES + 1) if sent else base64.b64decode(kept)
        return values | {"table": read(self.content)}

    def keep(self) -> str:
        """Keep the file for this person; return the word that ``kept`` has next time."""
        word = ids.token()
        cache.set(self._key(word), base64.b64encode(self.content).decode(), KEPT_FOR)
        return word

    def _key(self, word: str) -> str:
        return f"library-table:{self.owner}:{word}"

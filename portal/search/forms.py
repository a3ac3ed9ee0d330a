"""What a person may ask the search for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.shared.text import plain, search_terms

MAX_LENGTH = 200
# A long Chinese query is one term per character. More than this makes no result better, and the
# full-text index limits how deep a query may be.
MAX_TERMS = 24


class SearchForm(forms.Form):
    """A query of at most 200 characters. ``terms`` holds its first words when it is valid."""

    q = forms.CharField(
        required=False,
        max_length=MAX_LENGTH,
        label=_("Search courses and pages"),
        error_messages={
            "max_length": _(
                "Use at most %(limit_value)d characters. You have written %(show_value)d."
            )
        },
    )

    def __init__(self, data: Any):
        text = " ".join(plain(data.get("q", "").replace("\x00", " ")).split())
        super().__init__({"q": text})
        self.text = text
        self.terms: list[str] = []

    def clean_q(self) -> str:
        """Refuse a query without a word in it, and a single letter of an alphabet."""
        text: str = self.cleaned_data["q"]
        self.terms = search_terms(text)[:MAX_TERMS]
        if text and not self.terms:
            raise forms.ValidationError(_("Write at least one word."))
        if len(self.terms) == 1 and len(self.terms[0]) == 1 and self.terms[0].isascii():
            raise forms.ValidationError(_("Write at least two letters."))
        return text

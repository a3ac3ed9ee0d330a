"""A list of choices in one JSON column, edited as check boxes."""

from typing import Any

from django import forms
from django.db import models


class ChoiceListField(models.JSONField):
    """Holds a list of keys out of ``options``; an empty list is allowed."""

    def __init__(self, *args: Any, options: list[tuple[str, Any]] | None = None, **kwargs: Any):
        self.options = options or []
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:  # type: ignore[override]
        kwargs.pop("encoder", None), kwargs.pop("decoder", None)
        return forms.MultipleChoiceField(
            choices=self.options,
            required=False,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )

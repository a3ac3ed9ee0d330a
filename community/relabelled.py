"""Labels that people change while others write: what is kept of a change, and what was seen."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from portal.markings.labels import Label, is_lower, label_of
from portal.shared import clock
from portal.shared.errors import Conflict

LONGEST_WHY = 500


class Relabelled(models.Model):
    """Base of what has its label changed by people. ``label_why``: the reason of a lowering."""

    labelled_at = models.DateTimeField(null=True, blank=True)
    labelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    label_why = models.CharField(max_length=LONGEST_WHY, blank=True)

    class Meta:
        abstract = True

    def note_label(self, by: Any, why: str = "") -> list[str]:
        """Note who changed the label now, and why; return the fields to save."""
        self.labelled_at, self.labelled_by, self.label_why = clock.now(), by, why
        return ["labelled_at", "labelled_by", "label_why"]


class SeenLabel(forms.ChoiceField):
    """The label that a form of writing shows: what she writes goes no further than she saw."""

    def __init__(self) -> None:
        choices = [(row.value, row.tlp) for row in Label]
        super().__init__(required=False, choices=choices, widget=forms.HiddenInput)


def check_seen(label: str, seen: str) -> None:
    """Raise Conflict where a label was lowered since somebody saw it ("": she saw none)."""
    if seen in set(Label) and is_lower(label, seen):
        raise Conflict(
            _(
                "The label was lowered to %(label)s meanwhile. Your text is kept. Send it again "
                "only if it may go that far."
            )
            % {"label": label_of(label).tlp}
        )

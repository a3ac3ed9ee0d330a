"""Forms of the studio: a record's details, its files, its label."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from community.library import kinds, vocabulary
from community.library.editing import editable
from community.library.files import ACCEPTED
from community.library.models import Publication
from portal.files.queries import limits_of
from portal.markings.labels import Label
from portal.vetting.service_form import ServiceForm


class PublicationForm(WagtailAdminModelForm):
    """Other records are named by number or address, so that no list shows what is not hers."""

    replaces_record = forms.CharField(label=gettext_lazy("Replaces the record"), required=False)
    related_records = forms.CharField(
        label=gettext_lazy("Related records"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Numbers or addresses of records, one in each line."),
    )
    course_slugs = forms.CharField(
        label=gettext_lazy("Related courses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The last part of each course's address, one in each line."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thing = self.instance
        seen = self._seen()
        if thing.replaces_id and seen.filter(pk=thing.replaces_id).exists():
            self.initial["replaces_record"] = _key_of(thing.replaces)
        shown = seen.filter(pk__in=[row.pk for row in thing.related.all()]) if thing.pk else []
        self.initial["related_records"] = "\n".join(_key_of(row) for row in shown)
        self.initial["course_slugs"] = "\n".join(thing.courses or [])

    def _seen(self) -> Any:
        return editable(self.for_user) if self.for_user else Publication.objects.none()

    def clean_replaces_record(self) -> Publication | None:
        """Return the record named. Raises ValidationError for one she may not know of."""
        found = self._found(self.cleaned_data["replaces_record"])
        return found[0] if found else None

    def clean_related_records(self) -> list[Publication]:
        """Return the records named. Raises ValidationError for one she may not know of."""
        return self._found(self.cleaned_data["related_records"])

    def clean_course_slugs(self) -> list[str]:
        """Return the slugs, each once."""
        return list(dict.fromkeys(self.cleaned_data["course_slugs"].split()))

    def _found(self, text: str) -> list[Publication]:
        found = []
        for key in text.split():
            row = self._record(key)
            if row is None or row.pk == self.instance.pk:
                raise forms.ValidationError(_("There is no record %(key)s.") % {"key": key})
            found.append(row)
        return found

    def _record(self, key: str) -> Publication | None:
        last = key.rstrip("/").rpartition("/")[2]
        try:
            return self._seen().filter(public_id=uuid.UUID(last)).first()
        except ValueError:
            return self._seen().filter(shipped=last).first()

    def save(self, commit: bool = True) -> Publication:
        """Put what was named into the record; others she cannot see stay as they are."""
        thing = self.instance
        hidden_one = thing.replaces_id and not self._seen().filter(pk=thing.replaces_id).exists()
        if not hidden_one:
            thing.replaces = self.cleaned_data.get("replaces_record")
        if "related_records" in self.cleaned_data:
            shown = set(self._seen().values_list("pk", flat=True)) if thing.pk else set()
            kept = [row for row in thing.related.all() if row.pk not in shown] if thing.pk else []
            thing.related = [*kept, *self.cleaned_data["related_records"]]
        thing.courses = self.cleaned_data.get("course_slugs", thing.courses)
        saved: Publication = super().save(commit)
        return saved


def _key_of(publication: Publication) -> str:
    return str(publication.shipped or publication.public_id)


class FileForm(ServiceForm):
    """A file in a language."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the document"))
    upload = forms.FileField(label=gettext_lazy("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", "–"), *vocabulary.choices(kinds.LANGUAGE)]
        limits = limits_of(ACCEPTED)
        self.fields["upload"].help_text = _("%(types)s, at most %(size)s MB.") % {
            "types": limits["types"], "size": limits["documents"],
        }  # fmt: skip


class LabelForm(ServiceForm):
    """Another label; lowering one wants a reason."""

    label = forms.ChoiceField(
        label=gettext_lazy("Label"), choices=[(row.value, row.tlp) for row in Label]
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, where the label is lowered"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

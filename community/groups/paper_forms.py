"""Forms of papers. What they accept, the services check again."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from community.groups import rules
from community.groups.forms import KeepingForm, area
from community.groups.paper_permissions import ACCEPTED
from community.relabelled import LONGEST_WHY, SeenLabel
from portal.languages.table import LANGUAGE_CHOICES
from portal.markings.labels import Label
from portal.shared import ratelimit

HELP = _(
    "Markdown: an empty line begins a paragraph, # a heading, - a list, **bold**, *emphasis*, "
    "[words](https://…) a link."
)
ACCEPT = ",".join(f".{ending}" for ending in sorted(ACCEPTED))


class MarkdownField(forms.CharField):
    """The text of a version."""

    def __init__(self, **kwargs: Any) -> None:
        most = ratelimit.get("paper-size").amount
        super().__init__(
            label=_("Text"), help_text=HELP, max_length=most, strip=False,
            widget=area(20, most), **kwargs,
        )  # fmt: skip


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("What changed"), required=False, max_length=rules.LONGEST_NOTE,
        help_text=_("One sentence for the others."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip


def _file(**kwargs: Any) -> forms.FileField:
    return forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ACCEPT}), **kwargs
    )


class BeginForm(KeepingForm):
    """A new paper with its first version: a text or a file."""

    title = forms.CharField(
        label=_("Title"), max_length=rules.LONGEST_TITLE,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Write a title.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the paper"), choices=LANGUAGE_CHOICES)
    label = forms.ChoiceField(
        label=_("Handling label"), choices=[(row.value, row.tlp) for row in Label],
        widget=forms.RadioSelect, initial=Label.GREEN.value,
        help_text=_(
            "Only people in this group read the paper, whatever its label. AMBER: of them, your "
            "organisation and whom you name. AMBER+STRICT: your organisation alone. RED: you and "
            "the people you name."
        ),
    )  # fmt: skip
    text = MarkdownField(required=False)
    upload = _file(required=False, help_text=_("Instead of a text."))


class WriteForm(KeepingForm):
    """The text of a new version; ``base`` is the version it was written on."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = MarkdownField(error_messages={"required": _("Write the text of the paper.")})
    note = _note()
    seen_label = SeenLabel()


class FileForm(KeepingForm):
    """A file as a new version."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    upload = _file(error_messages={"required": _("Choose a file.")})
    note = _note()
    seen_label = SeenLabel()


class CommentForm(KeepingForm):
    """A comment on a version, or an answer to one."""

    text = forms.CharField(
        label=_("Your comment"), max_length=rules.LONGEST_COMMENT,
        widget=area(4, rules.LONGEST_COMMENT),
        error_messages={"required": _("Write your comment.")},
    )  # fmt: skip
    seen_label = SeenLabel()


class LabelForm(KeepingForm):
    """Another label for a paper; ``seen`` is the one the form was made from."""

    label = forms.ChoiceField(label=_("New label"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason, where the label is lowered"), required=False, max_length=LONGEST_WHY,
        help_text=_("Everybody who reads the paper sees it."), widget=area(3, LONGEST_WHY),
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, choices: list[Label], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label: Any = self.fields["label"]
        label.choices = [(row.value, row.tlp) for row in choices]


class ReadersForm(KeepingForm):
    """The people of the group who are named as readers."""

    people = forms.TypedMultipleChoiceField(
        label=_("People who may read this paper"), required=False, coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, rows: list[tuple[Any, bool]], *args: Any, **kwargs: Any) -> None:
        named = [str(row.person.public_id) for row, is_named in rows if is_named]
        super().__init__(*args, initial={"people": named}, **kwargs)
        field: Any = self.fields["people"]
        field.choices = [
            (
                str(row.person.public_id),
                f"{row.person.name} – {row.person.membership.organisation.name}",
            )
            for row, _named in rows
        ]

"""Forms about case digests. What they accept, the services check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.digests import rules
from community.digests.models import Digest, DigestReview
from community.digests.reviewing import LABELS
from community.digests.writing import LONGEST_WHY
from community.library import vocabulary
from community.library.kinds import TOPIC
from portal.languages.table import LANGUAGE_CHOICES
from portal.organisations.regions import GROUPS
from portal.vetting.service_form import ServiceForm

LINKS = {"rows": 3, "dir": "ltr"}


def _text(label: Any, hint: Any, rows: int, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget, **more)


class _Form(ServiceForm):
    use_required_attribute = False


class BeginForm(_Form):
    """The language a digest is written in."""

    language = forms.ChoiceField(label=_("Language of the digest"), choices=LANGUAGE_CHOICES)


class WriteForm(_Form):
    """A digest as it is written; half of it may be kept."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"), required=False, max_length=200,
        help_text=_("What the case teaches, not what it was called."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
    title_en = forms.CharField(
        label=_("Title in English"), required=False, max_length=200,
        help_text=_("Only where the digest is in another language: so that everybody finds it."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the digest"), choices=LANGUAGE_CHOICES)
    region = forms.ChoiceField(
        label=_("Region"), required=False, help_text=_("Never a country: a region at most.")
    )
    topics = forms.MultipleChoiceField(
        label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["region"].choices = [("", _("No region")), *GROUPS.items()]
        fields["topics"].choices = vocabulary.choices(TOPIC)
        for code, (title, hint) in rules.SECTIONS.items():
            fields[code] = _text(title, hint, 6, max_length=rules.LONGEST)
        for name, label, hint in (
            ("sherloc", _("SHERLOC references"), _("One address on each line.")),
            ("judgments", _("National judgments"), _("One public https address on each line.")),
        ):
            fields[name] = forms.CharField(
                label=label, help_text=hint, required=False, widget=forms.Textarea(attrs=LINKS)
            )


class CheckForm(_Form):
    """The checklist: each line ticked, or a reason why it is not needed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, words in rules.CHECKS.items():
            self.fields[f"done_{code}"] = forms.BooleanField(label=words, required=False)
            self.fields[f"why_{code}"] = forms.CharField(
                label=_("Why it is not needed"), required=False, max_length=LONGEST_WHY,
                widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            )  # fmt: skip

    def rows(self) -> list[tuple[Any, Any]]:
        """Return the fields of each line together."""
        return [(self[f"done_{code}"], self[f"why_{code}"]) for code in rules.CHECKS]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        return {
            "version": found.get("version"),
            "done": [code for code in rules.CHECKS if found.get(f"done_{code}")],
            "why": {code: found.get(f"why_{code}", "") for code in rules.CHECKS},
        }


class ReviewForm(_Form):
    """What a reviewer decides, with comments on parts."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Your decision"), widget=forms.RadioSelect,
        choices=[
            (DigestReview.Decision.APPROVE, _("Approve")),
            (DigestReview.Decision.CHANGES, _("Ask for changes")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, (title, _hint) in rules.SECTIONS.items():
            self.fields[code] = _text(title, _("Your comment"), 2, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        comments = {code: found.get(code, "") for code in rules.SECTIONS}
        return {
            "version": found.get("version"), "decision": found.get("decision"),
            "comments": comments,
        }  # fmt: skip


class ReleaseForm(_Form):
    """The label a digest is released under."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    label = forms.ChoiceField(
        label=_("Label"), widget=forms.RadioSelect,
        choices=[(row.value, row.tlp) for row in LABELS], initial="GREEN",
        help_text=_("CLEAR: everybody, also outside. GREEN: members only."),
    )  # fmt: skip


class WithdrawForm(_Form):
    """Why a released digest is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, help_text=_("The author reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip


def values_of(digest: Digest) -> dict[str, Any]:
    """Return a digest as its form shows it."""
    return {
        "version": digest.version, "title": digest.title, "title_en": digest.title_en,
        "language": digest.language, "region": digest.region, "topics": digest.topics,
        "sherloc": "\n".join(digest.sherloc), "judgments": "\n".join(digest.judgments),
        **digest.sections,
    }  # fmt: skip

"""Forms of discussions. What they accept, the services check again."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.discussions.kinds import LONGEST_POST, LONGEST_REASON, LONGEST_TITLE, TopicKind
from community.discussions.models import LABELS
from community.relabelled import SeenLabel
from portal.languages.table import LANGUAGE_CHOICES
from portal.vetting.service_form import ServiceForm

TEXT = {"rows": 10, "dir": "auto", "maxlength": LONGEST_POST}
MARKDOWN = _(
    "You can use Markdown: an empty line begins a paragraph, **two stars** make words strong, "
    "a line that begins with “- ” is an item of a list, “> ” a quotation."
)


class PeopleField(forms.MultipleChoiceField):
    """Public ids of people; whom one may mention is for the service to say."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: Any) -> bool:
        return True

    def clean(self, value: Any) -> list[uuid.UUID]:
        """Return the ids. Raises ValidationError for what is none."""
        try:
            return [uuid.UUID(one) for one in super().clean(value)]
        except ValueError:
            raise forms.ValidationError(_("Choose the people again.")) from None


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were sent, each checked to be one."""
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class ReplyForm(ServiceForm):
    """A post: text, people it is for, files."""

    use_required_attribute = False
    text = forms.CharField(
        label=_("Text of your post"), help_text=MARKDOWN, strip=False,
        widget=forms.Textarea(attrs=TEXT), error_messages={"required": _("Write a text.")},
    )  # fmt: skip
    mentions = PeopleField(required=False)
    uploads = FilesField(required=False, label=_("Files"))
    seen_label = SeenLabel()


class AskForm(ServiceForm):
    """A new topic with its first post."""

    use_required_attribute = False
    space = forms.ChoiceField(
        label=_("Space"), error_messages={"required": _("Choose a space.")},
        help_text=_("Who reads the space reads your post."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=TopicKind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose question or discussion.")},
        help_text=_("In a question you can accept the answer that helped."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Write a title of 3 to 200 characters.")},
    )  # fmt: skip
    text = ReplyForm.base_fields["text"]
    label = forms.ChoiceField(
        label=_("Handling label"), choices=LABELS, widget=forms.RadioSelect,
        help_text=_(
            "TLP:GREEN: for the community, not for the public. TLP:CLEAR: for anyone. Whatever is "
            "stricter belongs into a sealed room."
        ),
        error_messages={"required": _("Choose a label.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of your text"), choices=LANGUAGE_CHOICES)
    mentions = PeopleField(required=False)
    uploads = FilesField(required=False, label=_("Files"))
    about = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(self, *args: Any, spaces: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["space"].choices = [("", _("Choose…")), *spaces]


class EditForm(ServiceForm):
    """A changed post; of a first one also the title. ``seen``: how often it was edited before."""

    use_required_attribute = False
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
    text = ReplyForm.base_fields["text"]
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_label = SeenLabel()


class ReasonForm(ServiceForm):
    """Why a moderator does something; the author reads it."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Say why in a sentence or two.")},
    )  # fmt: skip


class LabelForm(ServiceForm):
    """Another label for a topic, why it is lowered, and the label the form was made from."""

    use_required_attribute = False
    label = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose a label.")}
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_REASON,
        help_text=_("Everybody who reads the topic sees it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip


class ReportForm(ServiceForm):
    """Why a post is reported."""

    use_required_attribute = False
    why = forms.ChoiceField(
        label=_("What is wrong with it?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("What moderators should know"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, whys: list[tuple[str, Any]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["why"].choices = whys


class SpaceForm(ServiceForm):
    """What a new space is about."""

    use_required_attribute = False
    about = forms.ChoiceField(
        label=_("What is the space about?"),
        error_messages={"required": _("Choose what the space is about.")},
    )

    def __init__(self, *args: Any, choices: list[Any], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["about"].choices = [("", _("Choose…")), *choices]


class MoveForm(ServiceForm):
    """The space a topic is moved to."""

    use_required_attribute = False
    space = forms.ChoiceField(
        label=_("New space"), error_messages={"required": _("Choose a space.")}
    )

    def __init__(self, *args: Any, spaces: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["space"].choices = [("", _("Choose…")), *spaces]

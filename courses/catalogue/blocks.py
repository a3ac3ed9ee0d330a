"""The kinds of block a lesson is made of (learning.md 1).

Every kind carries the same settings: optional, audience, regional, sources, and the hash of the
source block a translation was made from. Its UUID is the StreamField id.
Kinds that come with later issues (scenario, form, xray, package) join ``LESSON_BLOCKS``.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from courses.catalogue import kinds

RICH = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "blockquote", "dfn"]


OF_THE_PACK = _("Name of a file that came with the course pack.")


class KeyBlock(blocks.CharBlock):
    """A short text that is the same in every language: wagtail-localize leaves it alone."""

    def get_translatable_segments(self, value: str) -> list[Any]:
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return value


class HiddenKeyBlock(KeyBlock):
    """A key kept with the block that editors do not see."""

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, **kwargs)
        self.field.widget = forms.HiddenInput()


class AddressBlock(blocks.URLBlock):
    """A web address, the same in every language."""

    def get_translatable_segments(self, value: str) -> list[Any]:
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return value


class SourceBlock(blocks.StructBlock):
    """Where a statement of fact comes from."""

    document = blocks.ChoiceBlock(choices=[(k, k) for k in kinds.DOCUMENTS], label=_("Document"))
    paragraph = KeyBlock(label=_("Paragraph"), max_length=60)
    weight = blocks.ChoiceBlock(choices=kinds.WEIGHTS, label=_("Weight of statement"))
    as_of = KeyBlock(label=_("As of"), help_text=_("Year, or year and month: 2022-05"))

    class Meta:
        icon = "link"
        label = _("Source")


class TeachingBlock(blocks.StructBlock):
    """Base of all kinds: the settings every block has."""

    optional = blocks.BooleanBlock(required=False, label=_("Optional"))
    audience = blocks.MultipleChoiceBlock(
        choices=kinds.AUDIENCES,
        required=False,
        label=_("Only for"),
        widget=forms.CheckboxSelectMultiple,
    )
    regional = blocks.ChoiceBlock(choices=kinds.REGIONAL, default="no", label=_("By region"))
    sources = blocks.ListBlock(SourceBlock(), default=[], label=_("Sources"))
    basis = HiddenKeyBlock()

    class Meta:
        settings = ("optional", "audience", "regional", "sources", "basis")


class StepBlock(TeachingBlock):
    title = blocks.CharBlock(max_length=200, label=_("Title"))
    minutes = blocks.IntegerBlock(min_value=0, max_value=60, default=2, label=_("Minutes"))

    class Meta:
        icon = "arrow-right"
        label = _("New step")
        help_text = _("Use when a new page should begin.")


class TextBlock(TeachingBlock):
    text = blocks.RichTextBlock(features=RICH, label=_("Text"))

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        help_text = _("Use for explaining.")


class CalloutBlock(TeachingBlock):
    tone = blocks.ChoiceBlock(choices=kinds.TONES, default="note", label=_("Kind"))
    title = blocks.CharBlock(required=False, max_length=200, label=_("Title"))
    text = blocks.RichTextBlock(features=RICH, label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        help_text = _("Use when one point must stand out.")


class LabelBlock(blocks.StructBlock):
    key = KeyBlock(max_length=60)
    text = blocks.CharBlock(max_length=200)


class ImageBlock(TeachingBlock):
    """A picture, or a figure drawn for this course whose labels are translated."""

    figure = KeyBlock(
        required=False, label=_("Figure"), help_text=_("Name of a drawing of this course")
    )
    image = ImageChooserBlock(required=False, label=_("Picture"))
    file = KeyBlock(required=False, label=_("Picture file"), help_text=OF_THE_PACK)
    alt = blocks.CharBlock(required=False, max_length=400, label=_("Alternative text"))
    decorative = blocks.BooleanBlock(required=False, label=_("Decorative"))
    caption = blocks.CharBlock(required=False, max_length=400, label=_("Caption"))
    labels = blocks.ListBlock(LabelBlock(), default=[], label=_("Words inside the figure"))
    description = blocks.RichTextBlock(features=RICH, required=False, label=_("Long description"))

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not value.get("decorative") and not value.get("alt"):
            raise blocks.StructBlockValidationError(
                {"alt": ValidationError(_("Describe the picture, or tick “Decorative”."))}
            )
        return value

    class Meta:
        icon = "image"
        label = _("Image")
        help_text = _("Use when one thing has to be seen.")


class VideoBlock(TeachingBlock):
    title = blocks.CharBlock(max_length=200, label=_("Title"))
    file = KeyBlock(required=False, label=_("Video file"), help_text=OF_THE_PACK)
    audio = KeyBlock(required=False, label=_("Audio only"), help_text=OF_THE_PACK)
    captions = KeyBlock(required=False, label=_("Captions"), help_text=OF_THE_PACK)
    poster = KeyBlock(required=False, label=_("Still picture"), help_text=OF_THE_PACK)
    transcript = blocks.RichTextBlock(features=RICH, label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Video")
        help_text = _("Use when a person or a process has to be seen.")


class ItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200, label=_("Heading"))
    text = blocks.RichTextBlock(features=RICH, label=_("Text"))


class AccordionBlock(TeachingBlock):
    items = blocks.ListBlock(ItemBlock(), min_num=1, label=_("Items"))

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        help_text = _("Use for optional depth.")


class CellRowBlock(blocks.StructBlock):
    cells = blocks.ListBlock(blocks.TextBlock(required=False, rows=1), label=_("Cells"))


class TableBlock(TeachingBlock):
    caption = blocks.CharBlock(max_length=300, required=False, label=_("Caption"))
    header = blocks.ChoiceBlock(choices=kinds.HEADERS, default="row", label=_("Header"))
    rows = blocks.ListBlock(CellRowBlock(), min_num=1, label=_("Rows"))

    class Meta:
        icon = "table"
        label = _("Table")
        help_text = _("Use for comparing.")


class ResourceBlock(TeachingBlock):
    title = blocks.CharBlock(max_length=300, label=_("Title"))
    url = AddressBlock(required=False, label=_("Address"))
    language = KeyBlock(required=False, max_length=40, label=_("Language"))
    size = KeyBlock(required=False, max_length=40, label=_("Size"))
    checked = KeyBlock(required=False, max_length=10, label=_("Last checked"))
    label = KeyBlock(required=False, max_length=20, label=_("Handling label"))
    text = blocks.RichTextBlock(
        features=["bold", "italic", "link"], required=False, label=_("What it is")
    )

    class Meta:
        icon = "link-external"
        label = _("Resource")
        help_text = _("Use for reading on, or pointing to an outside system.")


class ExampleBlock(TeachingBlock):
    title = blocks.CharBlock(max_length=200, label=_("Title"))
    stage = blocks.ChoiceBlock(choices=kinds.STAGES, default="full", label=_("Stage"))
    text = blocks.RichTextBlock(features=RICH, label=_("The case"))
    steps = blocks.ListBlock(ItemBlock(), label=_("Steps with model answer"))

    class Meta:
        icon = "openquote"
        label = _("Worked example")
        help_text = _("Use for showing how, before asking.")


class QuestionBlock(TeachingBlock):
    question = KeyBlock(
        max_length=40, label=_("Question"), help_text=_("Code of a question: C1-Q04")
    )
    behaviour = blocks.ChoiceBlock(
        choices=kinds.BEHAVIOURS, default="interactive", label=_("Feedback")
    )
    tries = blocks.IntegerBlock(min_value=1, max_value=9, default=2, label=_("Tries"))

    class Meta:
        icon = "help"
        label = _("Question")
        help_text = _("Use for checking one idea.")


LESSON_BLOCKS: list[tuple[str, blocks.Block]] = [
    ("step", StepBlock()),
    ("text", TextBlock()),
    ("image", ImageBlock()),
    ("video", VideoBlock()),
    ("callout", CalloutBlock()),
    ("accordion", AccordionBlock()),
    ("table", TableBlock()),
    ("resource", ResourceBlock()),
    ("example", ExampleBlock()),
    ("question", QuestionBlock()),
]

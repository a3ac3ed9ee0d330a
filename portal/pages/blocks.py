"""The kinds of block a site page is made of. All of them are cut up by wagtail-localize.

Class names of the templates are those of the pattern page. Courses have kinds of their own.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

# What an editor may write. A test keeps this list inside the allow-list of portal.shared.html.
RICH = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "blockquote", "dfn"]
INLINE = ["bold", "italic", "link", "dfn"]
TONES = (
    ("note", _("Note")),
    ("law", _("Law or rule")),
    ("safety", _("Safety")),
    ("remember", _("To remember")),
)
HEADERS = (
    ("row", _("First row")),
    ("column", _("First column")),
    ("both", _("First row and first column")),
    ("none", _("No headings")),
)


class SharedAddressBlock(blocks.CharBlock):
    """A web address or a path of this site, the same in every language.

    Paths are written without the language: ``/about/help/``. Anything else must be https or mailto.
    """

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        own_path = value.startswith("/") and not value.startswith("//")
        if value and not own_path and not value.startswith(("https://", "mailto:")):
            raise ValidationError(
                _("Write an address beginning with https:// or mailto:, or a path such as /about/.")
            )
        return value

    def get_translatable_segments(self, value: str) -> list[Any]:
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return value


class RichBlock(blocks.RichTextBlock):
    """Running text with headings, lists, links, quotations and terms being defined."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("features", RICH)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "portal/pages/blocks/rich.html"


class SettingBlock(blocks.ChoiceBlock):
    """A choice that says how a block is shown; its label is no text of the page to be found."""

    def get_searchable_content(self, value: Any) -> list[str]:
        return []


class FigureBlock(blocks.StructBlock):
    """A picture with the alternative text of its place here, and a caption."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, max_length=400, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "portal/pages/blocks/figure.html"


class CalloutBlock(blocks.StructBlock):
    """One point that must stand out."""

    tone = SettingBlock(choices=TONES, default="note", label=_("Kind"))
    title = blocks.CharBlock(required=False, max_length=200, label=_("Title"))
    text = RichBlock(features=[*INLINE, "ol", "ul"], label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "portal/pages/blocks/callout.html"


class RowBlock(blocks.StructBlock):
    cells = blocks.ListBlock(
        RichBlock(features=INLINE, required=False), min_num=1, label=_("Cells")
    )

    class Meta:
        label = _("Row")


class TableBlock(blocks.StructBlock):
    """A table of equal rows; which cells are headings is said, not guessed."""

    caption = blocks.CharBlock(max_length=300, label=_("Caption"))
    header = SettingBlock(choices=HEADERS, default="row", label=_("Headings"))
    rows = blocks.ListBlock(RowBlock(), min_num=1, label=_("Rows"))

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if len({len(row["cells"]) for row in value["rows"]}) > 1:
            raise blocks.StructBlockValidationError(
                {"rows": ValidationError(_("Give every row the same number of cells."))}
            )
        return value

    class Meta:
        icon = "table"
        label = _("Table")
        template = "portal/pages/blocks/table.html"


class ItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200, label=_("Heading"))
    text = RichBlock(features=[*INLINE, "ol", "ul", "blockquote"], label=_("Text"))


class AccordionBlock(blocks.StructBlock):
    """Parts that open one by one; readable without JavaScript."""

    items = blocks.ListBlock(ItemBlock(), min_num=1, label=_("Items"))

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        template = "portal/pages/blocks/accordion.html"


class LinkBlock(blocks.StructBlock):
    """A link to a page of this site (shown in the reader's language) or to an address."""

    text = blocks.CharBlock(max_length=200, label=_("Text of the link"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    address = SharedAddressBlock(required=False, max_length=500, label=_("Address"))
    note = blocks.CharBlock(required=False, max_length=300, label=_("What one finds there"))

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if bool(value.get("page")) == bool(value.get("address")):
            raise blocks.StructBlockValidationError(
                {"page": ValidationError(_("Choose a page or write an address, one of the two."))}
            )
        return value

    class Meta:
        icon = "link"
        label = _("Link")


class LinkListBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False, max_length=200, label=_("Title"))
    links = blocks.ListBlock(LinkBlock(), min_num=1, label=_("Links"))

    class Meta:
        icon = "list-ul"
        label = _("List of links")
        template = "portal/pages/blocks/links.html"


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = blocks.TextBlock(max_length=400, label=_("Text"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    address = SharedAddressBlock(required=False, max_length=500, label=_("Address"))


class CardsBlock(blocks.StructBlock):
    """Two to six short texts of equal weight, each with at most one link."""

    title = blocks.CharBlock(required=False, max_length=200, label=_("Title"))
    cards = blocks.ListBlock(CardBlock(), min_num=2, max_num=6, label=_("Cards"))

    class Meta:
        icon = "grip"
        label = _("Cards")
        template = "portal/pages/blocks/cards.html"


BODY: list[tuple[str, blocks.Block]] = [
    ("text", RichBlock()),
    ("figure", FigureBlock()),
    ("callout", CalloutBlock()),
    ("table", TableBlock()),
    ("accordion", AccordionBlock()),
    ("links", LinkListBlock()),
    ("cards", CardsBlock()),
]

"""What all site pages share."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from portal.languages.versions import frame_of
from portal.pages.blocks import BODY
from portal.pages.fields import BodyField
from portal.shared.text import search_text


class SitePage(Page):
    """Summary, body, search texts, rules of translation, and the frame round the text."""

    summary = models.CharField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("One or two sentences, shown below the title and in lists."),
    )
    body = BodyField(BODY, blank=True, verbose_name=_("content"))
    # Digest of the text that came with the product. While it still fits, a new edition may replace
    # the text; once a person has changed the page it no longer does.
    shipped = models.CharField(max_length=64, blank=True, editable=False)

    search_kind = "page"
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("search_title", boost=4),
        index.SearchField("search_words"),
        index.AutocompleteField("search_words"),
    ]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("title"),
        SynchronizedField("slug", overridable=False),
        TranslatableField("seo_title"),
        TranslatableField("search_description"),
        SynchronizedField("show_in_menus"),
        TranslatableField("summary"),
        TranslatableField("body"),
    ]

    class Meta:
        abstract = True

    def search_title(self) -> str:
        """The title in the form that search compares."""
        return search_text(self.title)

    def search_words(self) -> str:
        """Title, summary and body in the form that search compares."""
        return search_text(f"{self.title} {self.plain_text()}")

    def plain_text(self) -> str:
        """Summary and body without mark-up, for search and its excerpts."""
        field = self._meta.get_field("body")
        parts = [self.summary, *field.get_searchable_content(self.body)]
        return " ".join(part for part in parts if part)

    def meta_description(self) -> str:
        """What a search engine shows: the description, else the summary."""
        return self.search_description or self.summary

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        frame = frame_of(self, request)
        return context | {"frame": frame, "crumbs": frame.crumbs}

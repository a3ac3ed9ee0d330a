"""The types of page of the public site.

Every type is translated by wagtail-localize; the slug is the same in all languages, so that an
address differs in its language only.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField, TranslatableField

from portal.languages.versions import address, nearest_at
from portal.pages.base import SitePage
from portal.pages.media import PortalDocument, PortalImage, PortalRendition
from portal.pages.zones import DEFAULT_ZONE, zone_choices

__all__ = [
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "PortalDocument",
    "PortalImage",
    "PortalRendition",
    "SitePage",
    "StandardPage",
]

PER_PAGE = 20


def links_to(pages: Iterable[Page], language: str) -> list[tuple[Page, str]]:
    """Return each page with its address for a reader of ``language``."""
    return [(page, address(page, language)) for page in pages]


class HomePage(SitePage):
    """The first page of one language."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "portal.StandardPage",
        "portal.NewsIndexPage",
        "portal.EventIndexPage",
        "courses.CourseIndexPage",
    ]
    template = "portal/pages/home.html"
    # Home pages stand side by side below the root, so their slugs differ: "home", "home-fr".
    translatable_fields: ClassVar[list[Any]] = [
        row for row in SitePage.translatable_fields if row.field_name != "slug"
    ]

    class Meta:
        app_label = "portal"
        verbose_name = _("home page")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page at ``path_components``, else its version nearest to this language.

        One read finds the page however deep it stands. The nearest version is served at the
        address that was asked for; its frame says that the language is another one.
        """
        if not path_components:
            return super().route(request, path_components)
        below = self.url_path + "/".join(path_components) + "/"
        page = Page.objects.filter(url_path=below, live=True).first()
        if page is None:
            page = nearest_at(path_components, self.locale.language_code)
        if page is None:
            raise Http404
        return page.specific.route(request, [])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"news": NewsPage.newest(self.locale_id)[:3]}


class StandardPage(SitePage):
    """A page of text, and the pages below it."""

    parent_page_types: ClassVar[list[str]] = ["portal.HomePage", "portal.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["portal.StandardPage"]
    template = "portal/pages/standard.html"

    class Meta:
        app_label = "portal"
        verbose_name = _("page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        below = self.get_children().live().specific() if self.pk else []
        return context | {"below": links_to(below, context["frame"].wanted.code)}


class NewsIndexPage(SitePage):
    """All news of one language, newest first."""

    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["portal.NewsPage"]
    max_count_per_parent = 1
    template = "portal/pages/news_index.html"

    class Meta:
        app_label = "portal"
        verbose_name = _("news list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        pages = Paginator(NewsPage.newest(self.locale_id), PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        rows = links_to(page, context["frame"].wanted.code)
        return context | {"page_obj": page, "rows": rows}


class NewsPage(SitePage):
    """One piece of news."""

    date = models.DateField(_("date"))
    image = models.ForeignKey(
        PortalImage,
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    search_kind = "news"
    parent_page_types: ClassVar[list[str]] = ["portal.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/pages/news.html"
    search_fields: ClassVar[list[Any]] = [*SitePage.search_fields, index.FilterField("date")]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("summary"),
        FieldPanel("image"),
        FieldPanel("body"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        *SitePage.translatable_fields,
        SynchronizedField("date"),
        SynchronizedField("image"),
    ]

    class Meta:
        app_label = "portal"
        verbose_name = _("news")

    @classmethod
    def newest(cls, locale_id: int) -> "QuerySet[NewsPage]":
        """Return the published news of one language, newest first."""
        rows: QuerySet[NewsPage] = cls.objects.live().filter(locale_id=locale_id)
        return rows.order_by("-date", "-pk")


class EventIndexPage(SitePage):
    """Events of one language: those to come first, then the past ones."""

    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["portal.EventPage"]
    max_count_per_parent = 1
    template = "portal/pages/event_index.html"

    class Meta:
        app_label = "portal"
        verbose_name = _("list of events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        language, now = context["frame"].wanted.code, timezone.now()
        rows = EventPage.objects.live().filter(locale_id=self.locale_id)
        coming = rows.filter(ends_at__gte=now).order_by("starts_at")
        past = rows.filter(ends_at__lt=now).order_by("-starts_at")[:PER_PAGE]
        return context | {"coming": links_to(coming, language), "past": links_to(past, language)}


class EventPage(SitePage):
    """One event. Times are stored in UTC and shown in the event's own zone."""

    starts_at = models.DateTimeField(_("begins"), help_text=_("Time in UTC"))
    ends_at = models.DateTimeField(_("ends"), help_text=_("Time in UTC"))
    time_zone = models.CharField(
        _("time zone shown"), max_length=60, choices=zone_choices, default=DEFAULT_ZONE
    )
    place = models.CharField(_("place"), max_length=200, blank=True)

    search_kind = "event"
    parent_page_types: ClassVar[list[str]] = ["portal.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/pages/event.html"
    search_fields: ClassVar[list[Any]] = [*SitePage.search_fields, index.FilterField("starts_at")]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("time_zone"),
                FieldPanel("place"),
            ],
            heading=_("When and where"),
        ),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        *SitePage.translatable_fields,
        SynchronizedField("starts_at"),
        SynchronizedField("ends_at"),
        SynchronizedField("time_zone"),
        TranslatableField("place"),
    ]

    class Meta:
        app_label = "portal"
        verbose_name = _("event")

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("The end must not lie before the beginning.")})

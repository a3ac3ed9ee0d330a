"""Course → module → lesson as Wagtail pages. What learners read is a release of them."""

import html
import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.catalogue import kinds
from courses.catalogue.blocks import LESSON_BLOCKS, RICH, KeyBlock
from courses.catalogue.fields import ChoiceListField
from courses.progress.rules import UnknownRule, validate
from portal.pages.fields import BodyField
from portal.shared.text import search_text

# Addresses below a course that belong to the player (courses/player/urls.py; a test compares).
RESERVED = {"media", "start", "move", "due", "result", "why", "answer", "save", "again"}


def viewed() -> str:
    """The usual rule of a lesson: every required step opened."""
    return "viewed"


WORDS = {"text", "title", "caption", "alt", "description", "transcript"}
_TAG = re.compile(r"<[^>]*>")


def words_of(raw: Any) -> list[str]:
    """Return the words a reader sees in a stored body: quicker than asking every block."""
    found: list[str] = []
    if isinstance(raw, dict):
        for name, value in raw.items():
            if isinstance(value, str) and name in WORDS:
                found.append(html.unescape(_TAG.sub(" ", value)))
            elif name == "cells":
                found += [cell["value"] if isinstance(cell, dict) else str(cell) for cell in value]
            elif isinstance(value, list | dict):
                found += words_of(value)
    elif not isinstance(raw, str):
        for row in raw:
            found += words_of(row)
    return found


def searchable(words: str) -> list[Any]:
    """Return the search fields of a page whose property ``words`` holds its folded text."""
    return [*Page.search_fields, index.SearchField(words), index.AutocompleteField(words)]


class OutcomeBlock(blocks.StructBlock):
    key = KeyBlock(max_length=20, label=_("Key"))
    text = blocks.CharBlock(max_length=400, label=_("I will be able to …"))


class PlayerAddressMixin:
    """Gives a page the address of the player in the page's own language."""

    def player_path(self) -> str:
        raise NotImplementedError

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead from Wagtail's own address of the page to the player's."""
        with translation.override(self.locale.language_code):  # type: ignore[attr-defined]
            return redirect(self.player_path())

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the draft as a learner would read it; imported late, the player stands above us."""
        from courses.player.preview import preview_page

        return preview_page(request, self)

    def get_url_parts(self, request: Any = None) -> Any:
        parts = super().get_url_parts(request)  # type: ignore[misc]
        if parts is None:
            return None
        with translation.override(self.locale.language_code):  # type: ignore[attr-defined]
            return parts[0], parts[1], self.player_path()


class CourseIndexPage(PlayerAddressMixin, Page):
    """Root of all courses of one language; the catalogue is shown at its address."""

    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    max_count_per_parent = 1
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("title"),
        SynchronizedField("slug"),
        TranslatableField("seo_title"),
        TranslatableField("search_description"),
    ]

    class Meta:
        app_label = "courses"

    def player_path(self) -> str:
        return reverse("catalogue")


class CoursePage(PlayerAddressMixin, Page):
    """One language version of a course; the family is the ``translation_key``."""

    code = models.CharField(_("code"), max_length=20)
    summary = models.TextField(_("summary"), max_length=500)
    audience = models.TextField(_("for whom"), max_length=500, blank=True)
    outcomes = BodyField(
        [("outcome", OutcomeBlock())], blank=True, verbose_name=_("learning outcomes")
    )
    description = RichTextField(_("description"), features=RICH, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=kinds.LEVELS, default="foundation")
    delivery = models.CharField(
        _("delivery"), max_length=20, choices=kinds.DELIVERIES, default="self-paced"
    )
    minutes = models.PositiveIntegerField(_("learning time in minutes"), default=60)
    pillars = ChoiceListField(_("pillars"), options=kinds.PILLARS)
    topics = ChoiceListField(_("topics"), options=kinds.TOPICS)
    access = models.CharField(_("access"), max_length=20, choices=kinds.ACCESS, default="public")
    label = models.CharField(
        _("handling label"), max_length=20, choices=kinds.LABELS, default="TLP:AMBER"
    )
    opens = models.JSONField(_("opens courses"), default=list, blank=True)
    needs = models.JSONField(_("needs courses"), default=list, blank=True)
    regions = models.JSONField(_("regions with alternatives"), default=list, blank=True)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in per cent"), default=70)
    certificate_months = models.PositiveSmallIntegerField(null=True, blank=True)
    edition = models.CharField(_("edition as of"), max_length=10, blank=True)
    review_due = models.CharField(_("review due"), max_length=10, blank=True)
    licence = models.CharField(_("licence"), max_length=60, blank=True)
    release_notes = models.TextField(_("release notes"), blank=True)
    source_language = models.CharField(max_length=12, default="en", editable=False)

    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["courses.ModulePage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("outcomes"),
        FieldPanel("description"),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "code", "level", "delivery", "minutes", "pillars", "topics", "access", "label",
                    "opens", "needs", "pass_mark", "edition", "review_due", "release_notes",
                )
            ],
            heading=_("About this course"),
        ),
    ]  # fmt: skip
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("title"),
        SynchronizedField("slug"),
        TranslatableField("summary"),
        TranslatableField("audience"),
        TranslatableField("outcomes"),
        TranslatableField("description"),
        *(
            SynchronizedField(name)
            for name in (
                "code", "level", "delivery", "minutes", "pillars", "topics", "access", "label",
                "opens", "needs", "regions", "pass_mark", "certificate_months", "edition",
                "review_due", "licence", "release_notes", "source_language",
            )
        ),
    ]  # fmt: skip

    search_fields: ClassVar[list[Any]] = searchable("search_words")

    class Meta:
        app_label = "courses"

    def plain_text(self) -> str:
        """Summary, outcomes and description without mark-up."""
        outcomes = " ".join(block["value"]["text"] for block in self.outcomes.raw_data)
        return " ".join((self.summary, outcomes, get_text_for_indexing(self.description)))

    def search_words(self) -> str:
        """Title and text in the form that search compares."""
        return search_text(f"{self.title} {self.code} {self.plain_text()}")

    def player_path(self) -> str:
        return reverse("course", args=[self.slug])


class ModulePage(PlayerAddressMixin, Page):
    """A module: some lessons that belong together."""

    description = RichTextField(_("description"), features=RICH, blank=True)
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)
    rule = models.CharField(
        _("complete when"), max_length=10, default="all", help_text=_("all, any, or a number")
    )

    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("description"),
        FieldPanel("outcomes"),
        FieldPanel("rule"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("title"),
        SynchronizedField("slug"),
        TranslatableField("description"),
        SynchronizedField("outcomes"),
        SynchronizedField("rule"),
    ]

    class Meta:
        app_label = "courses"

    def clean(self) -> None:
        super().clean()
        if self.rule not in {"all", "any"} and not self.rule.isdigit():
            raise ValidationError({"rule": _("Write “all”, “any” or a number of lessons.")})

    def player_path(self) -> str:
        return reverse("course", args=[self.get_parent().slug]) + f"#{self.slug}"


class LessonPage(PlayerAddressMixin, Page):
    """A lesson: blocks, cut into steps by step blocks."""

    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    kind = models.CharField(
        _("kind"), max_length=20, choices=kinds.LESSON_KINDS, default="self-paced"
    )
    complete = models.JSONField(_("complete when"), default=viewed, blank=True)
    body = BodyField(LESSON_BLOCKS, blank=True, verbose_name=_("content"))

    parent_page_types: ClassVar[list[str]] = ["courses.ModulePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("minutes"),
        FieldPanel("kind"),
        FieldPanel("complete"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("title"),
        SynchronizedField("slug"),
        TranslatableField("body"),
        SynchronizedField("minutes"),
        SynchronizedField("kind"),
        SynchronizedField("complete"),
    ]

    search_fields: ClassVar[list[Any]] = searchable("search_words")

    class Meta:
        app_label = "courses"

    def plain_text(self) -> str:
        """The words of the lesson without mark-up (questions keep theirs)."""
        return " ".join(words_of(self.body.raw_data))

    def search_words(self) -> str:
        """Title and text in the form that search compares (asked for three times a save)."""
        text = f"{self.title} {self.plain_text()}"
        if getattr(self, "_searched", ("", ""))[0] != text:
            self._searched = (text, search_text(text))
        return self._searched[1]

    def clean(self) -> None:
        """Refuse a doubled block id, a rule nobody can evaluate, and an address the player uses."""
        super().clean()
        if self.slug in RESERVED:
            raise ValidationError(
                {"slug": _("The course itself uses this address. Choose another.")}
            )
        ids = [block.get("id") for block in self.body.raw_data]
        if len(ids) != len(set(ids)):
            raise ValidationError({"body": _("Two blocks have the same identity. Copy one again.")})
        try:
            validate(self.complete or "viewed")
        except UnknownRule as fault:
            raise ValidationError({"complete": str(fault)}) from fault

    def player_path(self) -> str:
        course = self.get_parent().get_parent()
        return reverse("lesson", args=[course.slug, self.slug])

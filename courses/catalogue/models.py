"""Regional alternatives and what a pack import last wrote."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from courses.catalogue.blocks import LESSON_BLOCKS
from portal.languages.table import LANGUAGE_CHOICES
from portal.pages.fields import BodyField


class BlockAlternative(models.Model):
    """Another text for one block in one region and language (learning.md 1, Regions)."""

    MODES = (("replace", _("replace")), ("hide", _("hide")), ("insert-after", _("insert after")))
    STATES = (("draft", _("draft")), ("ready", _("ready")), ("behind", _("behind its source")))

    lesson = models.UUIDField(_("lesson"))
    block = models.UUIDField(_("block"))
    region = models.ForeignKey("portal.Region", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=12, choices=LANGUAGE_CHOICES)
    mode = models.CharField(_("mode"), max_length=20, choices=MODES, default="replace")
    content = BodyField(LESSON_BLOCKS, blank=True, max_num=1)
    basis = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default="draft")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)

    # Neither author nor reviewer: the form would list the names of all accounts.
    panels: ClassVar[list[Any]] = [
        FieldPanel(name)
        for name in (
            "lesson", "block", "region", "language", "mode", "content", "state", "position",
        )
    ]  # fmt: skip

    class Meta:
        app_label = "courses"
        ordering = ("lesson", "region", "language", "position")
        indexes = (models.Index(fields=["lesson"], name="alternative_lesson"),)

    def __str__(self) -> str:
        return f"{self.region_id} {self.language} {self.block}"


class ImportedText(models.Model):
    """What a pack import last wrote for one text, so that a later edit by a person is seen."""

    kind = models.CharField(max_length=20)
    key = models.UUIDField()
    language = models.CharField(max_length=12)
    region = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "courses"
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "key", "language", "region"], name="imported_text_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.language}"


class CourseMedia(models.Model):
    """A drawing or picture of a course family, with its credit and licence."""

    family = models.UUIDField()
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    credit = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=60, blank=True)

    class Meta:
        app_label = "courses"
        constraints = (
            models.UniqueConstraint(fields=["family", "name"], name="course_media_once"),
        )

    def __str__(self) -> str:
        return self.name


class CoursePackText(models.Model):
    """Parts of a pack that belong to no page: glossary and the like, kept for export."""

    family = models.UUIDField()
    name = models.CharField(max_length=120)
    content = models.TextField()

    class Meta:
        app_label = "courses"
        constraints = (models.UniqueConstraint(fields=["family", "name"], name="pack_text_once"),)

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """A course family as the site offers it: its address and newest release.

    ``mark`` rises with every release and every text that joins one, so that whoever has read the
    course into memory knows when to read it again. ``listed`` is false without a live source page.
    """

    family = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=255, unique=True)
    code = models.CharField(max_length=20)
    release = models.ForeignKey(
        "courses.CourseRelease", null=True, on_delete=models.PROTECT, related_name="+"
    )
    mark = models.PositiveIntegerField(default=0)
    listed = models.BooleanField(default=True)

    class Meta:
        app_label = "courses"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class CourseRelease(models.Model):
    """One immutable edition of a course: structure, rules, block hashes, question versions."""

    family = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    slug = models.SlugField(max_length=255)
    code = models.CharField(max_length=20)
    source = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    manifest = models.JSONField()
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        app_label = "courses"
        ordering = ("family", "-number")
        constraints = (
            models.UniqueConstraint(fields=["family", "number"], name="release_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class ReleaseText(models.Model):
    """The words of a release in one language. Rows are never changed; the newest one counts."""

    release = models.ForeignKey(CourseRelease, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "courses"
        indexes = (models.Index(fields=["release", "language", "-id"], name="release_text_newest"),)

    def __str__(self) -> str:
        return f"{self.release_id} {self.language}"

"""The question bank: questions people edit and translate, and the frozen versions learners meet."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.catalogue.blocks import KeyBlock
from portal.pages.fields import BodyField

KINDS = (
    ("single", _("One right answer")),
    ("multiple", _("Several right answers")),
    ("truefalse", _("True or false")),
    ("numeric", _("A number")),
    ("match", _("Pairs")),
    ("order", _("Right order")),
)
CLASSES = (
    ("practice", _("Practice")),
    ("test", _("Test")),
    ("transfer", _("Transfer")),
)


class OptionBlock(blocks.StructBlock):
    """An option of single, multiple and true/false (there without text)."""

    key = KeyBlock(max_length=40)
    fraction = KeyBlock(max_length=12, help_text=_("Share of the mark: 1, 0, 1/4, -1/2"))
    text = blocks.CharBlock(required=False, max_length=500)
    why = blocks.TextBlock(rows=2)


class AcceptBlock(blocks.StructBlock):
    """A number that is accepted, or a usual mistake with its own explanation."""

    key = KeyBlock(max_length=40)
    value = KeyBlock(max_length=40)
    tolerance = KeyBlock(max_length=40, default="0")
    fraction = KeyBlock(max_length=12, default="1")
    why = blocks.TextBlock(rows=2)


class OtherwiseBlock(blocks.StructBlock):
    """What is said to any other number."""

    why = blocks.TextBlock(rows=2)


class RowBlock(blocks.StructBlock):
    """A row of a match question and the choice that belongs to it."""

    key = KeyBlock(max_length=40)
    match = KeyBlock(max_length=40)
    text = blocks.CharBlock(max_length=500)
    why = blocks.TextBlock(rows=2)


class ChoiceTextBlock(blocks.StructBlock):
    """A right-hand choice of a match question."""

    key = KeyBlock(max_length=40)
    text = blocks.CharBlock(max_length=500)


class OrderItemBlock(blocks.StructBlock):
    """An item of an order question, listed in the right order."""

    key = KeyBlock(max_length=40)
    text = blocks.CharBlock(max_length=500)
    why = blocks.TextBlock(rows=2)


class Question(TranslatableMixin, models.Model):
    """One language version of a question; the question itself is the ``translation_key``."""

    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    module = models.UUIDField(_("module"), null=True, blank=True)
    purpose = models.CharField(_("class"), max_length=20, choices=CLASSES, default="practice")
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=2)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)
    sources = models.CharField(_("sources"), max_length=400, blank=True)
    explained_by = models.UUIDField(_("explained by block"), null=True, blank=True)
    settings = models.JSONField(_("marking settings"), default=dict, blank=True)
    prompt = models.TextField(_("question"))
    hint = models.TextField(_("hint"), blank=True)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    parts = BodyField(
        [
            ("option", OptionBlock()),
            ("accept", AcceptBlock()),
            ("otherwise", OtherwiseBlock()),
            ("row", RowBlock()),
            ("choice", ChoiceTextBlock()),
            ("item", OrderItemBlock()),
        ],
        verbose_name=_("answers"),
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("prompt"),
        FieldPanel("hint"),
        FieldPanel("unit"),
        FieldPanel("parts"),
        FieldPanel("difficulty"),
        FieldPanel("tags"),
        FieldPanel("sources"),
        FieldPanel("settings"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("prompt"),
        TranslatableField("hint"),
        TranslatableField("unit"),
        TranslatableField("parts"),
        *(
            SynchronizedField(name)
            for name in (
                "code", "kind", "module", "purpose", "difficulty", "tags", "outcomes", "sources",
                "explained_by", "settings",
            )
        ),
    ]  # fmt: skip

    class Meta(TranslatableMixin.Meta):
        app_label = "courses"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.prompt[:60]}"


class QuestionVersion(models.Model):
    """What a learner was asked: an immutable copy of a question in all its languages."""

    question = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    payload = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "courses"
        constraints = (
            models.UniqueConstraint(fields=["question", "number"], name="question_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"

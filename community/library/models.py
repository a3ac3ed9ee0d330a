"""Records of the library, what hangs on them, and what a person keeps for herself.

A record's words, terms and details wait for review as drafts. Its label, its source and its
editions do not: they are changed at once, by services that ask and record, and restoring an old
draft never brings an old label or an old file back.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from community.library.kinds import FACET_CHOICES, KIND_CHOICES
from community.library.records import Records
from portal.languages.table import LANGUAGE_CHOICES
from portal.markings.models import Marked
from portal.shared import clock, ids

# What belongs to the record as a whole and to no draft of it.
_KEPT = ("public_id", "shipped", "created", "changed", "label", "source", "marked_by")


class Publication(  # type: ignore[misc]  # Wagtail's mixins bring managers without types
    Marked, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel
):
    """One work, whatever its languages. ``community.library.permissions`` says who sees it.

    ``shipped`` is its number in the list it came with. ``title_given`` is False where the title
    is a description of our own. ``asked_for``: members may know of the record and ask for it,
    though its label keeps them from its files. ``changed`` moves with whatever a reader or a
    harvester can see.
    """

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    shipped = models.CharField(max_length=20, null=True, blank=True, unique=True, editable=False)
    body = models.CharField(_("publisher"), max_length=300, blank=True)
    symbol = models.CharField(_("symbol"), max_length=200, blank=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_CHOICES, default="other")
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    dated = models.CharField(_("date as the source gives it"), max_length=100, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=1000, blank=True)
    reference = models.TextField(_("reference"), blank=True)
    title_given = models.BooleanField(_("title as published"), default=True)
    restricted_to = models.CharField(_("restricted to"), max_length=200, blank=True)
    asked_for = models.BooleanField(_("may be asked for"), default=False)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by"
    )
    related = ParentalManyToManyField("self", symmetrical=True, blank=True)
    courses = models.JSONField(_("courses"), default=list, blank=True)
    note = models.TextField(_("note for editors"), blank=True)
    created = models.DateTimeField(default=clock.now, editable=False)
    changed = models.DateTimeField(default=clock.now, editable=False)

    objects = Records.as_manager()
    # Wagtail would count, on a record, the hidden ones that point at it.
    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "community"
        indexes = [
            models.Index(fields=["label", "changed", "public_id"], name="publication_news"),
            models.Index(fields=["kind"], name="publication_kind"),
            models.Index(fields=["year"], name="publication_year"),
        ]

    def __str__(self) -> str:
        return self.title("en") or self.symbol or str(self.public_id)

    def title(self, language: str) -> str:
        """Return the title in a language, else the English one, else nothing."""
        titles = {row.language: row.title for row in self.texts.all()}
        return titles.get(language) or titles.get("en", "")

    def save(self, **kwargs: Any) -> None:
        """Store the record; a full save is a change that readers can see."""
        if kwargs.get("update_fields") is None:
            self.changed = clock.now()
        super().save(**kwargs)

    def with_content_json(self, content: Any) -> Any:
        """Return the record as a draft has it, with the label and editions it has now."""
        own = {key: value for key, value in content.items() if key not in {*_KEPT, "editions"}}
        made = super().with_content_json(own)
        names = [self._meta.get_field(name).attname for name in _KEPT]
        # Asked of the database: the object in hand may be older than a label that was raised.
        now = type(self).objects.filter(pk=self.pk).values(*names).first()
        for name in names:
            setattr(made, name, now[name] if now else getattr(self, name))
        return made


class PublicationText(models.Model):
    """Title and summary in one language of the interface. English is always there."""

    publication = ParentalKey(Publication, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_CHOICES)
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["publication", "language"], name="publication_text")
        ]

    def __str__(self) -> str:
        return self.title


class PublicationTerm(models.Model):
    """One code that describes a record (``community.library.vocabulary``)."""

    publication = ParentalKey(Publication, on_delete=models.CASCADE, related_name="terms")
    facet = models.CharField(_("facet"), max_length=12, choices=FACET_CHOICES)
    value = models.CharField(_("value"), max_length=40)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "facet", "value"], name="publication_term"
            )
        ]
        indexes = [models.Index(fields=["facet", "value", "publication"])]

    def __str__(self) -> str:
        return f"{self.facet}={self.value}"


class Edition(models.Model):
    """One language version of the document, with its file. No part of drafts."""

    class TextState(models.TextChoices):
        WAITING = "waiting", _("Text is being read")
        READY = "ready", _("Text can be searched")
        NO_TEXT = "no-text", _("Pictures of pages, no text")
        FAILED = "failed", _("Text could not be read")

    publication = ParentalKey(Publication, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(_("language"), max_length=10)
    file = models.OneToOneField(
        "portal.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    pages = models.PositiveIntegerField(null=True, blank=True)
    size = models.BigIntegerField(null=True, blank=True)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    text_state = models.CharField(
        max_length=8, choices=TextState.choices, default=TextState.WAITING
    )
    text = models.TextField(blank=True, serialize=False)
    made = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["publication", "language"], name="edition_once")
        ]

    def __str__(self) -> str:
        return self.language


class AccessRequest(models.Model):
    """The wish of a member to read a restricted record. A grant is a ``markings.Reader`` row.

    ``answer`` is the sentence of whoever declined. RED waits for a second person once
    ``decided_by`` is set.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", pgettext_lazy("request", "Declined")
        ENDED = "ended", _("Ended")

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="access_requests"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_requests"
    )
    reason = models.TextField()
    answer = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "person"],
                condition=models.Q(state="waiting"),
                name="access_request_waiting",
            )
        ]
        indexes = [models.Index(fields=["state", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.state}"


class Saved(models.Model):
    """A search a person keeps; ``alert`` tells her that something is new, never what."""

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=120)
    query = models.TextField(blank=True)  # query string of the results page
    alert = models.BooleanField(default=False)
    last_seen = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_name")]

    def __str__(self) -> str:
        return self.name


class Shelf(models.Model):
    """A list of records: a person's own, or the one of a group (its name is the group's)."""

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE,
        related_name="shelves",
    )  # fmt: skip
    group = models.OneToOneField(
        "community.Group", null=True, blank=True, on_delete=models.CASCADE, related_name="shelf"
    )
    name = models.CharField(max_length=120, blank=True)
    created = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="shelf_name"),
            models.CheckConstraint(
                name="shelf_of_one",
                condition=models.Q(person__isnull=True) ^ models.Q(group__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShelfItem(models.Model):
    """A record on a shelf. Whether its owner sees it is asked again at every reading."""

    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="items")
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    added = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["shelf", "publication"], name="shelf_item_once")
        ]

    def __str__(self) -> str:
        return str(self.publication_id)


class Withdrawn(models.Model):
    """A record that harvesters have seen and may no more: its name and sets, nothing else."""

    public_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    sets = models.JSONField(default=list)

    class Meta:
        app_label = "community"
        indexes = [models.Index(fields=["at", "public_id"], name="withdrawn_at")]

    def __str__(self) -> str:
        return str(self.public_id)

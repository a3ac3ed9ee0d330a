"""The rows of the record and its heads. The database refuses to change or delete them."""

from django.db import models


class AuditRow(models.Model):
    """One deed. ``hash`` = SHA-256 of ``previous`` and ``body``; ``body`` is canonical JSON.

    People are named by their public ids, not by foreign keys: a deleted account leaves the row
    untouched. The columns beside ``body`` repeat what is in it, for searching only; ``verify``
    compares them.
    """

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=60, db_index=True)
    actor = models.CharField(max_length=36, blank=True, db_index=True)
    about = models.CharField(max_length=36, blank=True, db_index=True)
    thing = models.CharField(max_length=100, blank=True, db_index=True)  # "portal.storedfile:…"
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        app_label = "portal"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.event}"


class AuditHead(models.Model):
    """The last row's number and hash: one row, locked while a deed is written."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        app_label = "portal"
        constraints = [models.CheckConstraint(name="audit_head_is_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

"""What the library's search keeps beside the records: when each was indexed last.

The words themselves stand in a table that only ``index_tables`` knows, because each database has
its own kind of full-text index.
"""

from django.db import models

from community.library.models import Publication


class IndexEntry(models.Model):
    """A record that is indexed. ``mark`` rises with every change of what is searched or counted."""

    publication = models.OneToOneField(
        Publication, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    mark = models.BigIntegerField(db_index=True)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return f"{self.publication_id} at {self.mark}"


class IndexState(models.Model):
    """One row: the highest mark, and the mark after which everything has to be read again."""

    mark = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(default=0)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return str(self.mark)

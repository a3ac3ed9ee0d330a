"""What is known of the records the library came with."""

from django.db import models


class ShippedRecord(models.Model):
    """What was last written for one number of the shipped list, so that an editor's change is
    seen: other words, or no record at all any more."""

    number = models.CharField(max_length=20, unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return self.number

"""Files of an application: taken in outside any transaction, and never more than allowed."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.files import services as files
from portal.files.models import StoredFile
from portal.shared.errors import Invalid
from portal.vetting import applicant_queries as queries
from portal.vetting.models import Application


def receive(row: Application, upload: Any, *, field: str, most: int) -> StoredFile:
    """Store a file of an application that has fewer than ``most``.

    Raises Invalid, beside ``field`` for the number, else with the sentence of the file store.
    """
    if queries.files_of(row).count() >= most:
        raise _too_many(field)
    stored = files.receive(
        owner=row.applicant, upload=upload, purpose="application", about=row.number
    )
    with transaction.atomic():
        Application.objects.select_for_update().filter(pk=row.pk).first()
        if queries.files_of(row).count() <= most:
            return stored
    files.delete(actor=row.applicant, public_id=stored.public_id)  # two windows at once
    raise _too_many(field)


def _too_many(field: str) -> Invalid:
    return Invalid(fields={field: _("No more files can be added.")})

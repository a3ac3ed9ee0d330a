"""Reading the operator's page is a deed of an administrator, and is recorded as one."""

from typing import Any

from django.db import transaction

from portal.audit.services import record
from portal.permissions import may_read_record
from portal.shared.errors import NotAllowed


@transaction.atomic
def read_page(*, actor: Any) -> None:
    """Put on record that a person looked at the page.

    Raises NotAllowed unless she is an administrator of the whole site.
    """
    if not may_read_record(actor):
        raise NotAllowed
    record("operation.read", actor=actor)

"""What pages show about files."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from portal.files import limits
from portal.files.bounds import MEBIBYTE
from portal.files.kinds import DOCUMENTS, IMAGES
from portal.files.models import StoredFile
from portal.files.permissions import bearer_of, may_delete, purpose_of
from portal.files.words import name_of, names
from portal.markings.labels import FRESH, label_of

State = StoredFile.State


@dataclass(frozen=True)
class Row:
    """One file as a download row (``portal/files/row.html``). ``label`` is the one in force."""

    name: str
    type: str
    size: int
    label: str
    state: str
    words: str
    url: str  # empty while it cannot be opened
    delete_url: str  # empty where the reader may not delete it
    fresh_check: bool  # opening asks for the second factor again


def row(user: Any, stored: StoredFile) -> Row:
    """Describe a file to a person who may read it (asked for by the caller)."""
    address = {"public_id": stored.public_id}
    is_open = stored.state in {State.CLEAN, State.UNSCANNED}
    return Row(
        name=stored.name,
        type=name_of(stored.content_type),
        size=stored.size,
        label=str(label_of(bearer_of(stored).label)),
        state=stored.state,
        words=str(State(stored.state).label),
        url=reverse("stored_file", kwargs=address) if is_open else "",
        delete_url=reverse("stored_file_delete", kwargs=address)
        if may_delete(user, stored)
        else "",
        fresh_check=label_of(bearer_of(stored).label) in FRESH,
    )


def limits_of(accepted: frozenset[str]) -> dict[str, str | int]:
    """Return what ``components/file_field.html`` says: types, and the sizes in megabytes."""
    found = limits.bounds()
    return {
        "types": names(accepted),
        "documents": found.document_size // MEBIBYTE if accepted & DOCUMENTS else 0,
        "images": found.image_size // MEBIBYTE if accepted & IMAGES else 0,
    }


def way_back(stored: StoredFile) -> str:
    """Return the page a file belongs to."""
    rule = purpose_of(stored.purpose)
    return rule.back(stored) if rule.back else reverse("account_email")

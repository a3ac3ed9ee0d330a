"""Files of editions and their copies: what they are for, and who may read them.

Both purposes take their label from the record, which is what may be raised and lowered. An original
is given out up to GREEN; from AMBER on people get a copy that names them, and the original stays.
"""

from typing import Any

from community.library.copy_models import StampedCopy
from community.library.models import Edition, Publication
from community.library.permissions import may_open
from portal.files.kinds import KINDS, Family
from portal.files.models import StoredFile
from portal.files.permissions import register_purpose
from portal.markings.labels import Label, label_of
from portal.shared.errors import NotAllowed

ORIGINAL, COPY = "publication", "publication-copy"
ACCEPTED = frozenset(
    name for name, kind in KINDS.items() if kind.family in {Family.PDF, Family.OOXML, Family.ODF}
)


def is_stamped(publication: Publication) -> bool:
    """Say whether readers get copies with their name instead of the file itself."""
    return label_of(publication.label).strictness >= Label.AMBER.strictness


def edition_of(stored: StoredFile) -> Edition | None:
    """Return the edition whose original a file is."""
    return Edition.objects.select_related("publication").filter(file=stored).first()


def copy_of(stored: StoredFile) -> StampedCopy | None:
    """Return the copy a file is."""
    rows = StampedCopy.objects.select_related("edition__publication", "edition__file", "person")
    return rows.filter(file=stored).first()


def counts(copy: StampedCopy) -> bool:
    """Say whether a copy still is what would be made now: same original, label and name."""
    edition = copy.edition
    return (
        copy.sha256 == edition.sha256
        and copy.label == str(label_of(edition.publication.label))
        and copy.name == name_on(copy.person)
    )


def name_on(person: Any) -> str:
    """Return the name that stands on a person's copies, and what finds her without one."""
    return str(person.name or person.public_id)


def get_edition_for(user: Any, public_id: Any, language: str) -> Edition:
    """Return an edition whose file the person may have. Raises NotAllowed, also if there is none.

    To be asked for by pages; ``portal.files`` asks the rules below again before any byte.
    """
    rows = Edition.objects.select_related("publication", "file").filter(file__isnull=False)
    found = rows.filter(publication__public_id=public_id, language=language).first()
    if found is None or not may_open(user, found.publication):
        raise NotAllowed
    return found


def _original_bearer(stored: StoredFile) -> Publication | None:
    edition = edition_of(stored)
    return edition.publication if edition else None


def _copy_bearer(stored: StoredFile) -> Publication | None:
    copy = copy_of(stored)
    return copy.edition.publication if copy else None


def _may_read_original(user: Any, stored: StoredFile) -> bool:
    edition = edition_of(stored)
    if edition is None or is_stamped(edition.publication):
        return False
    return may_open(user, edition.publication)


def _may_read_copy(user: Any, stored: StoredFile) -> bool:
    copy = copy_of(stored)
    if copy is None or copy.person_id != user.pk or not counts(copy):
        return False
    return copy.state == StampedCopy.State.READY and may_open(user, copy.edition.publication)


def register() -> None:
    """Make the purposes known; called when the site starts."""
    register_purpose(
        ORIGINAL,
        may_read=_may_read_original,
        accepted=ACCEPTED,
        bearer=_original_bearer,
        public=True,
        outlives=True,
    )
    register_purpose(COPY, may_read=_may_read_copy, accepted=frozenset(), bearer=_copy_bearer)

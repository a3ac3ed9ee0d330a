"""Who may read and delete a file: the rule of its purpose, then the audience of its label.

Each purpose is registered by the concept it belongs to. A file of an unknown purpose is read by
nobody.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from portal.files.kinds import ALL
from portal.files.models import StoredFile
from portal.markings import audience
from portal.markings.labels import Label, label_of
from portal.permissions import is_verified
from portal.shared.errors import NotAllowed

Rule = Callable[[Any, StoredFile], bool]


def _nobody(user: Any, stored: StoredFile) -> bool:
    return False


@dataclass(frozen=True)
class Purpose:
    """``listed(user)`` is ``may_read`` as a condition, for lists; without it there are none.

    ``labelled``: whether the label's audience is asked as well. Where the purpose alone names the
    readers (the approvers of an application), it is not. ``bearer(file)`` returns what bears the
    label in force where that is not the file itself (a publication); with ``public`` a CLEAR one is
    for visitors too. ``outlives``: it is not deleted with the account that sent it. ``back(file)``
    is the path to go to after a deletion.
    """

    name: str
    may_read: Rule
    may_delete: Rule = _nobody
    listed: Callable[[Any], Q] | None = None
    labelled: bool = True
    accepted: frozenset[str] = ALL
    bearer: Callable[[StoredFile], Any] | None = None
    public: bool = False
    outlives: bool = False
    back: Callable[[StoredFile], str] | None = None


_purposes: dict[str, Purpose] = {}


def register_purpose(name: str, *, may_read: Rule, **rules: Any) -> None:
    """Make a purpose known; registering again replaces it. See ``Purpose`` for ``rules``."""
    _purposes[name] = Purpose(name, may_read=may_read, **rules)


def outliving() -> list[str]:
    """Return the purposes whose files stay when the account that sent them is deleted."""
    return [rule.name for rule in _purposes.values() if rule.outlives]


def purpose_of(name: str) -> Purpose:
    """Return a purpose. Raises KeyError for an unknown one."""
    return _purposes[name]


def bearer_of(stored: StoredFile) -> Any:
    """Return what bears the label that counts for a file; None where that is gone."""
    rule = _purposes.get(stored.purpose)
    return rule.bearer(stored) if rule is not None and rule.bearer else stored


def may_read(user: Any, stored: StoredFile) -> bool:
    """Say whether a person may read a file. Only its owner may without a second factor; a public
    purpose gives what is CLEAR to anybody."""
    rule, thing = _purposes.get(stored.purpose), bearer_of(stored)
    if rule is None or thing is None:
        return False
    if rule.public and label_of(thing.label) == Label.CLEAR:
        return rule.may_read(user, stored)
    if not user.is_authenticated or not user.is_active or user.hold:
        return False
    if stored.owner_id != user.pk and not is_verified(user):
        return False
    if not rule.may_read(user, stored):
        return False
    return not rule.labelled or audience.may_read(user, thing)


def may_delete(user: Any, stored: StoredFile) -> bool:
    """Say whether a person may delete a file: its owner, where the purpose allows it now."""
    rule = _purposes.get(stored.purpose)
    if rule is None or stored.owner_id is None or stored.owner_id != user.pk:
        return False
    return rule.may_delete(user, stored)


def get_file_for(user: Any, public_id: uuid.UUID) -> StoredFile:
    """Return a file the person may read. Raises NotAllowed, also where there is none."""
    found = StoredFile.objects.select_related("source").filter(public_id=public_id).first()
    if found is None or not may_read(user, found):
        raise NotAllowed
    return found


def get_file_to_delete(user: Any, public_id: uuid.UUID) -> StoredFile:
    """Return a file the person may delete. Raises NotAllowed, also where there is none."""
    found = StoredFile.objects.filter(public_id=public_id).first()
    if found is None or not user.is_authenticated or not may_delete(user, found):
        raise NotAllowed
    return found


def files_visible_to(user: Any, purpose: str) -> QuerySet[StoredFile]:
    """Return the files of a purpose that ``may_read`` allows. Raises KeyError or ValueError."""
    rule = purpose_of(purpose)
    if rule.listed is None:
        raise ValueError(f"{purpose} has no lists")
    files = StoredFile.objects.filter(purpose=purpose)
    if not user.is_authenticated or not user.is_active or user.hold:
        return files.none()
    if not is_verified(user):
        files = files.filter(owner=user)
    files = files.filter(rule.listed(user))
    return audience.visible_to(user, files) if rule.labelled else files

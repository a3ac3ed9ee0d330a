"""Who proposes, changes and publishes records in the studio (security.md 3.2).

Every role proposes: a record or a change waits as a draft until somebody publishes it who did not
write it. Publishing is for reviewers of every course and language, and for administrators of
everything. Roles override no label: nobody edits a record she may not know of.

Nobody holds Django's own permissions on records, which know no label: whatever part of Wagtail asks
for those alone (reports, the history of the site) is told no.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from community.library.models import Publication
from portal.markings import audience
from portal.markings.labels import Label, label_of
from portal.permissions import is_member, is_verified
from portal.roles.models import Role, RoleGrant
from portal.roles.studio import runs_studio, studio_grants
from portal.shared.errors import NotAllowed

PROPOSE = frozenset({"add", "change", "view"})
PUBLISH = PROPOSE | {"publish", "lock", "unlock"}
DEEDS: dict[str, frozenset[str]] = {
    Role.TRAINER: PROPOSE,
    Role.REVIEWER: PUBLISH,
    Role.TRANSLATOR: PROPOSE,
    Role.FOCAL_POINT: PROPOSE,
    Role.ADMINISTRATOR: PUBLISH | {"delete"},
}


def _deeds_of(grant: RoleGrant) -> frozenset[str]:
    """Return what a grant allows; a reviewer of one course or language proposes only."""
    if grant.role == Role.REVIEWER and (grant.course or grant.language):
        return PROPOSE
    return DEEDS.get(grant.role, frozenset())


def _allows(user: Any, action: str) -> bool:
    return any(action in _deeds_of(grant) for grant in studio_grants(user))


def _is_operator(user: Any) -> bool:
    return bool(user.is_superuser and user.is_active)


def editable(user: Any, rows: QuerySet[Publication] | None = None) -> QuerySet[Publication]:
    """Return the records the person may know of in the studio, drafts included.

    Records that came with the site and belong to nobody yet are for administrators as well: there
    is nobody else who could give them a source.
    """
    rows = Publication.objects.all() if rows is None else rows
    if _is_operator(user):
        return rows
    if not (is_member(user) and is_verified(user)):
        return rows.none()
    found = audience.visible_to(user, rows) | rows.filter(asked_for=True, label=Label.AMBER)
    if runs_studio(user):
        nobodys = Q(label__in=("", Label.AMBER), source=None, marked_by=None)
        found = found | rows.filter(nobodys)
    return found.distinct()


def is_for(person: Any, publication: Publication) -> bool:
    """Say whether a record is for a person to know of, whatever she signed in with."""
    if not is_member(person):
        return False
    if audience.in_audience(person, publication):
        return True
    if publication.asked_for and publication.label == Label.AMBER:
        return True
    is_nobodys = publication.source_id is None and publication.marked_by_id is None
    return is_nobodys and label_of(publication.label) == Label.AMBER and runs_studio(person)


def may_know(user: Any, publication: Publication) -> bool:
    """Say whether a record is among ``editable``."""
    return _is_operator(user) or (is_verified(user) and is_for(user, publication))


def may_publish(person: Any, publication: Publication) -> bool:
    """Say whether a person may publish a record, whatever she signed in with."""
    return _allows(person, "publish") and is_for(person, publication)


def may_change(user: Any, publication: Publication) -> bool:
    """Say whether a person may propose a change of a record, and put files to it.

    What is published is changed by its files at once, so that is for those who publish.
    """
    deed = "publish" if publication.live else "change"
    return (_is_operator(user) or _allows(user, deed)) and may_know(user, publication)


class PublicationPolicy(ModelPermissionPolicy):
    """Rights on records by role and label: predicate and list agree."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return _is_operator(user) or any(_allows(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Any
    ) -> bool:
        if not self.user_has_any_permission(user, actions):
            return False
        return instance.pk is None or may_know(user, instance)

    def may_publish(self, person: Any, publication: Publication) -> bool:
        """Say whether a person may publish a record; asked for reviews and their notices."""
        return may_publish(person, publication)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        if not self.user_has_any_permission(user, actions):
            return Publication.objects.none()
        return editable(user)


def get_editable_for(user: Any, pk: str) -> Publication:
    """Return a record by its key as the studio's addresses have it. Raises NotAllowed."""
    number = int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 16 else 0
    found = Publication.objects.filter(pk=number).first()
    if found is None or not may_change(user, found):
        raise NotAllowed
    return found

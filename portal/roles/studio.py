"""What a person's roles open in the studio: exact page trees, nothing else; derived, recomputable.

Wagtail knows rights of groups only. Each person with a role for the studio has a group of her own,
``studio:<public id>``; its rows follow from her roles in force and are rebuilt whenever these
change (``sync_studio_rights``) and for everybody by ``manage.py studio_rights``. Nobody gets the
rights ``add_user``, ``change_user``, ``delete_user`` (security.md 3.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.models import PageSubscription as Subscription

from portal.accounts.models import User
from portal.permissions import forget, roles_of
from portal.roles.courses_port import book
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import is_unlimited

PREFIX = "studio:"
STUDIO_ROLES = (
    Role.TRAINER, Role.REVIEWER, Role.TRANSLATOR, Role.FOCAL_POINT, Role.ADMINISTRATOR,
)  # fmt: skip
HOME_DEPTH = 2  # the home page of a language

# A focal point proposes records of the library, and has no page, picture or document.
PAGE_RIGHTS: dict[str, tuple[str, ...]] = {
    Role.FOCAL_POINT: (),
    Role.TRAINER: ("add_page", "change_page"),
    Role.REVIEWER: ("change_page", "publish_page", "lock_page", "unlock_page"),
    Role.TRANSLATOR: ("change_page",),
    Role.ADMINISTRATOR: (
        "add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page",
    ),
}  # fmt: skip
CHOOSE = ("wagtailimages.choose_image", "wagtaildocs.choose_document")
ADD = ("wagtailimages.add_image", "wagtaildocs.add_document")
CHANGE = ("wagtailimages.change_image", "wagtaildocs.change_document")
COLLECTION_RIGHTS: dict[str, tuple[str, ...]] = {
    Role.FOCAL_POINT: (),
    Role.TRAINER: CHOOSE + ADD,
    Role.REVIEWER: CHOOSE,
    Role.TRANSLATOR: CHOOSE,
    Role.ADMINISTRATOR: CHOOSE + ADD + CHANGE,
}
MODEL_RIGHTS: dict[str, tuple[str, ...]] = {
    Role.TRAINER: ("wagtail_localize.submit_translation",),
    Role.ADMINISTRATOR: ("wagtail_localize.submit_translation",),
}


@dataclass(frozen=True)
class Rights:
    """Rights in the studio: (codename, page id), and permissions as ``app.codename``."""

    pages: frozenset[tuple[str, int]] = frozenset()
    collections: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.models)


def counts_in_studio(grant: RoleGrant) -> bool:
    """Say whether a role opens the studio.

    Pages lie in no region, so an administrator of a region or organisation has none of them.
    """
    if grant.role == Role.ADMINISTRATOR:
        return is_unlimited(grant)
    return grant.role in STUDIO_ROLES


def studio_grants(user: Any) -> list[RoleGrant]:
    """Return the person's roles in force that open the studio."""
    return [grant for grant in roles_of(user) if counts_in_studio(grant)]


def runs_studio(user: Any) -> bool:
    """Say whether the person is an administrator of everything."""
    return any(grant.role == Role.ADMINISTRATOR for grant in studio_grants(user))


def trees(grant: RoleGrant) -> list[int]:
    """Return the ids of the pages at the top of what a role covers."""
    if grant.role == Role.ADMINISTRATOR:
        return list(Page.objects.filter(depth=1).values_list("pk", flat=True))
    if grant.course:
        pages = Page.objects.filter(translation_key=grant.course, depth__gt=HOME_DEPTH)
    elif grant.role == Role.TRAINER:
        pages = book().indexes()
    else:
        pages = Page.objects.filter(depth=HOME_DEPTH)
    if grant.language:
        pages = pages.filter(locale__language_code=grant.language)
    return list(pages.values_list("pk", flat=True))


def wanted(user: Any) -> Rights:
    """Return the rights that follow from the person's roles in force."""
    grants = studio_grants(user)
    if not grants:
        return Rights()
    roles = {grant.role for grant in grants}
    models = {"wagtailadmin.access_admin"}
    for role in roles:
        models.update(MODEL_RIGHTS.get(role, ()), book().permissions(role))
    return Rights(
        pages=frozenset(
            (right, page)
            for grant in grants
            for page in trees(grant)
            for right in PAGE_RIGHTS[grant.role]
        ),
        collections=frozenset(right for role in roles for right in COLLECTION_RIGHTS[role]),
        models=frozenset(models),
    )


def stored(group: Group | None) -> Rights:
    """Return the rights a group has in the tables of Wagtail and Django."""
    if group is None:
        return Rights()
    pages = GroupPagePermission.objects.filter(group=group)
    collections = GroupCollectionPermission.objects.filter(group=group)
    label = "content_type__app_label", "codename"
    return Rights(
        pages=frozenset(pages.values_list("permission__codename", "page_id")),
        collections=frozenset(
            f"{app}.{name}"
            for app, name in collections.values_list(
                "permission__content_type__app_label", "permission__codename"
            )
        ),
        models=frozenset(f"{app}.{name}" for app, name in group.permissions.values_list(*label)),
    )


def group_of(user: Any) -> Group | None:
    """Return the person's own group, if she has one."""
    return Group.objects.filter(name=f"{PREFIX}{user.public_id}").first()


def difference(user: Any) -> bool:
    """Say whether what is stored for a person is not what her roles say."""
    group = group_of(user)
    groups = set(user.groups.values_list("pk", flat=True))
    return (
        stored(group) != wanted(user)
        or groups != ({group.pk} if group else set())
        or user.user_permissions.exists()
    )


@transaction.atomic
def sync_studio_rights(user: User) -> bool:
    """Make the person's rights in the studio what her roles in force say; True if they changed.

    Other groups and rights of hers are taken away: only roles give rights.
    """
    User.objects.select_for_update().filter(pk=user.pk).first()
    forget(user)
    if not difference(user):
        return False
    rights = wanted(user)
    Group.objects.filter(name=f"{PREFIX}{user.public_id}").delete()
    user.groups.clear()
    user.user_permissions.clear()
    if rights:
        group = Group.objects.create(name=f"{PREFIX}{user.public_id}")
        _write(group, rights)
        user.groups.add(group)
    _drop_subscriptions(user, rights)
    return True


def _write(group: Group, rights: Rights) -> None:
    names = {right for right, _page in rights.pages}
    own = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=names
    )
    page_rights = {permission.codename: permission for permission in own}
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission=page_rights[right])
        for right, page in sorted(rights.pages)
    )
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=root, permission=permission)
        for permission in permissions(rights.collections)
    )
    group.permissions.set(permissions(rights.models))


def permissions(names: Iterable[str]) -> list[Permission]:
    """Return permissions by ``app.codename``. Raises LookupError if one is missing."""
    wanted_names = set(names)
    parts = [name.split(".") for name in wanted_names]
    condition = Q(pk__in=())
    for app, codename in parts:
        condition |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(condition).select_related("content_type"))
    missing = wanted_names - {f"{row.content_type.app_label}.{row.codename}" for row in found}
    if missing:
        raise LookupError(f"there are no such permissions: {sorted(missing)}")
    return found


def _drop_subscriptions(user: User, rights: Rights) -> None:
    """Whoever lost a page hears nothing of it any more (comments, CVE-2022-21683)."""
    kept = [
        row.pk
        for row in Subscription.objects.filter(user=user).select_related("page")
        if row.page.permissions_for_user(User.objects.get(pk=user.pk)).can_edit()
    ]
    Subscription.objects.filter(user=user).exclude(pk__in=kept).delete()


def people_concerned() -> list[User]:
    """Return everybody who has a role, a group or a right of his own: whom a rebuild looks at."""
    return list(
        User.objects.filter(
            Q(role_grants__isnull=False)
            | Q(groups__isnull=False)
            | Q(user_permissions__isnull=False)
        )
        .distinct()
        .order_by("pk")
    )


def concerned_by(page: Page) -> list[User]:
    """Return the people whose rights may change with the place of a page."""
    condition = Q(role_grants__course=page.translation_key)
    if page.depth <= HOME_DEPTH + 1:
        condition |= Q(role_grants__course=None)
    return list(
        User.objects.filter(
            condition, role_grants__ended_at=None, role_grants__role__in=STUDIO_ROLES
        ).distinct()
    )

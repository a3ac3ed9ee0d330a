"""Sets the studio up: everybody's rights rebuilt, the review by a second person in place."""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from portal.accounts.models import User
from portal.notifications.services import notify
from portal.roles.authorship import may_publish, wrote
from portal.roles.models import Role
from portal.roles.studio import PREFIX, difference, people_concerned, sync_studio_rights
from portal.roles.workflow_models import ReviewTask

WORKFLOW = "Review by a second person"
STOCK_GROUPS = ("Editors", "Moderators")


def rebuild() -> int:
    """Make everybody's rights in the studio what roles say; return how many people changed."""
    set_up()
    known = [f"{PREFIX}{user.public_id}" for user in people_concerned()]
    Group.objects.filter(name__startswith=PREFIX).exclude(name__in=known).delete()
    return sum(sync_studio_rights(user) for user in people_concerned())


def wrong() -> list[User]:
    """Return the people whose stored rights are not what their roles say."""
    return [user for user in people_concerned() if difference(user)]


@transaction.atomic
def set_up() -> None:
    """Have one review for all pages, and take the rights of Wagtail's stock groups away."""
    stock = Group.objects.filter(name__in=STOCK_GROUPS)
    GroupPagePermission.objects.filter(group__in=stock).delete()
    GroupCollectionPermission.objects.filter(group__in=stock).delete()
    for group in stock:
        group.permissions.clear()
    ensure_review()


def ensure_review() -> Workflow:
    """Return the workflow in which a second person reads, begun at the root page."""
    root = Page.get_first_root_node()
    task = ReviewTask.objects.filter(active=True).first()
    if task is None:
        task = ReviewTask.objects.create(name=WORKFLOW)
    workflow: Workflow | None = Workflow.objects.filter(workflow_tasks__task=task).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=WORKFLOW)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    place = WorkflowPage.objects.filter(page=root).first()
    if place is None or place.workflow_id != workflow.pk:
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
        for old in GroupApprovalTask.objects.filter(active=True):
            old.deactivate()
    for model in _reviewed:
        WorkflowContentType.objects.update_or_create(
            content_type=ContentType.objects.get_for_model(model), defaults={"workflow": workflow}
        )
    return workflow


_reviewed: list[type[Any]] = []


def review_also(model: type[Any]) -> None:
    """Have rows of a half read by a second person as well (called at start-up)."""
    if model not in _reviewed:
        _reviewed.append(model)


def tell_reviewers(*, page: Any, by: Any) -> int:
    """Tell those who may publish a text that it waits; return how many were told.

    Who may is asked now, not when somebody subscribed (CVE-2022-21683).
    """
    told = 0
    people = User.objects.filter(
        role_grants__role__in=(Role.REVIEWER, Role.ADMINISTRATOR),
        role_grants__ended_at=None,
        is_active=True,
        hold="",
    ).distinct()
    for person in people:
        may = may_publish(person, page) and not wrote(person, page)
        if may and (by is None or person.pk != by.pk):
            notify(person, "review", place="wagtailadmin_home")
            told += 1
    return told


def tell_author(*, author: Any, by: Any) -> bool:
    """Tell who asked for a review that it was answered; nobody hears of his own deeds."""
    if author is None or (by is not None and author.pk == by.pk) or not author.is_active:
        return False
    notify(author, "review-answer", place="wagtailadmin_home")
    return True

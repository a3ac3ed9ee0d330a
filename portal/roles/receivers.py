"""Listens for changes of rights, and to Wagtail for pages that came or waited."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import (
    copy_for_translation_done,
    page_published,
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from portal.accounts.models import User
from portal.events import listen
from portal.events.messages import MembershipEnded, MembershipStarted, RightsChanged
from portal.notifications.verbs import ask_before_mail
from portal.roles.permissions import waiting_for
from portal.roles.studio import concerned_by, studio_grants, sync_studio_rights
from portal.roles.studio_services import tell_author, tell_reviewers
from portal.roles.workflow_models import ReviewTask


def on_rights_changed(message: RightsChanged | MembershipStarted | MembershipEnded) -> None:
    user = User.objects.filter(pk=message.user_id).first()
    if user is not None:
        sync_studio_rights(user)


ask_before_mail("role-confirm", lambda user, key: waiting_for(user).exists())
ask_before_mail("review", lambda user, key: bool(studio_grants(user)))

for _kind in (RightsChanged, MembershipStarted, MembershipEnded):
    listen(_kind, on_rights_changed)


@receiver([page_published, post_page_move], dispatch_uid="roles.page_place")
def on_page_place(sender: Any, instance: Page, **kwargs: Any) -> None:
    for user in concerned_by(instance):
        sync_studio_rights(user)


@receiver(copy_for_translation_done, dispatch_uid="roles.page_translated")
def on_page_translated(sender: Any, target_obj: Any, **kwargs: Any) -> None:
    if isinstance(target_obj, Page):
        on_page_place(sender, target_obj)


@receiver(task_submitted, dispatch_uid="roles.review_begins")
def on_review_begins(sender: Any, instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    page = instance.workflow_state.content_object
    if isinstance(instance.task.specific, ReviewTask) and page is not None:
        tell_reviewers(page=page, by=user)


@receiver([workflow_approved, workflow_rejected], dispatch_uid="roles.review_ends")
def on_review_ends(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    tell_author(author=instance.requested_by, by=user)


def silence_stock_mails() -> None:
    """Keep Wagtail from mailing by itself: our notices go by the person's pace and language."""
    task_submitted.disconnect(
        sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification"
    )
    for signal, name in (
        (workflow_submitted, "submitted"),
        (workflow_rejected, "rejected"),
        (workflow_approved, "approved"),
    ):
        signal.disconnect(
            sender=WorkflowState, dispatch_uid=f"workflow_state_{name}_email_notification"
        )

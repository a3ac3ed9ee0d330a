"""The step of a workflow in which a second person reads a text: whoever may publish it there.

Wagtail's own kind of step lets a fixed group into every page that waits, whatever its tree. Here
the right to publish that very page decides, and nobody approves a text of her own.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from portal.roles.authorship import may_publish, wrote


class ReviewTask(Task):
    """Waits until somebody with the right to publish the text, and no author of it, has read it.

    A text is a page, or a row of a half whose policy says who may publish it.
    """

    class Meta:
        app_label = "portal"
        verbose_name = _("review by a second person")

    def _may_publish(self, text: Any, user: Any) -> bool:
        return may_publish(user, text)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Say that while a text waits, only those who review it change it."""
        return not self._may_publish(obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return "ask for changes", and "approve" unless the person wrote part of the text."""
        if not self._may_publish(obj, user):
            return []
        actions: list[tuple[str, Any, bool]] = [("reject", _("Ask for changes"), True)]
        if not wrote(user, obj):
            actions.append(("approve", _("Approve"), False))
            actions.append(("approve", _("Approve with comment"), True))
        return actions

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Do it. Raises PermissionDenied for whatever ``get_actions`` does not offer."""
        page = task_state.workflow_state.content_object
        if action_name not in {name for name, _label, _more in self.get_actions(page, user)}:
            raise PermissionDenied
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        """Return what waits for this person: pages she may publish."""
        waiting = TaskState.objects.filter(task=self, status=TaskState.STATUS_IN_PROGRESS)
        mine = [
            state.pk
            for state in waiting.select_related("workflow_state", "revision")
            if self._may_publish(state.workflow_state.content_object, user)
        ]
        found: QuerySet[TaskState] = waiting.filter(pk__in=mine)
        return found

    @classmethod
    def get_description(cls) -> str:
        return str(_("Somebody else who may publish the page reads it first."))

"""What the studio offers on records of the library. Wagtail finds it by its name.

Its own buttons ask Django's permissions, which nobody holds on records; these ask the policy.
"""

from typing import Any

from wagtail import hooks
from wagtail.permissions import policy_registry
from wagtail.snippets.action_menu import ActionMenuItem, PublishMenuItem, UnpublishMenuItem

from community.library.models import Publication


def _may_publish(context: dict[str, Any]) -> bool:
    policy = policy_registry.get_by_type(Publication)
    user, record = context["request"].user, context.get("instance")
    if context.get("locked_for_user"):
        return False
    if record is None:
        return bool(policy.user_has_permission(user, "publish"))
    return bool(policy.user_has_permission_for_instance(user, "publish", record))


class PublishRecord(PublishMenuItem):
    """The button to publish, for those who may. Who wrote the draft is refused all the same."""

    def is_shown(self, context: dict[str, Any]) -> bool:
        return _may_publish(context)


class UnpublishRecord(UnpublishMenuItem):
    """The button to unpublish, for those who may publish."""

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and context["instance"].live and _may_publish(context)


@hooks.register("construct_snippet_action_menu")
def offer_by_policy(
    menu_items: list[ActionMenuItem], request: Any, context: dict[str, Any]
) -> None:
    """Put the two in the place of Wagtail's."""
    if context["model"] is not Publication:
        return
    stock = {PublishMenuItem.name, UnpublishMenuItem.name}
    own = [item for item in (UnpublishRecord(order=20), PublishRecord(order=30))
           if item.is_shown(context)]  # fmt: skip
    menu_items[:] = [*(item for item in menu_items if item.name not in stock), *own]

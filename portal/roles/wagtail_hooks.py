"""Hooks of the studio that follow from roles: who publishes, what choosers and menus show."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel
from wagtail.models import Page
from wagtail.permissions import policy_registry

from portal.roles.authorship import translation_of, wrote
from portal.roles.receivers import silence_stock_mails
from portal.roles.studio import runs_studio
from portal.roles.studio_rules import can_change

silence_stock_mails()  # here, because Wagtail connects them after our apps are ready

SETTINGS = {"users", "groups", "sites", "locales", "redirects", "workflows", "workflow-tasks",
            "collections"}  # fmt: skip


def _own_text() -> str:
    return _(
        "Not published: you wrote part of this text. Your work is saved as a draft. Submit it, so "
        "that somebody else reads it first."
    )


@hooks.register("before_create_page", order=-10)
def keep_new_page_as_draft(request: HttpRequest, parent: Page, kind: type[Page]) -> None:
    """Save a new page as a draft: whoever writes it is its author and does not publish it.

    Wagtail stores the page as live before it asks about publishing, so that is too late.
    """
    if request.method == "POST" and "action-publish" in request.POST:
        sent = request.POST.copy()
        del sent["action-publish"]
        request.POST = sent  # type: ignore[assignment]
        messages.warning(request, _own_text())


@hooks.register("before_publish_page", order=-10)
def refuse_own_text(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Nobody publishes what she wrote herself (security.md 3.2), administrators included."""
    if not wrote(request.user, page):
        return None
    messages.error(request, _own_text())
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_publish", order=-10)
def refuse_own_row(request: HttpRequest, thing: Any) -> HttpResponse | None:
    """The same for rows with drafts that are no pages."""
    if isinstance(thing, Page) or not wrote(request.user, thing):
        return None
    messages.error(request, _own_text())
    finder = AdminURLFinder(request.user)
    return redirect(finder.get_edit_url(thing) or "wagtailadmin_home")


@hooks.register("before_edit_page", order=-10)
def refuse_own_translation(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The same for a translation: wagtail-localize publishes without asking Wagtail's hook."""
    publishes = request.method == "POST" and request.POST.get("action") == "publish"
    if not publishes or translation_of(page) is None or not wrote(request.user, page):
        return None
    messages.error(
        request,
        _("Not published: you translated part of this text. Somebody else has to publish it."),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action", order=-10)
def refuse_own_texts_in_bulk(
    request: HttpRequest, action: str, objects: list[Any], view: Any
) -> HttpResponse | None:
    """The same for many pages at once, with everything below them."""
    if action != "publish":
        return None
    pages = [thing for thing in objects if isinstance(thing, Page)]
    if view.cleaned_form and view.cleaned_form.cleaned_data.get("include_descendants"):
        pages += [below for page in pages for below in page.get_descendants()]
    own = [page for page in pages if translation_of(page) or wrote(request.user, page)]
    if not own:
        return None
    messages.error(
        request,
        _("Nothing is published: you wrote part of these texts, or they are translations."),
    )
    return redirect("wagtailadmin_home")


@hooks.register("construct_page_chooser_queryset")
def choose_own_pages(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Offer the pages a person works on, and the way to them."""
    mine = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages.filter(pk__in=mine.values("pk"))


@hooks.register("construct_homepage_summary_items")
def count_nothing_foreign(request: HttpRequest, items: list[Any]) -> None:
    """Leave the numbers out where they would count other people's pages (security.md 1, P1)."""
    if not (request.user.is_superuser or runs_studio(request.user)):
        items[:] = [item for item in items if not isinstance(item, PagesSummaryItem)]


class OwnTextsInReview(UserObjectsInWorkflowModerationPanel):
    """What a person submitted and waits; without what she may not change any more."""

    def get_context_data(self, parent_context: Any) -> Any:
        context = super().get_context_data(parent_context)
        user = parent_context["request"].user
        context["workflow_states"] = [
            state for state in context["workflow_states"] if can_change(user, state.content_object)
        ]
        return context


@hooks.register("construct_homepage_panels")
def name_nothing_lost(request: HttpRequest, panels: list[Any]) -> None:
    """Wagtail names what was submitted though a label or a tree has taken it from her since."""
    panels[:] = [
        OwnTextsInReview() if type(panel) is UserObjectsInWorkflowModerationPanel else panel
        for panel in panels
    ]


@hooks.register("construct_reports_menu")
def hide_reports(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Reports list pages of all trees: they are for administrators."""
    if not (request.user.is_superuser or runs_studio(request.user)):
        menu_items[:] = []


@hooks.register("construct_settings_menu")
def hide_what_operators_do(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in SETTINGS]

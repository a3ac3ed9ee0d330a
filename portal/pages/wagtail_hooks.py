"""The studio: a term as a style of text, a plain welcome, and no entry nobody needs."""

from typing import Any

import wagtail.admin.rich_text.editors.draftail.features as draftail
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.rich_text.converters.editor_html import WhitelistRule
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineStyleElementHandler
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.whitelist import allow_without_attributes

from portal.pages.services import missing_texts

TERM = "DFN"
# These lead to another site; the welcome panel and our help page do not.
ELSEWHERE = ("editor-guide", "whats-new")
FOR_SUPERUSERS = {"users", "groups", "sites", "locales", "redirects", "workflows", "workflow-tasks"}


@hooks.register("register_rich_text_features")
def register_term(features: FeatureRegistry) -> None:
    """Offer ``dfn``: the place in a text where a term is explained."""
    features.register_editor_plugin(
        "draftail",
        "dfn",
        draftail.InlineStyleFeature(
            {"type": TERM, "icon": "title", "description": _("Term being explained")}
        ),
    )
    features.register_converter_rule(
        "contentstate",
        "dfn",
        {
            "from_database_format": {"dfn": InlineStyleElementHandler(TERM)},
            "to_database_format": {"style_map": {TERM: "dfn"}},
        },
    )
    features.register_converter_rule(
        "editorhtml", "dfn", [WhitelistRule("dfn", allow_without_attributes)]
    )


@hooks.register("construct_help_menu")
def hide_what_leads_elsewhere(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    menu_items[:] = [item for item in menu_items if not item.name.startswith(ELSEWHERE)]


@hooks.register("construct_settings_menu")
def hide_what_superusers_do(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Accounts are managed on screens of our own; nobody but a superuser has Wagtail's."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in FOR_SUPERUSERS]


class WelcomePanel(Component):
    """What an editor does here, in plain words."""

    order = 50
    template_name = "portal/pages/studio_welcome.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"user": parent_context["request"].user}


@hooks.register("construct_homepage_panels")
def welcome(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(WelcomePanel())


@hooks.register("before_edit_page", order=-10)
def refuse_incomplete_translation(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep a translation back while texts are missing: it would show two languages as one."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    missing = missing_texts(page=page)
    if not missing:
        return None
    messages.error(
        request,
        ngettext(
            "Not published: %(count)d text is not translated yet.",
            "Not published: %(count)d texts are not translated yet.",
            missing,
        )
        % {"count": missing},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)

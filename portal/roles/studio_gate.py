"""The gate before the studio: an address that is not listed here is closed (security.md 5).

Wagtail checks rights in each view, and each view that forgot it became an advisory. So every
address of ``/studio/`` is asked once more here, by its name, before the view: whose page, whose
row, whose revision. What is new after an update of Wagtail is closed until somebody lists it; a
test walks the addresses and says which are not. Emergency superusers pass.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch
from wagtail.permissions import policy_registry

from portal.roles import studio_rules as rules
from portal.roles.models import RoleGrant
from portal.roles.studio import studio_grants, sync_studio_rights
from portal.shared import clock

logger = logging.getLogger("portal.studio")

STUDIO = "/studio/"
# Doors that lead to our own sign-in, and out again.
DOORS = frozenset({"wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_password_reset"})


def _named(prefix: str, rule: rules.Rule, *names: str) -> dict[str, rules.Rule]:
    return {f"{prefix}{name}": rule for name in names}


PAGES = "wagtailadmin_pages:"
LOCALIZE = "wagtail_localize:"

RULES: dict[str, rules.Rule] = {
    # the frame
    **_named(
        "wagtailadmin_", rules.anyone,
        "home", "account", "dismissibles", "sprite", "javascript_catalog", "block_preview",
        "explore_root", "editing_sessions:release",
        "choose_page_external_link", "choose_page_email_link", "choose_page_phone_link",
        "choose_page_anchor_link", "tag_autocomplete", "tag_model_autocomplete",
    ),
    "wagtailadmin_editing_sessions:ping": rules.editing,
    # pages
    **_named("wagtailadmin_", rules.seen_page, "explore", "explore_results", "api:pages:detail"),
    **_named("wagtailadmin_", rules.anyone, "api:pages:listing"),
    **_named(PAGES, rules.anyone, "search", "search_results"),
    **_named(PAGES, rules.page_with("add"), "add", "preview_on_add", "add_subpage"),
    **_named(
        PAGES, rules.own_page,
        "edit", "preview_on_edit", "view_draft", "usage", "history", "history_results",
        "revisions_index", "revisions_view", "revisions_revert", "revisions_compare",
        "workflow_action", "collect_workflow_action_data", "confirm_workflow_cancellation",
        "workflow_preview", "workflow_history", "workflow_history_detail", "unlock",
    ),
    **_named(PAGES, rules.page_with("lock"), "lock"),
    **_named(
        PAGES, rules.page_with("publish"),
        "unpublish", "convert_alias", "revisions_unschedule", "set_page_position",
    ),
    **_named(PAGES, rules.page_with("add", "bulk_delete"), "delete", "move"),
    f"{PAGES}move_confirm": rules.move_to,
    f"{PAGES}copy": rules.copy,
    **_named(PAGES, rules.administrators, "type_use", "type_use_results", "choose_parent"),
    **_named(
        "wagtailadmin_", rules.page_choice,
        "choose_page", "choose_page_child", "choose_page_search", "choose_page_chosen_multiple",
    ),
    "wagtail_bulk_action": rules.bulk,
    # reports
    **_named(
        "wagtailadmin_reports:", rules.administrators,
        "locked_pages", "locked_pages_results", "workflow", "workflow_results", "workflow_tasks",
        "workflow_tasks_results", "site_history", "site_history_results", "aging_pages",
        "aging_pages_results", "page_types_usage", "page_types_usage_results",
    ),
    # translation
    f"{LOCALIZE}javascript_catalog": rules.anyone,
    f"{LOCALIZE}submit_page_translation": rules.submit_page,
    f"{LOCALIZE}submit_snippet_translation": rules.submit_row,
    f"{LOCALIZE}update_translations": rules.renew_translations,
    **_named(
        LOCALIZE, rules.own_translation,
        "edit_string_translation", "edit_override", "download_pofile", "preview_translation",
        "stop_translation",
    ),
    f"{LOCALIZE}upload_pofile": rules.upload,
    f"{LOCALIZE}convert_to_alias": rules.page_with("publish"),
    **_named(LOCALIZE, rules.administrators, "translations_report", "translations_report_results"),
    # pictures and documents: public ones only; Wagtail asks whose each is
    **_named(
        "wagtailimages:", rules.anyone,
        "index", "index_results", "edit", "delete", "preview", "add", "add_multiple",
        "edit_multiple", "create_multiple_from_uploaded_image", "delete_multiple",
        "delete_upload_multiple",
    ),
    **_named("wagtailimages:", rules.administrators, "image_usage"),
    **_named(
        "wagtailimages_chooser:", rules.anyone,
        "choose", "choose_results", "chosen", "chosen_multiple", "create", "select_format",
    ),
    **_named(
        "wagtaildocs:", rules.anyone,
        "index", "index_results", "edit", "delete", "add", "add_multiple", "edit_multiple",
        "create_multiple_from_uploaded_document", "delete_multiple", "delete_upload_multiple",
    ),
    **_named("wagtaildocs:", rules.administrators, "document_usage"),
    **_named(
        "wagtaildocs_chooser:", rules.anyone,
        "choose", "choose_results", "chosen", "chosen_multiple", "create",
    ),
    "wagtailsnippets:index": rules.anyone,
}  # fmt: skip

# Closed on purpose, for everybody but an emergency superuser: these addresses are known. (Accounts
# are managed on our own pages, deeds by the API would pass by the hooks, Wagtail's privacy is not
# used.)
CLOSED = frozenset(
    {
        "wagtailadmin_error_test",
        "wagtailadmin_api:pages:find", "wagtailadmin_api:pages:action",
        *(f"wagtailadmin_api:{kind}:{name}" for kind in ("documents", "images")
          for name in ("listing", "detail", "find")),
        f"{PAGES}set_privacy", "wagtailimages:url_generator", "wagtailimages:url_generator_output",
        f"{LOCALIZE}machine_translate", f"{LOCALIZE}snippets_api_listing",
        f"{LOCALIZE}snippets_api_detail",
        "wagtailadmin_password_reset_done", "wagtailadmin_password_reset_confirm",
        "wagtailadmin_password_reset_complete",
    }
)  # fmt: skip
CLOSED_SPACES = frozenset(
    {
        "wagtailadmin_collections", "wagtailadmin_workflows", "wagtailusers_users",
        "wagtailusers_groups", "wagtailsites", "wagtaillocales", "wagtail_localize_locales",
        "wagtailredirects", "wagtailsettings",
    }
)  # fmt: skip

SNIPPETS = "wagtailsnippets_"
SNIPPET_CHOOSERS = "wagtailsnippetchoosers_"
SNIPPET_LISTS = frozenset({"list", "list_results"})
SNIPPET_NEW = frozenset({"add", "import_table", "export_table"})  # the last two of the library
SNIPPET_ROWS = {
    "edit": ("change",),
    "usage": ("change",),
    "history": ("change",),
    "history_results": ("change",),
    "delete": ("delete",),
    "copy": ("add",),
    # rows with drafts, review and locks
    "revisions_revert": ("change",),
    "revisions_compare": ("change",),
    "revisions_unschedule": ("publish",),
    "unpublish": ("publish",),
    "lock": ("lock",),
    "unlock": ("change",),
    "workflow_action": ("change",),
    "collect_workflow_action_data": ("change",),
    "confirm_workflow_cancellation": ("change",),
    "workflow_history": ("change",),
    "workflow_history_detail": ("change",),
    # of the library's records
    "files": ("change",),
    "file_remove": ("change",),
    "label": ("change",),
}


def name_of(match: ResolverMatch) -> str:
    """Return the full name of an address, "" for none."""
    return ":".join([*match.namespaces, match.url_name or ""])


def rule_for(name: str) -> rules.Rule | None:
    """Return the rule of an address, ``nobody`` for a closed one, None for one nobody listed."""
    if name in RULES:
        return RULES[name]
    space, _colon, last = name.rpartition(":")
    if name in CLOSED or space in CLOSED_SPACES:
        return rules.nobody
    if space.startswith(SNIPPET_CHOOSERS):
        return rules.nobody  # no block of ours chooses a row, and choosers ask no label
    if space.startswith(SNIPPETS):
        return _snippet_rule(space.removeprefix(SNIPPETS), last)
    return None


def _snippet_rule(model: str, name: str) -> rules.Rule | None:
    app, _underscore, model_name = model.partition("_")
    if name in SNIPPET_ROWS:
        return rules.snippet_row(app, model_name, *SNIPPET_ROWS[name])
    actions = ("add",) if name in SNIPPET_NEW else ("add", "change", "delete")
    if name not in SNIPPET_LISTS | SNIPPET_NEW:
        return None

    def rule(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
        policy = policy_registry.get_by_type(rules.apps.get_model(app, model_name))
        return bool(policy.user_has_any_permission(request.user, set(actions)))

    return rule


def _refresh(user: Any) -> None:
    """Take the rights of a role away whose last day has passed and that nobody tidied up yet."""
    over = RoleGrant.objects.filter(user=user, ended_at=None, ends_on__lt=clock.now().date())
    if over.exists():
        sync_studio_rights(user)


class StudioGateMiddleware:
    """Answers 404 for whatever in the studio is not the person's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return None to go on to the view. Raises Http404."""
        user, match = request.user, request.resolver_match
        if not request.path.startswith(STUDIO) or match is None or not user.is_authenticated:
            return None  # visitors are led to the sign-in by Wagtail and the guard
        name = name_of(match)
        if user.is_superuser or name in DOORS or _leads_to_sign_in(match):
            return None
        if not studio_grants(user):
            raise Http404
        _refresh(user)
        rule = rule_for(name)
        if rule is None:
            logger.warning("the studio's address %s is in no list and closed", name)
        if rule is None or not rule(request, kwargs):
            raise Http404
        return None


def _leads_to_sign_in(match: ResolverMatch) -> bool:
    return match.route in {"studio/login/", "studio/password_reset/"}

"""Rules the studio's gate asks: may this person do this to that page, row or translation?

Each rule takes the person and the request with its resolved names and answers yes or no. It never
answers yes where Wagtail would say no: Wagtail's own checks run behind the gate.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from wagtail.models import (
    Locale,
    Page,
    Revision,
    Task,
    TaskState,
    TranslatableMixin,
    WorkflowState,
)
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation, TranslationSource

from portal.roles.studio import runs_studio

Rule = Callable[[HttpRequest, dict[str, Any]], bool]
PAGE_KEYS = ("page_id", "pk", "page_to_move_id", "parent_page_id")


def number(value: Any) -> int | None:
    """Return a positive number written in digits, else None."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def page_of(kwargs: dict[str, Any], *names: str) -> Page | None:
    """Return the page an address names, by the first of the names it has."""
    name = next((name for name in (names or PAGE_KEYS) if name in kwargs), None)
    pk = number(kwargs[name]) if name else None
    return Page.objects.filter(pk=pk).first() if pk else None


def held(user: Any, page: Page) -> set[str]:
    """Return the rights a person has on a page: add, change, publish, lock, …"""
    found: set[str] = page.permissions_for_user(user).permissions
    return found


def is_own(user: Any, page: Page | None) -> bool:
    """Say whether a page lies in a tree of the person's."""
    return page is not None and page.depth > 1 and bool(held(user, page))


def explorable(user: Any, page: Page | None) -> bool:
    """Say whether a person may see that a page exists: her own, and the way to it."""
    policy = policy_registry.get_by_type(Page)
    return page is not None and policy.explorable_instances(user).filter(pk=page.pk).exists()


# Rules without an object


def anyone(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whoever has a role for the studio."""
    return True


def nobody(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Only an emergency superuser, who does not pass here."""
    return False


def administrators(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Administrators of everything."""
    return runs_studio(request.user)


# Pages


def own_page(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The page in the address lies in one's own tree, and what belongs to it is its own."""
    page = page_of(kwargs)
    return is_own(request.user, page) and _children_fit(page, kwargs)


def _children_fit(page: Page | None, kwargs: dict[str, Any]) -> bool:
    """Say whether revisions, states and tasks named beside a page are that page's."""
    if page is None:
        return False
    mine = Revision.page_revisions.filter(object_id=str(page.pk))
    for name in ("revision_id", "revision_id_a", "revision_id_b"):
        value = kwargs.get(name)
        if value is None or value in {"live", "earliest", "latest"}:
            continue
        if not mine.filter(pk=number(value)).exists():
            return False
    states = WorkflowState.objects.filter(object_id=str(page.pk))
    if "workflow_state_id" in kwargs:
        return bool(states.filter(pk=kwargs["workflow_state_id"]).exists())
    if "task_state_id" in kwargs:
        found = TaskState.objects.filter(pk=kwargs["task_state_id"], workflow_state__in=states)
        return bool(found.exists())
    if "task_id" in kwargs:
        return bool(Task.objects.filter(pk=kwargs["task_id"]).exists())
    return True


def page_with(*rights: str) -> Rule:
    """Return the rule: one of these rights on the page in the address."""

    def rule(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
        page = page_of(kwargs)
        allowed = page is not None and not held(request.user, page).isdisjoint(rights)
        return allowed and _children_fit(page, kwargs)

    return rule


def seen_page(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The page in the address is one's own or on the way to it."""
    return explorable(request.user, page_of(kwargs))


def move_to(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The page is one's own, and so is the place it goes to."""
    target = page_of(kwargs, "destination_id")
    return (
        page_with("add", "bulk_delete")(request, kwargs)
        and target is not None
        and "add" in held(request.user, target)
    )


def copy(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The page is one's own, and so is the place its copy goes to; no aliases (they are live)."""
    if not page_with("change")(request, kwargs):
        return False
    if request.method != "POST":
        return True
    target = page_of({"pk": request.POST.get("new_parent_page")})
    return (
        target is not None and "add" in held(request.user, target) and not request.POST.get("alias")
    )


def page_choice(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Every page that a chooser is asked to name exists for the person."""
    names = request.GET.getlist("id") + request.GET.getlist("target_pages[]")
    asked = {number(name) for name in names if name}
    policy = policy_registry.get_by_type(Page)
    seen = policy.explorable_instances(request.user).filter(pk__in=[pk for pk in asked if pk])
    return len(asked) == seen.count() and (
        "parent_page_id" not in kwargs or seen_page(request, kwargs)
    )


def bulk(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Bulk deeds on pages, images and documents one may know of; "all" is for administrators."""
    kind = (kwargs.get("app_label"), kwargs.get("model_name"))
    ids = request.GET.getlist("id")
    if runs_studio(request.user):
        # Records of the library bear labels, which no list of keys is asked for.
        if kind == ("community", "publication"):
            return False
        return kind[0] != "portal" or kind[1] in {"portalimage", "portaldocument"}
    if kind != ("wagtailcore", "page") or not ids:
        return False
    pages = [page_of({"pk": pk}) for pk in ids]
    if not all(is_own(request.user, page) for page in pages):
        return False
    deletes = kwargs.get("action") in {"delete", "move"}
    return not deletes or all(
        not held(request.user, page).isdisjoint({"add", "bulk_delete"}) for page in pages if page
    )


# Rows that are no pages


def row_of(app: str, model: str, pk: Any) -> Any:
    """Return a row of a model the studio edits by its key, None if there is none."""
    try:
        kind = apps.get_model(app, model)
    except LookupError:
        return None
    if policy_registry.get_by_type(kind, fallback=False) is None or number(pk) is None:
        return None
    return kind._default_manager.filter(pk=number(pk)).first()


def can_change(user: Any, thing: Any) -> bool:
    """Say whether a person may change a page or another row."""
    if thing is None or isinstance(user, AnonymousUser):
        return False
    if isinstance(thing, Page):
        return bool(thing.permissions_for_user(user).can_edit())
    policy = policy_registry.get(thing)
    return bool(policy.user_has_permission_for_instance(user, "change", thing))


def snippet_row(app: str, model: str, *actions: str) -> Rule:
    """Return the rule: one of these deeds is allowed on the row in the address."""

    def rule(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
        row = row_of(app, model, kwargs.get("pk"))
        if row is None:
            return False
        policy = policy_registry.get(row)
        allowed = policy.user_has_any_permission_for_instance(request.user, set(actions), row)
        return bool(allowed) and _states_fit(row, kwargs)

    return rule


def _states_fit(row: Any, kwargs: dict[str, Any]) -> bool:
    """Say whether the review named beside a row is that row's."""
    if not {"workflow_state_id", "task_state_id"} & set(kwargs):
        return True
    kind = ContentType.objects.get_for_model(row)
    states = WorkflowState.objects.filter(base_content_type=kind, object_id=str(row.pk))
    if "workflow_state_id" in kwargs:
        return bool(states.filter(pk=kwargs["workflow_state_id"]).exists())
    found = TaskState.objects.filter(pk=kwargs["task_state_id"], workflow_state__in=states)
    return bool(found.exists())


def editing(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The row whose editors are asked for may be changed."""
    row = row_of(kwargs["app_label"], kwargs["model_name"], kwargs["object_id"])
    return can_change(request.user, row)


# wagtail-localize, which knows no right on the single page or row


def own_translation(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The translation puts together a page or row one may change."""
    found = Translation.objects.filter(pk=kwargs.get("translation_id")).first()
    try:
        return found is not None and can_change(request.user, found.get_target_instance())
    except ObjectDoesNotExist:
        return False


def upload(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The same, with a file: wagtail-localize fails without one."""
    return own_translation(request, kwargs) and "file" in request.FILES


def submit_page(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The page is one's own, and in every language asked for its parent is, too."""
    page = page_of(kwargs)
    if page is None or page.depth <= 1 or not can_change(request.user, page):
        return False
    return all(_may_add_below(request.user, page, locale) for locale in _locales(request))


def _locales(request: HttpRequest) -> list[Locale | None]:
    if request.method != "POST":
        return []
    asked = [number(pk) for pk in request.POST.getlist("locales")]
    return [Locale.objects.filter(pk=pk).first() for pk in asked]


def _may_add_below(user: Any, page: Page, locale: Locale | None) -> bool:
    if locale is None:
        return False
    parent = page.get_parent().get_translation_or_none(locale)
    return parent is not None and "add" in held(user, parent)


def submit_row(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The row may be changed, and so may a row of every language asked for."""
    row = row_of(kwargs["app_label"], kwargs["model_name"], kwargs["pk"])
    if not isinstance(row, TranslatableMixin) or not can_change(request.user, row):
        return False
    for locale in _locales(request):
        if locale is None:
            return False
        row.locale = locale
        if not can_change(request.user, row):
            return False
    return True


def renew_translations(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The source may be changed; publishing all languages at once would pass by every reviewer."""
    source = TranslationSource.objects.filter(pk=kwargs.get("translation_source_id")).first()
    if source is None or request.POST.get("publish_translations"):
        return False
    try:
        return can_change(request.user, source.get_source_instance())
    except ObjectDoesNotExist:
        return False

"""What the studio asks before rows of courses are made or changed. Wagtail finds it by its name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.models import Locale
from wagtail.permissions import policy_registry

from courses.catalogue.models import BlockAlternative
from courses.questions.models import Question

WATCHED = (BlockAlternative, Question)


@hooks.register("before_create_snippet", order=-10)
def refuse_new_rows_elsewhere(request: HttpRequest, model: type[Any]) -> None:
    """A new row lies where its maker may make one: neither another course nor another language."""
    if model in WATCHED:
        row = model()
        if model is Question:
            code = request.GET.get("locale")
            found = Locale.objects.filter(language_code=code).first() if code else None
            row.locale = found or Locale.get_default()
        _check(request, row, "add")


@hooks.register("before_edit_snippet", order=-10)
def refuse_rows_that_leave(request: HttpRequest, instance: Any) -> None:
    """A row that is changed stays where its editor may change it."""
    if isinstance(instance, WATCHED):
        _check(request, type(instance)(**_place(instance)), "change")


def _place(instance: Any) -> dict[str, Any]:
    names = (
        ("lesson", "language") if isinstance(instance, BlockAlternative) else ("module", "locale")
    )
    return {name: getattr(instance, name) for name in names}


def _check(request: HttpRequest, row: Any, action: str) -> None:
    if isinstance(row, BlockAlternative):
        if request.method != "POST":
            return
        _take(request, row)
    if not policy_registry.get(row).user_has_permission_for_instance(request.user, action, row):
        raise Http404


def _take(request: HttpRequest, row: BlockAlternative) -> None:
    """Put what was sent into the row; what cannot be read is the form's to refuse."""
    try:
        field = row._meta.get_field("lesson")
        row.lesson = field.to_python(request.POST.get("lesson", row.lesson) or None)
    except ValidationError:
        row.lesson = None
    row.language = request.POST.get("language", row.language)


__all__ = ["refuse_new_rows_elsewhere", "refuse_rows_that_leave"]

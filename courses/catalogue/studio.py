"""The courses' side of the studio: which courses there are, and whose rows a person may change.

Pages are guarded by Wagtail's rights on trees (``portal.roles.studio``). Questions and regional
alternatives are rows of no tree: their course is that of the module or lesson they name, their
language their own, and a role that covers both opens them (security.md 3.2 and 4.1).
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import translation
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.catalogue.models import BlockAlternative
from courses.catalogue.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.questions.models import Question
from portal.roles import courses_port
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import covers
from portal.roles.studio import studio_grants

NONE = Q(pk__in=())
EVERYTHING = frozenset({"add", "change", "delete", "view"})


class Book:
    """Answers what roles ask about courses (``portal.roles.courses_port``)."""

    def choices(self) -> list[tuple[UUID, str]]:
        """Return every course once, with its title in the interface language if it has one."""
        wanted = translation.get_language()
        titles: dict[UUID, tuple[int, str]] = {}
        rows = CoursePage.objects.values_list(
            "translation_key", "title", "locale__language_code", "source_language"
        )
        for key, title, language, source in rows:
            rank = 2 if language == wanted else int(language == source)
            titles[key] = max(titles.get(key, (-1, "")), (rank, title))
        return sorted(((key, title) for key, (_rank, title) in titles.items()), key=lambda r: r[1])

    def indexes(self) -> QuerySet[Page]:
        """Return the page of all courses in each language."""
        found: QuerySet[Page] = Page.objects.filter(pk__in=CourseIndexPage.objects.values("pk"))
        return found

    def permissions(self, role: str) -> Iterable[str]:
        """Return the model permissions of a role; the policies below narrow them to rows."""
        deeds = {
            Role.TRAINER: ("change",),
            Role.TRANSLATOR: ("change",),
            Role.ADMINISTRATOR: ("add", "change", "delete"),
        }
        models = ("question", "blockalternative")
        return [f"courses.{deed}_{model}" for deed in deeds.get(role, ()) for model in models]


def below(model: type[Page], course: Any) -> QuerySet[Page]:
    """Return the pages of one kind that stand below a course, in all its languages."""
    paths = CoursePage.objects.filter(translation_key=course).values_list("path", flat=True)
    places = [Q(path__startswith=path) for path in paths]
    found: QuerySet[Page] = model.objects.filter(reduce(or_, places, NONE))
    return found


def course_of(model: type[Page], key: Any) -> UUID | None:
    """Return the course a module or lesson (by translation key) belongs to; None if it has none."""
    page = model.objects.filter(translation_key=key).first() if key else None
    course = page.get_ancestors().type(CoursePage).first() if page else None
    return course.translation_key if course else None


class RowPolicy(ModelPermissionPolicy):
    """Rights on rows by role: predicate and list agree."""

    deeds: dict[str, frozenset[str]]
    kind: type[Page]  # the page a row names
    place: str  # the column that names it
    language: str  # the look-up of the row's language

    def _grants(self, user: Any, actions: Iterable[str]) -> list[RoleGrant]:
        """Return the roles that allow one of these deeds, on some rows at least."""
        asked = set(actions)
        return [
            grant
            for grant in studio_grants(user)
            if any(self.allows(grant, deed) for deed in asked)
        ]

    def allows(self, grant: RoleGrant, deed: str) -> bool:
        """Say whether a role allows a deed on the rows its scope covers."""
        return deed in self.deeds.get(grant.role, frozenset())

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return bool(user.is_superuser and user.is_active) or bool(self._grants(user, actions))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if user.is_superuser and user.is_active:
            return True
        grants = self._grants(user, [action])
        if not grants:
            return False
        course = course_of(self.kind, getattr(instance, self.place))
        language = self.language_of(instance)
        return any(covers(grant, course=course, language=language) for grant in grants)

    def language_of(self, instance: Any) -> str:
        raise NotImplementedError

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        rows = self.model._default_manager.all()
        if user.is_superuser and user.is_active:
            return rows
        return rows.filter(reduce(or_, map(self._reach, self._grants(user, actions)), NONE))

    def _reach(self, grant: RoleGrant) -> Q:
        if grant.region_id or grant.organisation_id:
            return NONE
        reach = Q(pk__isnull=False)
        if grant.course:
            keys = below(self.kind, grant.course).values("translation_key")
            reach &= Q(**{f"{self.place}__in": keys})
        if grant.language:
            reach &= Q(**{self.language: grant.language})
        return reach


class QuestionPolicy(RowPolicy):
    """The bank. A new question names no module yet, so only who has all courses makes one here."""

    deeds = {
        Role.TRAINER: frozenset({"add", "change", "view"}),
        Role.TRANSLATOR: frozenset({"change", "view"}),
        Role.ADMINISTRATOR: EVERYTHING,
    }
    kind = ModulePage
    place = "module"
    language = "locale__language_code"

    def allows(self, grant: RoleGrant, deed: str) -> bool:
        return super().allows(grant, deed) and not (deed == "add" and grant.course)

    def language_of(self, instance: Any) -> str:
        return str(instance.locale.language_code)


class AlternativePolicy(RowPolicy):
    """Texts for one region instead of a block."""

    deeds = {
        Role.TRAINER: EVERYTHING,
        Role.TRANSLATOR: frozenset({"change", "view"}),
        Role.ADMINISTRATOR: EVERYTHING,
    }
    kind = LessonPage
    place = "lesson"
    language = "language"

    def language_of(self, instance: Any) -> str:
        return str(instance.language)


class _OwnRows(SnippetViewSet):
    """Lists the rows a person may change, no others."""

    def get_queryset(self, request: Any) -> Any:
        return self.permission_policy.instances_user_has_any_permission_for(
            request.user, {"change", "delete"}
        )


class QuestionViewSet(_OwnRows):
    model = Question


class AlternativeViewSet(_OwnRows):
    model = BlockAlternative


def register() -> None:
    """Tell the ground about courses and Wagtail about rows; before Wagtail asks for either."""
    courses_port.register(Book())
    register_permission_policy(Question, QuestionPolicy(Question))
    register_permission_policy(BlockAlternative, AlternativePolicy(BlockAlternative))
    register_snippet(QuestionViewSet)
    register_snippet(AlternativeViewSet)

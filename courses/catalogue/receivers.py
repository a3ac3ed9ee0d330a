"""Wagtail's publishing makes releases."""

from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from courses.catalogue.pages import CoursePage, LessonPage, ModulePage
from courses.catalogue.releases import publish_release

# True while a pack is published as a whole: single pages then make no releases of their own.
bulk: ContextVar[bool] = ContextVar("bulk_publication", default=False)


@receiver(page_published)
@receiver(page_unpublished)
def release_course(sender: type, instance: Page, **_: Any) -> None:
    """Release the course a published or withdrawn page belongs to, once its change is stored."""
    if not issubclass(sender, CoursePage | ModulePage | LessonPage) or bulk.get():
        return
    course = CoursePage.objects.ancestor_of(instance, inclusive=True).first()
    if course is not None:
        family = course.translation_key
        transaction.on_commit(lambda: publish_release(family=family))

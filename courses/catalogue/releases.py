"""Publishing: from live pages to immutable releases, and translations that join them."""

from typing import Any

from django.db import transaction
from django.db.models import F, Max

from courses.catalogue.compile import Compiled, compile_course, digest
from courses.catalogue.models import Course, CourseRelease, ReleaseText
from portal.shared.clock import now


@transaction.atomic
def publish_release(*, family: Any, user: Any = None) -> CourseRelease | None:
    """Make a release of what is live, or let new words join the newest one.

    A new number is given only when structure, rules, source words or questions changed. Returns
    the newest release, or None when the course has no live source page.
    """
    compiled = compile_course(family)
    if compiled is None:
        Course.objects.filter(family=family).update(listed=False, mark=F("mark") + 1)
        return None
    newest = newest_release(family)
    wanted = digest(compiled.manifest)
    if newest is None or newest.digest != wanted or newest.slug != compiled.slug:
        newest = CourseRelease.objects.create(
            family=compiled.family,
            number=_next_number(compiled.family),
            slug=compiled.slug,
            code=compiled.code,
            source=compiled.source,
            digest=wanted,
            manifest=compiled.manifest,
            notes=compiled.notes,
            created_at=now(),
            created_by=user if user is not None and user.pk else None,
        )
    for language, content in compiled.contents.items():
        _add_text(newest, language, content)
    _join_older(compiled, newest)
    _offer(compiled, newest)
    return newest


def _offer(compiled: Compiled, release: CourseRelease) -> None:
    course, created = Course.objects.get_or_create(
        family=compiled.family,
        defaults={"slug": compiled.slug, "code": compiled.code, "release": release, "mark": 1},
    )
    if not created:
        Course.objects.filter(pk=course.pk).update(
            slug=compiled.slug, code=compiled.code, release=release, listed=True, mark=F("mark") + 1
        )


def newest_release(family: Any) -> CourseRelease | None:
    """Return the release a new learner gets."""
    return CourseRelease.objects.filter(family=family).order_by("-number").first()


def newest_text(release: CourseRelease, language: str) -> ReleaseText | None:
    """Return the words of a release in a language as they stand now."""
    return release.texts.filter(language=language).order_by("-pk").first()


def _next_number(family: Any) -> int:
    top = CourseRelease.objects.filter(family=family).aggregate(top=Max("number"))["top"]
    return (top or 0) + 1


def _add_text(release: CourseRelease, language: str, content: dict[str, Any]) -> None:
    wanted = digest(content)
    current = newest_text(release, language)
    if current is None or current.digest != wanted:
        ReleaseText.objects.create(
            release=release, language=language, digest=wanted, content=content, created_at=now()
        )


def _join_older(compiled: Compiled, newest: CourseRelease) -> None:
    """Give older releases the better words of blocks whose source has not changed since.

    A source text never joins an older release: it is what that release fixed.
    """
    today = block_hashes(compiled.manifest)
    for older in CourseRelease.objects.filter(family=compiled.family).exclude(pk=newest.pk):
        then = block_hashes(older.manifest)
        same = {block for block, value in then.items() if today.get(block) == value}
        for language, content in compiled.contents.items():
            if language == compiled.source:
                continue
            current = newest_text(older, language)
            base = current.content if current else content | {"blocks": {}}
            blocks = base["blocks"] | {
                key: value for key, value in content["blocks"].items() if key in same
            }
            _add_text(older, language, base | {"blocks": blocks})


def block_hashes(manifest: dict[str, Any]) -> dict[str, str]:
    """Return block UUID → hash of its source, steps included."""
    return {
        entry["id"]: entry["hash"]
        for module in manifest["modules"]
        for lesson in module["lessons"]
        for step in lesson["steps"]
        for entry in (step, *step["blocks"])
    }

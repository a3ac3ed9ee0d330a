"""Existing translations made known to wagtail-localize, text by text."""

from collections import defaultdict

from wagtail.models import Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments


def strings_of(page: Page) -> dict[str, list[str]]:
    """Return path of a segment → its texts in order, as translators get them."""
    found: dict[str, list[str]] = defaultdict(list)
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue) and not segment.is_empty():
            found[segment.path].append(segment.string.data)
    return dict(found)


def record_translation(*, source: Page, target: Page) -> int:
    """Store the texts of ``target`` as translations of those of ``source``; return how many.

    A path whose number of texts differs is left for translators to fill in, because nothing says
    which belongs to which. Texts recorded before are replaced.
    """
    origin, _ = TranslationSource.update_or_create_from_instance(source)
    Translation.objects.get_or_create(
        source=origin, target_locale=target.locale, defaults={"enabled": True}
    )
    translated = strings_of(target)
    wanted: dict[str, list[StringSegment]] = defaultdict(list)
    segments = StringSegment.objects.filter(source=origin).select_related("context", "string")
    for segment in segments.order_by("order"):
        wanted[segment.context.path].append(segment)
    rows = {}
    for path, parts in wanted.items():
        texts = translated.get(path, [])
        if len(texts) == len(parts):
            for part, text in zip(parts, texts, strict=True):
                rows[part.string_id, part.context_id] = text
    old = StringTranslation.objects.filter(locale=target.locale, context__in=[c for _, c in rows])
    old.delete()
    StringTranslation.objects.bulk_create(
        StringTranslation(
            translation_of_id=string, context_id=context, locale=target.locale, data=text
        )
        for (string, context), text in rows.items()
    )
    return len(rows)

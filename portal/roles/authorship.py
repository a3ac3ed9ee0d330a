"""Who wrote what has not been published yet. A reviewer is never an author (security.md 3.2).

A revision counts as written by its person if it changes the one before it: publishing from the
editor stores a revision too, and that alone makes nobody an author. Of a page that is kept in step
by wagtail-localize the translated texts count, because its revisions are put together from them.
"""

import re
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, Revision, TranslatableMixin
from wagtail.permissions import policy_registry
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation

# Columns of a page that say where it stands, not what is written on it.
STATE = frozenset(
    {
        "pk", "path", "depth", "numchild", "url_path", "draft_title", "live", "expired", "locked",
        "has_unpublished_changes", "first_published_at", "last_published_at", "latest_revision",
        "latest_revision_created_at", "live_revision", "go_live_at", "expire_at", "locked_at",
        "locked_by", "owner", "wagtail_admin_comments", "alias_of", "shipped", "changed",
    }
)  # fmt: skip
# What the editor adds to rich text by opening it.
_EDITOR_MARK = re.compile(r' data-block-key="[^"]*"')


def _words(content: Any) -> Any:
    """Return what a revision says, without where the page stands and what the editor adds."""
    if isinstance(content, str):
        return _EDITOR_MARK.sub("", content)
    if isinstance(content, list):
        return [_words(row) for row in content]
    if isinstance(content, dict):
        return {name: _words(value) for name, value in content.items()}
    return content


def _written(revision: Revision) -> Any:
    kept = {name: value for name, value in revision.content.items() if name not in STATE}
    return _words(kept)


def may_publish(user: Any, text: Any) -> bool:
    """Say whether a person may publish a page, or a row whose policy has a rule for that."""
    if isinstance(text, Page):
        return bool(text.permissions_for_user(user).can_publish())
    rule = getattr(policy_registry.get(text), "may_publish", None) if text is not None else None
    return bool(rule and rule(user, text))


def unpublished(page: Any) -> QuerySet[Revision]:
    """Return the revisions after the one that is live, oldest first; all if none is."""
    rows: QuerySet[Revision] = page.revisions.order_by("created_at", "id")
    if page.live and page.live_revision_id:
        return rows.filter(created_at__gte=page.live_revision.created_at).exclude(
            pk=page.live_revision_id
        )
    return rows


def wrote(user: Any, page: Any) -> bool:
    """Say whether the person wrote, or translated, part of what publishing would put live.

    ``page`` may be any row with drafts.
    """
    translation = translation_of(page)
    if translation is not None:
        return _translated(user, page, translation)
    before = _written(page.live_revision) if page.live and page.live_revision_id else None
    for revision in unpublished(page):
        after = _written(revision)
        if revision.user_id == user.pk and after != before:
            return True
        before = after
    return False


def translation_of(page: Any) -> Translation | None:
    """Return what keeps a page in step with its source, if anything does."""
    if not isinstance(page, TranslatableMixin):
        return None
    found: Translation | None = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).first()
    return found


def _translated(user: Any, page: Page, translation: Translation) -> bool:
    mine = {
        "locale": translation.target_locale_id,
        "context__object_id": page.translation_key,
        "last_translated_by": user,
    }
    texts = StringTranslation.objects.filter(**mine)
    chosen = SegmentOverride.objects.filter(**mine)
    if page.live and page.last_published_at:
        texts = texts.filter(updated_at__gt=page.last_published_at)
        chosen = chosen.filter(updated_at__gt=page.last_published_at)
    return bool(texts.exists() or chosen.exists())

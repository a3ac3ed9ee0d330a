"""What is done with site pages besides reading them."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation, TranslationSource

from portal.languages.table import CODES
from portal.pages import shipped
from portal.pages.base import SitePage
from portal.pages.translating import record_translation

SOURCE = "en"
TEXTS = ("title", "summary", "seo_title", "search_description")


def refresh_translation_source(*, page: Page) -> bool:
    """Bring what translators see up to the text just published; True if there is such a source.

    wagtail-localize keeps a copy of the source text and renews it only when told to.
    """
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None:
        return False
    source.update_from_db()
    return True


def missing_texts(*, page: Page) -> int:
    """Return how many texts of a translated page are not translated yet; 0 for any other page."""
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale, enabled=True
    ).first()
    if translation is None:
        return 0
    total, done = translation.get_progress()
    return int(total - done)


@dataclass
class Shipped:
    """What ``ship_site`` did: addresses made, renewed, and left because a person changed them."""

    made: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def ship_site(*, base_url: str) -> Shipped:
    """Set up languages, the page trees in all of them and the site at ``base_url``; return what.

    May be run any number of times: pages are found again by their identity, and a page a person
    has edited since (a revision with an author, or other words than those shipped) stays as it is.
    """
    done = Shipped()
    for code in CODES:
        locale, _ = Locale.objects.get_or_create(language_code=code)
        _ship_language(locale, done)
    _ship_site_row(base_url)
    _remove_welcome_page()
    _record_translations(done)
    return done


def _ship_language(locale: Locale, done: Shipped) -> None:
    """Make the missing pages of one language first, so that texts can link to all of them."""
    code = locale.language_code
    pages: dict[str, SitePage] = {}
    for row in shipped.TREE:
        page = _find(row, locale)
        if page is None:
            page = _make(row, locale, pages)
            done.made.append(f"{code}/{row.path}")
        pages[row.path] = page
    ids = {path: page.pk for path, page in pages.items()}
    for row in shipped.TREE:
        _renew(pages[row.path], row, code, ids, done)


def _find(row: shipped.ShippedPage, locale: Locale) -> SitePage | None:
    model = apps.get_model("portal", row.model)
    key = shipped.identity(row.path)
    found: SitePage | None = model.objects.filter(translation_key=key, locale=locale).first()
    return found


def _make(row: shipped.ShippedPage, locale: Locale, pages: dict[str, SitePage]) -> SitePage:
    code = locale.language_code
    home_slug = shipped.HOME if code == SOURCE else f"{shipped.HOME}-{code}"
    page: SitePage = apps.get_model("portal", row.model)(
        title=shipped.texts(code)[row.path]["title"],
        slug=home_slug if row.path == shipped.HOME else row.slug,
        locale=locale,
        translation_key=shipped.identity(row.path),
        **row.shared,
    )
    parent = Page.get_first_root_node() if row.path == shipped.HOME else pages[row.parent]
    if row.path == shipped.HOME:
        _free_slug(parent, home_slug)
    parent.add_child(instance=page)
    return page


def _free_slug(root: Page, slug: str) -> None:
    """Move Wagtail's own welcome page out of the way; it is removed once the site has another."""
    root.get_children().filter(slug=slug).update(slug=f"{slug}-before")


def _renew(
    page: SitePage, row: shipped.ShippedPage, code: str, ids: dict[str, int], done: Shipped
) -> None:
    """Write the shipped text into a page unless a person has worked on it."""
    name = f"{code}/{row.path}"
    if page.shipped and _edited(page):
        done.left.append(name)
        return
    before = page.shipped
    texts = shipped.texts(code)[row.path]
    page.title = texts["title"]
    page.summary = texts.get("summary", "")
    page.seo_title = texts.get("seo_title", "")
    page.search_description = texts.get("description", "")
    page.body = json.dumps(shipped.body(row.path, code, ids))
    page.shipped = digest(page)
    if page.shipped == before:
        return
    if before:
        done.renewed.append(name)
    page.save_revision().publish()


def _edited(page: SitePage) -> bool:
    revision = page.latest_revision
    return bool(revision and revision.user_id) or digest(page) != page.shipped


def digest(page: SitePage) -> str:
    """Return the SHA-256 of the words of a page, in hexadecimal."""
    words: dict[str, Any] = {name: getattr(page, name) for name in TEXTS}
    words["body"] = page.body.get_prep_value()
    text = json.dumps(words, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def _ship_site_row(base_url: str) -> None:
    """Point the site at the source language's home page, at the host and port of ``base_url``."""
    parts = urlsplit(base_url)
    home = Page.objects.get(
        translation_key=shipped.identity(shipped.HOME), locale__language_code=SOURCE
    )
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    wanted = (parts.hostname or "localhost", parts.port or (443 if parts.scheme == "https" else 80))
    if (site.hostname, site.port, site.root_page_id) != (*wanted, home.pk):
        site.hostname, site.port = wanted
        site.root_page = home
        site.save()


def _remove_welcome_page() -> None:
    """Delete the page Wagtail's migrations make, if nobody has put anything below it."""
    for page in Page.objects.filter(depth=2, slug=f"{shipped.HOME}-before", numchild=0):
        if page.specific_class is Page:
            page.delete()


def _record_translations(done: Shipped) -> None:
    """Let translators find the shipped translations piece by piece."""
    changed = {name.partition("/")[2] for name in (*done.made, *done.renewed)}
    for path in sorted(changed):
        key = shipped.identity(path)
        versions = list(Page.objects.filter(translation_key=key).select_related("locale"))
        source = next(page for page in versions if page.locale.language_code == SOURCE)
        for page in versions:
            code = page.locale.language_code
            if page.pk != source.pk and f"{code}/{path}" not in done.left:
                record_translation(source=source.specific, target=page.specific)

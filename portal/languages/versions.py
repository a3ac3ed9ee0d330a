"""The versions of one page in several languages: where they are, and which one to show.

A page and its translations share ``translation_key`` and slug. Home pages are the children of the
root, one per language, so an address is its language and the slugs below the home page.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale, Page

from portal.languages.table import BY_CODE, LANGUAGES, Language, nearest


@dataclass(frozen=True)
class Crumb:
    """One step of the path to a page; the last one has no address."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class VersionLink:
    """A published version of a page: its language and where it stands."""

    code: str
    name: str
    direction: str
    url: str


@dataclass(frozen=True)
class PageFrame:
    """What the frame round a page has to know about its languages.

    ``content`` is the language of the text, ``wanted`` that of the reader's interface.
    ``canonical`` is the path of the version shown. ``versions`` holds every published version.
    """

    content: Language
    wanted: Language
    canonical: str
    versions: list[VersionLink]
    crumbs: list[Crumb] = field(default_factory=list)

    @property
    def missing(self) -> bool:
        """Whether the text is shown in another language than the one asked for."""
        return self.content.code != self.wanted.code


def address(page: Page, language: str) -> str:
    """Return the path of ``page`` on this site in ``language``, without reading anything."""
    below_home = page.url_path.strip("/").partition("/")[2]
    return f"/{language}/{below_home}/" if below_home else f"/{language}/"


def locale_id(language: str) -> int | None:
    """Return the key of a content language, None if the site has not set it up."""
    return Locale.objects.filter(language_code=language).values_list("pk", flat=True).first()


def content_language(page: Page) -> str:
    """Return the language the text of ``page`` is in.

    wagtail-localize fills a language's tree with copies that still hold the source text; their own
    locale says nothing about the words, so the language of the page they mirror counts.
    """
    source = page.alias_of if page.alias_of_id else page
    return source.locale.language_code


def published_versions(page: Page) -> dict[str, Page]:
    """Return language code → published page of the same content, mirror copies left out."""
    rows = Page.objects.filter(translation_key=page.translation_key, live=True, alias_of=None)
    return {row.locale.language_code: row for row in rows.select_related("locale")}


def nearest_at(slugs: list[str], language: str) -> Page | None:
    """Return the published page at ``slugs`` whose language suits a reader of ``language`` best."""
    if not slugs:
        return None
    tail = "/" + "/".join(slugs) + "/"
    rows: QuerySet[Page] = Page.objects.filter(live=True, slug=slugs[-1], depth=2 + len(slugs))
    found = {
        page.locale.language_code: page
        for page in rows.filter(url_path__endswith=tail, alias_of=None).select_related("locale")
    }
    best = nearest(language, tuple(found), settings.LANGUAGE_CODE)
    return found[best] if best else None


def frame_of(page: Page, request: HttpRequest) -> PageFrame:
    """Return the frame of ``page`` for this request, and tell the language menu its addresses.

    Three reads: versions, path, and the mirrored page of a copy. A page in preview may be unsaved.
    """
    wanted = translation.get_language() or settings.LANGUAGE_CODE
    shown = content_language(page)
    found = published_versions(page)
    request.language_urls = {  # type: ignore[attr-defined]
        code: address(row, code) for code, row in found.items()
    }
    versions = [
        VersionLink(row.code, row.name, row.direction, address(found[row.code], row.code))
        for row in LANGUAGES
        if row.code in found
    ]
    return PageFrame(
        content=BY_CODE.get(shown, LANGUAGES[0]),
        wanted=BY_CODE.get(wanted, LANGUAGES[0]),
        canonical=address(found.get(shown, page), shown),
        versions=versions,
        crumbs=_crumbs(page, wanted),
    )


def _crumbs(page: Page, language: str) -> list[Crumb]:
    """The pages above ``page``, in the reader's language where they exist in it."""
    if page.depth is None or page.depth < 3:
        return []
    above = list(page.get_ancestors().filter(depth__gt=2, live=True).select_related("locale"))
    if above and above[0].locale.language_code != language:
        keys = [row.translation_key for row in above]
        own = Page.objects.filter(
            translation_key__in=keys, locale__language_code=language, live=True
        )
        above = list(own.order_by("depth"))
    path = [Crumb(row.title, address(row, language)) for row in above if row.depth > 2]
    return [Crumb(gettext("Home"), f"/{language}/"), *path, Crumb(page.title)]

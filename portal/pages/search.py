"""The site's own pages as results of the search."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from portal.languages.versions import address, locale_id
from portal.pages.models import EventPage, NewsPage, SitePage, StandardPage
from portal.search.query import beginnings_of_all
from portal.search.registry import Found, Hit, register


def _offer(model: type[SitePage], label: Promise) -> None:
    """Register one page type. What is found is public, whoever asks."""

    def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
        rows = model.objects.live().public().filter(locale_id=locale_id(language))
        results = rows.autocomplete(beginnings_of_all(terms))
        if not limit:
            return Found(results.count())
        pages = list(results[offset : offset + limit])
        hits = [
            Hit(
                title=page.title,
                url=address(page, language),
                kind=model.search_kind,
                language=language,
                text=page.plain_text(),
            )
            for page in pages
        ]
        all_seen = len(pages) < limit and not offset
        return Found(len(pages) if all_seen else results.count(), hits)

    def languages(terms: list[str], user: Any) -> dict[str, int]:
        rows = model.objects.live().public().autocomplete(beginnings_of_all(terms))
        codes = dict(Locale.objects.values_list("pk", "language_code"))
        return {codes[key]: count for key, count in rows.facet("locale_id").items()}

    register(model.search_kind, find, label=label, languages=languages)


_offer(StandardPage, _("Pages"))
_offer(NewsPage, _("News"))
_offer(EventPage, _("Events"))

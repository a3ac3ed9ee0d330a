"""The list of pages for search engines, with the versions of each page in other languages."""

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.utils.functional import cached_property
from wagtail.models import Page

from portal.languages.versions import address


class PageSitemap(Sitemap[Page]):
    """Every published site page in every language it exists in, and in no other.

    Pages of the halves are theirs to list: they know which of them are open to anyone.
    """

    limit = 5_000

    def items(self) -> QuerySet[Page]:
        types = ContentType.objects.filter(app_label="portal")
        rows: QuerySet[Page] = Page.objects.live().public().filter(depth__gte=2, alias_of=None)
        return rows.filter(content_type__in=types).select_related("locale").order_by("path")

    def location(self, item: Page) -> str:
        return address(item, item.locale.language_code)

    def lastmod(self, item: Page) -> Any:
        return item.last_published_at

    @cached_property
    def _versions(self) -> dict[Any, list[tuple[str, str]]]:
        versions = defaultdict(list)
        for page in self.items():
            code = page.locale.language_code
            versions[page.translation_key].append((code, address(page, code)))
        return versions

    def _urls(self, page: Any, protocol: str, domain: str) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super()._urls(page, protocol, domain)
        root = f"{protocol}://{domain}"
        for url in urls:
            url["alternates"] = [
                {"lang_code": code, "location": root + path}
                for code, path in self._versions[url["item"].translation_key]
            ]
        return urls

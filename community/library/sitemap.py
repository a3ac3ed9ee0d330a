"""The public shelf for search engines: its first page and every public record, in each language."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import translation

from community.library.models import Publication
from community.library.permissions import public
from portal.languages.table import CODES


class LibrarySitemap(Sitemap[Publication]):
    """Public records at their English address, with the same page in the other languages."""

    limit = 5_000

    def items(self) -> QuerySet[Publication]:
        return public().only("public_id", "changed").order_by("pk")

    def location(self, item: Publication) -> str:
        with translation.override("en"):
            return reverse("library_record", args=[item.public_id])

    def lastmod(self, item: Publication) -> Any:
        return item.changed

    def get_latest_lastmod(self) -> Any:
        """Return when the newest change was, asked of the database: there may be many records."""
        return public().aggregate(newest=Max("changed"))["newest"]

    def _urls(self, page: Any, protocol: str, domain: str) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super()._urls(page, protocol, domain)
        for url in urls:
            rest = url["location"].partition("/en/")[2]
            url["alternates"] = [
                {"lang_code": code, "location": f"{protocol}://{domain}/{code}/{rest}"}
                for code in CODES
            ]
        return urls

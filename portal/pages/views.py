"""Addresses beside the pages themselves."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.languages.table import CODES

# Below every language: what is personal, or a list made of a question.
PERSONAL = ("account", "learning", "search")
MACHINE = ("studio", "api")


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Say what search engines leave alone, and where the list of pages is."""
    closed = [f"/{name}/" for name in MACHINE]
    closed += [f"/{code}/{name}/" for code in CODES for name in PERSONAL]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")

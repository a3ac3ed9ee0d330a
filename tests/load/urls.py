"""The addresses of the site, and two floors: session and user alone, a bare Wagtail page."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from wagtail.models import Page

from portal.project import urls as site

handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


def session_and_user(request: HttpRequest) -> HttpResponse:
    """Load session and user, as every page for a signed-in person must."""
    return HttpResponse(f"<!DOCTYPE html><title>floor</title>{request.user.pk}")


def bare_wagtail_page(request: HttpRequest) -> TemplateResponse:
    """Route to the page, as Wagtail does, and render its title alone."""
    route = Page.route_for_request(request, "")
    page, args, kwargs = route
    page.template = "load/bare.html"
    return page.serve(request, *args, **kwargs)


urlpatterns = [
    path("load/session/", session_and_user),
    path("load/wagtail/", bare_wagtail_page),
    *site.urlpatterns,
]

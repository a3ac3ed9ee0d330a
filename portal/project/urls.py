"""Every address of the site. Un-prefixed ones for machines and staff, the rest below a language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_section
from django.urls import include, path, re_path
from django.views.generic.base import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from community.digests import urls as digests
from community.events import urls as events
from community.library import urls as library
from community.library.oai import views as oai_views
from community.library.sitemap import LibrarySitemap
from community.sealed import urls as sealed
from courses.player.sitemap import CourseSitemap
from portal.notifications import views as notification_views
from portal.pages import views as page_views
from portal.pages.sitemap import PageSitemap
from portal.project import errors, health, media, preferences, reports, styleguide

handler400 = "portal.project.errors.bad_request"
handler403 = "portal.project.errors.not_found"
handler404 = "portal.project.errors.not_found"
handler429 = "portal.project.errors.too_many"  # called by allauth's limits
handler500 = "portal.project.errors.server_error"

SITEMAPS = {"pages": PageSitemap, "courses": CourseSitemap, "library": LibrarySitemap}
to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", page_views.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"},
        name="sitemap",
    ),
    path(
        "sitemap-<slug:section>.xml",
        sitemap_section,
        {"sitemaps": SITEMAPS},
        name="sitemap_section",
    ),
    path("api/csp-report", reports.content_policy, name="csp_report"),
    path("api/preferences", preferences.save, name="preferences"),
    path("api/e2ee/v1/", include("community.api.urls")),
    path("oai", oai_views.oai, name="oai"),
    path("", include(events.feed_patterns)),
    path("push-worker.js", notification_views.push_worker, name="push_worker"),
    path("", include(sealed.machine_patterns)),
    path("webauthn/", include("portal.accounts.webauthn_urls")),
    path("studio/login/", to_sign_in),
    path("studio/password_reset/", to_sign_in),
    path("studio/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>.+)$", media.serve, name="media"),
]

urlpatterns += i18n_patterns(
    path("account/", include("portal.accounts.urls")),
    path("account/", include("portal.vetting.applicant_urls")),
    path("account/", include("portal.vetting.invited_urls")),
    path("account/", include(sealed.account_patterns)),
    path("about/", include(sealed.about_patterns)),
    path("account/notifications/", include("portal.notifications.urls")),
    path("account/data/", include("portal.rights.urls")),
    path("vetting/", include("portal.vetting.desk_urls")),
    path("vetting/invitations/", include("portal.vetting.invitation_urls")),
    path("vetting/people/", include("portal.roles.urls")),
    path("vetting/organisations/", include("portal.organisations.desk_urls")),
    path("vetting/record/", include("portal.audit.urls")),
    path("vetting/operation/", include("community.operations.urls")),
    path("community/", include("community.home.urls")),
    path("community/", include(sealed.community_patterns)),
    path("community/discussions/", include("community.discussions.urls")),
    path("community/library/", include(library.members_patterns)),
    path("community/groups/", include("community.groups.urls")),
    path("community/members/", include("community.directory.urls")),
    path("community/", include(events.urlpatterns)),
    path("community/cases/", include(digests.urlpatterns)),
    path("community/moderation/", include("community.moderation.urls")),
    path("community/organisations/", include("portal.organisations.urls")),
    path("files/", include("portal.files.urls")),
    path("learning/", include("courses.player.learning_urls")),
    path("courses/", include("courses.player.urls")),
    path("library/", include(library.public_patterns)),
    path("search/", include("portal.search.urls")),
    path("offline/", errors.offline, name="offline"),
    path("_util/login/", to_sign_in),
    *([path("styleguide/", styleguide.show, name="styleguide")] if settings.DEVELOPMENT else []),
    path("", include(wagtail_urls)),
)

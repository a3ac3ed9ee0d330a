"""The site's addresses and the moderators' ones."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from portal.project import urls

urlpatterns = [
    *i18n_patterns(path("community/moderation/", include("community.moderation.urls"))),
    *urls.urlpatterns,
]
handler404 = urls.handler404

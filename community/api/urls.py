"""Every address below /api/e2ee/v1/ (messaging.md 10.3)."""

from django.urls import include, path, re_path

from community.api.endpoint import not_found

urlpatterns = [
    path("", include("community.messages.api_urls")),  # first: most requests are these
    path("", include("community.devices.api_urls")),
    path("", include("community.rooms.api_urls")),
    path("", include("community.attachments.api_urls")),
    path("", include("community.push.api_urls")),
    re_path(r"^.*$", not_found, name="e2ee_not_found"),
]

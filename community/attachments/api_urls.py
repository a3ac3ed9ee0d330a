"""Addresses of this concept below /api/e2ee/v1/."""

from django.urls import path

from community.api.endpoint import endpoint
from community.attachments import api

urlpatterns = [
    path("media", endpoint(POST=api.post_media), name="e2ee_media"),
    path("media/<uuid:m>", endpoint(GET=api.get_media), name="e2ee_media_bytes"),
    path("media/<uuid:m>/status", endpoint(GET=api.get_status), name="e2ee_media_status"),
    path("media/<uuid:m>/<int:offset>", endpoint(PUT=api.put_part), name="e2ee_media_part"),
]

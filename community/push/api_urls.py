"""Addresses of this concept below /api/e2ee/v1/."""

from django.urls import path

from community.api.endpoint import endpoint
from community.push import api

urlpatterns = [
    path("push/subscriptions", endpoint(POST=api.post_subscription), name="e2ee_push"),
    path(
        "push/subscriptions/<int:number>",
        endpoint(DELETE=api.delete_subscription),
        name="e2ee_push_delete",
    ),
]

"""Addresses of this concept below /api/e2ee/v1/."""

from django.urls import path

from community.api.endpoint import endpoint
from community.messages import api

urlpatterns = [
    path("unread", endpoint(GET=api.get_unread), name="e2ee_unread"),
    path("rooms/<uuid:r>/read", endpoint(PUT=api.put_read), name="e2ee_read"),
    path("rooms/<uuid:r>/events", endpoint(GET=api.get_events), name="e2ee_events"),
    # A number names an event, anything else a transaction of the sender. Both forms allow digits,
    # so one address serves both methods.
    path(
        "rooms/<uuid:r>/events/<str:t>",
        endpoint(PUT=api.put_event, DELETE=api.delete_event),
        name="e2ee_event",
    ),
]

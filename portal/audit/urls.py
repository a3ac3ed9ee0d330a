"""Addresses below ``/<lang>/vetting/record/``: administrators of the whole site only."""

from django.urls import path

from portal.audit import views

# The one address whose GET changes the database: reading the record is recorded (security.md 4.7).
GETS_THAT_WRITE = ("record",)

urlpatterns = [
    path("", views.record, name="record"),
    path("export/", views.export, name="record_export"),
]

"""Addresses below ``/<lang>/vetting/operation/``: administrators of the whole site only."""

from django.urls import path

from community.operations import views

urlpatterns = [path("", views.operation, name="operation")]

"""Addresses of the search, below a language."""

from django.urls import path

from portal.search import views

urlpatterns = [path("", views.results, name="search")]

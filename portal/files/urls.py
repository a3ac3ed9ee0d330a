"""Addresses."""

from django.urls import path

from portal.files import views

urlpatterns = [
    path("<uuid:public_id>/", views.stored_file, name="stored_file"),
    path("<uuid:public_id>/delete/", views.stored_file_delete, name="stored_file_delete"),
]

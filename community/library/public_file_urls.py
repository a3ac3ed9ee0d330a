"""Addresses of files below /<lang>/library/."""

from django.urls import path

from community.library import file_views as views

urlpatterns = [path("<uuid:public_id>/<slug:language>/", views.library_file, name="library_file")]

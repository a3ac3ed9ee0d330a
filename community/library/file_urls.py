"""Addresses of files below /<lang>/community/library/."""

from django.urls import path

from community.library import file_views as views

urlpatterns = [path("<uuid:public_id>/<slug:language>/", views.members_file, name="members_file")]

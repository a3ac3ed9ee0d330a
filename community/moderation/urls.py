"""Addresses below /<lang>/community/moderation/."""

from django.urls import path

from community.moderation import views

urlpatterns = [
    path("", views.queue, name="moderation"),
    path("<uuid:public_id>/", views.case, name="moderation_case"),
    path("<uuid:public_id>/post/", views.post, name="moderation_post"),
]

"""Addresses below /<lang>/community/."""

from django.urls import path

from community.home import views

urlpatterns = [path("", views.home, name="community_home")]

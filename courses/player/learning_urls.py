"""Addresses below ``/<lang>/learning/``."""

from django.urls import path

from courses.player import views

urlpatterns = [path("", views.learning, name="learning")]

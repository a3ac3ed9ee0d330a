"""Addresses below ``/<lang>/account/notifications/``."""

from django.urls import path

from portal.notifications import views

urlpatterns = [
    path("", views.notifications, name="notifications"),
    path("open/", views.open_notice, name="notification_open"),
    path("push/", views.push_subscription, name="push_subscription"),
]

"""Addresses of sealed messages, mounted by the owner of the site's addresses.

``community_patterns`` stand below ``/<lang>/community/``, ``account_patterns`` below
``/<lang>/account/``, ``about_patterns`` below ``/<lang>/about/``, ``machine_patterns`` at the root.
"""

from django.urls import path

from community.sealed import views

community_patterns = [
    path("messages/", views.messages, name="messages"),
    path("rooms/new/", views.room_new, name="room_new"),
    path("rooms/<uuid:room>/", views.room, name="room"),
    path("rooms/<uuid:room>/join/", views.room_join, name="room_join"),
]
account_patterns = [path("devices/", views.devices, name="devices")]
about_patterns = [path("sealed-messages/", views.about, name="messages_about")]
machine_patterns = [path("manifest.webmanifest", views.web_manifest, name="web_manifest")]

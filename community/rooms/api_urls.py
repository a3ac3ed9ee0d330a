"""Addresses of this concept below /api/e2ee/v1/."""

from django.urls import path

from community.api.endpoint import endpoint
from community.rooms import api

ROOM = "rooms/<uuid:r>"

urlpatterns = [
    path("rooms", endpoint(GET=api.get_rooms, POST=api.post_room), name="e2ee_rooms"),
    path(ROOM, endpoint(GET=api.get_room), name="e2ee_room"),
    path(f"{ROOM}/rosters", endpoint(GET=api.get_rosters), name="e2ee_rosters"),
    path(f"{ROOM}/roster", endpoint(POST=api.post_roster), name="e2ee_roster"),
    path(f"{ROOM}/join", endpoint(POST=api.post_join), name="e2ee_join"),
    path(f"{ROOM}/leave", endpoint(POST=api.post_leave), name="e2ee_leave"),
    path(f"{ROOM}/decline", endpoint(POST=api.post_decline), name="e2ee_decline"),
    path(f"{ROOM}/me", endpoint(PUT=api.put_own), name="e2ee_own"),
    path(f"{ROOM}/settings", endpoint(POST=api.post_settings), name="e2ee_settings"),
    path(f"{ROOM}/exports", endpoint(POST=api.post_export), name="e2ee_exports"),
    path(f"{ROOM}/close", endpoint(POST=api.post_close), name="e2ee_close"),
    path(f"{ROOM}/hold", endpoint(POST=api.post_hold), name="e2ee_hold"),
    path(f"{ROOM}/reports", endpoint(POST=api.post_report), name="e2ee_reports"),
    path("people/search", endpoint(POST=api.post_people_search), name="e2ee_people_search"),
    path("people/cards", endpoint(POST=api.post_people_cards), name="e2ee_people_cards"),
    path("blocks", endpoint(GET=api.get_blocks), name="e2ee_blocks"),
    path(
        "blocks/<uuid:u>",
        endpoint(PUT=api.put_block, DELETE=api.delete_block),
        name="e2ee_block",
    ),
]

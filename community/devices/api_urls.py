"""Addresses of this concept below /api/e2ee/v1/ (messaging.md 10.3)."""

from django.urls import URLPattern, path

from community.api.endpoint import endpoint
from community.devices import api_backup, api_config, api_devices, api_keys, api_sync

DEHYDRATED = endpoint(
    GET=api_devices.second_step, PUT=api_devices.second_step, DELETE=api_devices.second_step
)

urlpatterns: list[URLPattern] = [
    path("config", endpoint(GET=api_config.get_config), name="e2ee_config"),
    path("keys/upload", endpoint(POST=api_keys.upload), name="e2ee_keys_upload"),
    path("keys/query", endpoint(POST=api_keys.query), name="e2ee_keys_query"),
    path("keys/claim", endpoint(POST=api_keys.claim), name="e2ee_keys_claim"),
    path("keys/signatures", endpoint(POST=api_keys.sign), name="e2ee_keys_signatures"),
    path("keys/signing", endpoint(POST=api_keys.publish), name="e2ee_keys_signing"),
    path(
        "to-device/<str:kind>/<str:t>", endpoint(PUT=api_sync.put_to_device), name="e2ee_to_device"
    ),
    path("sync", endpoint(GET=api_sync.get_sync), name="e2ee_sync"),
    path("sync/ack", endpoint(POST=api_sync.ack), name="e2ee_sync_ack"),
    path(
        "backup/version",
        endpoint(POST=api_backup.post_version, GET=api_backup.get_version),
        name="e2ee_backup_version",
    ),
    path(
        "backup/version/<int:v>",
        endpoint(DELETE=api_backup.delete_version),
        name="e2ee_backup_version_delete",
    ),
    path("backup/<int:v>/keys", endpoint(PUT=api_backup.put_keys), name="e2ee_backup_keys"),
    path(
        "backup/<int:v>/rooms/<uuid:r>/keys",
        endpoint(GET=api_backup.get_keys),
        name="e2ee_backup_room_keys",
    ),
    path(
        "secrets/<str:name>",
        endpoint(PUT=api_backup.put_secret, GET=api_backup.get_secret),
        name="e2ee_secret",
    ),
    path("devices", endpoint(GET=api_devices.get_devices), name="e2ee_devices"),
    path("devices/<str:d>", endpoint(DELETE=api_devices.remove), name="e2ee_device"),
    path("devices/<str:d>/rename", endpoint(POST=api_devices.rename), name="e2ee_device_rename"),
    path(
        "devices/<str:d>/challenge",
        endpoint(POST=api_devices.challenge),
        name="e2ee_device_challenge",
    ),
    path("devices/<str:d>/bind", endpoint(POST=api_devices.bind), name="e2ee_device_bind"),
    path("dehydrated-device", DEHYDRATED, name="e2ee_dehydrated_device"),
    path(
        "dehydrated-device/events",
        endpoint(GET=api_devices.second_step),
        name="e2ee_dehydrated_events",
    ),
]

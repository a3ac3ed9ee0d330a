"""Uploads as a browser sends them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.files import store
from portal.files.models import StoredFile
from portal.files.permissions import register_purpose

PURPOSE = "test"


def upload(
    name: str, content: bytes, content_type: str = "application/octet-stream"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def register(**rules: object) -> None:
    """A purpose every member may read, as far as the label lets her."""
    rules.setdefault("may_read", lambda user, stored: True)
    rules.setdefault("may_delete", lambda user, stored: True)
    rules.setdefault("back", lambda stored: "/en/")
    register_purpose(PURPOSE, **rules)


def content_of(stored: StoredFile) -> bytes:
    return store.where(stored.stored_name).read_bytes()


def verified(user):
    """The person as after a sign-in with her second factor, for what asks without a request."""
    user.is_verified = lambda: True
    return user

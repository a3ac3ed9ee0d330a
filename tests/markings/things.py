"""Things that bear a label: rows of files, without bytes."""

import secrets
from typing import Any

from portal.files.models import StoredFile
from portal.markings.models import Reader
from portal.shared import clock


def thing(label: str = "", **fields: Any) -> StoredFile:
    return StoredFile.objects.create(
        label=label, purpose="test", name="a.txt", content_type="text/plain", size=1,
        stored_name=secrets.token_hex(20), state="clean", received_at=clock.now(), **fields,
    )  # fmt: skip


def named(marked: StoredFile, *, ends_at=None, **reader: Any) -> Reader:
    return Reader.objects.create(
        kind="portal.storedfile",
        key=str(marked.pk),
        given_at=clock.now(),
        ends_at=ends_at,
        **reader,
    )


def verified(user: Any, yes: bool = True) -> Any:
    user.is_verified = lambda: yes
    return user

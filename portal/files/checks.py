"""The private store must lie apart from everything that is served (security.md 4.4, 9)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from portal.files.scanner import is_address


def _served() -> list[Path]:
    """Return the folders a web server may hand out."""
    found = [settings.MEDIA_ROOT, settings.STATIC_ROOT, settings.BASE_DIR / "static"]
    found += [row[1] if isinstance(row, list | tuple) else row for row in settings.STATICFILES_DIRS]
    return [Path(row).resolve() for row in found if row]


@register(Tags.security)
def private_store_is_apart(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Neither may the private store lie in a served folder, nor the other way round."""
    if not settings.PRIVATE_ROOT:
        return [Error("PRIVATE_ROOT is not set.", id="portal.E040")]
    private = Path(settings.PRIVATE_ROOT).resolve()
    return [
        Error(f"The private store and the served folder {path.name} overlap.", id="portal.E041")
        for path in _served()
        if private == path or private.is_relative_to(path) or path.is_relative_to(private)
    ]


@register(Tags.security)
def scanner_has_an_address(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A mistyped address would put every file into quarantine."""
    if not settings.CLAMD_URL or is_address(settings.CLAMD_URL):
        return []
    return [Error("CLAMD_URL is neither tcp://host:port nor unix:///path.", id="portal.E042")]

"""Reads the environment of a production installation and collects every fault in plain words.

Nothing here knows a setting of Django: each function turns one variable into a value. Secrets
never appear in a fault.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 50
FIELD_KEY_BYTES = 32
SIMPLE_SECRETS = ("django-insecure", "changeme", "change-me", "only-for-tests", "secret-key")


class Reader:
    """Reads variables one by one and remembers what is wrong with them in ``faults``."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def fault(self, sentence: str) -> None:
        """Note one fault."""
        self.faults.append(sentence)

    def text(self, name: str, default: str | None = None, *, why: str = "") -> str:
        """Return a variable; a missing one without default is a fault."""
        value = self.environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.fault(f"{name} is missing{': ' + why if why else ''}.")
        return default or ""

    def number(self, name: str, default: int | None, lowest: int, *, why: str = "") -> int:
        """Return a whole number that is at least ``lowest``."""
        value = self.text(name, None if default is None else str(default), why=why)
        if not value:
            return lowest
        if not value.isascii() or not value.isdigit() or int(value) < lowest:
            self.fault(f"{name} must be a whole number of {lowest} or more.")
            return lowest
        return int(value)

    def secret(self, name: str, *, why: str) -> str:
        """Return a key that is long and varied enough."""
        value = self.text(name, why=why)
        if not value:
            return ""
        if any(word in value.lower() for word in SIMPLE_SECRETS):
            self.fault(f"{name} is a default value. Make one with: {MAKE_A_KEY}")
        elif len(value) < SHORTEST_SECRET or len(set(value)) < 10:
            self.fault(f"{name} is too short or too simple. Make one with: {MAKE_A_KEY}")
        return value

    def field_keys(self, name: str) -> list[str]:
        """Return the keys that seal stored secrets, newest first: base64 of 32 bytes each."""
        keys = [part.strip() for part in self.environ.get(name, "").split(",") if part.strip()]
        if not keys:
            self.fault(f"{name} is missing: the keys that seal second factors in the database.")
        for key in keys:
            try:
                good = len(base64.b64decode(key, validate=True)) == FIELD_KEY_BYTES
            except ValueError:
                good = False
            if not good:
                self.fault(f"{name} must hold base64 of 32 random bytes, several with commas.")
                return []
        return keys

    def origins(self, name: str) -> list[str]:
        """Return full origins (``https://host`` or ``https://host:port``), at least one."""
        given = self.text(name, why="the full origins of the site, such as https://example.org")
        good = []
        for origin in filter(None, re.split(r"[,\s]+", given)):
            problem = _origin_problem(origin)
            if problem:
                self.fault(f"{name}: {origin} {problem}.")
            else:
                good.append(origin.lower())
        return good

    def origin_below(self, name: str, base: str) -> str:
        """Return an origin whose host is below that of ``base``, or nothing if none is given.

        Below it, because a passkey of the site is good there too and nowhere else.
        """
        origin = self.text(name, "").lower()
        if not origin:
            return ""
        problem = _origin_problem(origin)
        if problem:
            self.fault(f"{name}: {origin} {problem}.")
            return ""
        if not (urlsplit(origin).hostname or "").endswith(f".{urlsplit(base).hostname}"):
            self.fault(f"{name}: its host must be below that of the site, as studio.example.org.")
        return origin

    def redis(self, name: str) -> str:
        """Return the address of a Redis that is local or reached through TLS."""
        url = self.text(name, why="Redis holds the shared cache and the channel layer")
        if not url:
            return ""
        parts = _split(url)
        if parts is None or parts.scheme not in {"redis", "rediss", "unix"}:
            self.fault(f"{name} must begin with rediss://, redis:// or unix://.")
        elif parts.scheme == "redis" and (parts.hostname or "") not in LOCAL:
            self.fault(f"{name}: a Redis on another machine needs TLS (rediss://).")
        return url

    def database(self, name: str) -> dict[str, Any]:
        """Return Django's settings of a PostgreSQL that is local or reached through TLS."""
        url = self.text(name, why="the PostgreSQL database")
        parts = _split(url)
        if not url:
            return {}
        if parts is None or parts.scheme not in {"postgres", "postgresql"}:
            self.fault(f"{name} must be a PostgreSQL address (postgres://…); SQLite is refused.")
            return {}
        # The folder of a local socket stands percent-encoded in place of the host.
        host = unquote(parts.netloc.rpartition("@")[2])
        local = host.startswith("/") or (parts.hostname or "") in LOCAL
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        host = options.pop("host", host if host.startswith("/") else parts.hostname or "")
        local = local or host.startswith("/")
        if not local and options.get("sslmode") not in {"require", "verify-ca", "verify-full"}:
            self.fault(f"{name}: a database on another machine needs ?sslmode=verify-full.")
        if not parts.path.strip("/"):
            self.fault(f"{name} names no database.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": "" if host.startswith("/") else str(_port(parts) or ""),
            "OPTIONS": options,
        }

    def mail(self, name: str) -> dict[str, Any]:
        """Return the settings of a mail server that is reached through TLS."""
        url = self.text(name, why="the mail server, such as smtp+tls://user:password@host:587")
        parts = _split(url)
        if not url:
            return {}
        if parts is None or parts.scheme not in {"smtp+tls", "smtp+ssl"} or not parts.hostname:
            self.fault(f"{name} must begin with smtp+tls:// or smtp+ssl://: mail needs TLS.")
            return {}
        tls = parts.scheme == "smtp+tls"
        return {
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": _port(parts) or (587 if tls else 465),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": tls,
            "EMAIL_USE_SSL": not tls,
        }

    def storage(self, name: str, *, origin: str, private: list[Path]) -> dict[str, Any]:
        """Return the file store: a folder (``file:///…``) or a bucket (``s3://…``).

        ``origin`` is where readers fetch pictures from (below ``/media/``, through the proxy);
        ``private`` are folders that uploaded files must not share.
        """
        url = self.text(name, why="a folder (file:///srv/media) or a bucket (s3://key:secret@…)")
        parts = _split(url)
        if not url:
            return {}
        if parts is not None and parts.scheme == "file" and not parts.netloc:
            return self._folder(name, Path(unquote(parts.path)), private)
        if parts is None or parts.scheme != "s3":
            self.fault(f"{name} must begin with file:/// or s3://.")
            return {}
        bucket = parts.path.strip("/")
        if not (parts.hostname and parts.username and parts.password and bucket):
            self.fault(f"{name} must be s3://key:secret@host/bucket?region=….")
            return {}
        where = parts.netloc.rpartition("@")[2]
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "access_key": unquote(parts.username),
                "secret_key": unquote(parts.password),
                "bucket_name": bucket,
                "endpoint_url": f"https://{where}",
                "region_name": parse_qs(parts.query).get("region", [None])[-1],
                "custom_domain": f"{origin.partition('://')[2]}/media",
                "url_protocol": "https:",
                "querystring_auth": False,
                "default_acl": None,
                "file_overwrite": False,
            },
        }

    def _folder(self, name: str, folder: Path, private: list[Path]) -> dict[str, Any]:
        if not folder.is_absolute() or folder == Path("/"):
            self.fault(f"{name} must name a folder by its full path.")
        for other in private:
            if folder.is_relative_to(other) or other.is_relative_to(folder):
                self.fault(f"{name}: uploaded files must not share a folder with {other}.")
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "file_permissions_mode": 0o640},
        }


MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _port(parts: Any) -> int | None:
    port: int | None = parts.port
    return port


def _origin_problem(origin: str) -> str | None:
    """Return what is wrong with an origin as the end of a sentence."""
    if "*" in origin:
        return "has a wildcard; name each origin"
    parts = _split(origin)
    if parts is None or not parts.hostname or "://" not in origin:
        return "is no origin; write https:// and the name of the host"
    if parts.scheme != "https":
        return "must begin with https://"
    if parts.path or parts.query or parts.fragment or parts.username:
        return "must end after the host (and port)"
    if not HOST.fullmatch(parts.hostname):
        return "does not name a public host"
    return None

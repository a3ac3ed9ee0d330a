"""/healthz asks nobody, /readyz asks everybody, and neither says why."""

import json

import pytest
from django.test import Client

from portal.project import health

PARTS = {"database", "cache", "channel layer", "storage", "migrations"}


def test_healthz_answers_without_a_database() -> None:
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.mark.django_db
def test_readyz_names_every_part_and_leaves_nothing_behind(settings: object) -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200, response.content
    assert response.json() == dict.fromkeys(PARTS, "ok")
    folder = settings.MEDIA_ROOT / "ready"  # type: ignore[attr-defined]
    assert not list(folder.glob("*"))


@pytest.mark.django_db
@pytest.mark.parametrize("part", sorted(PARTS))
def test_readyz_is_503_when_one_part_fails_and_tells_no_details(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("postgres://user:password@host")

    monkeypatch.setitem(health.CHECKS, part, fail)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == dict.fromkeys(PARTS, "ok") | {part: "failed"}
    assert "password" not in json.dumps(response.json())

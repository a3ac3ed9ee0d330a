"""Reads ``matrix.yaml``: who may do what with which object, at every address."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.authz.world import ACTORS, OBJECTS, SETS

FILE = Path(__file__).parent / "matrix.yaml"
METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Entry:
    """One address: its object, and for each method who may with which object.

    ``leads`` marks addresses that themselves lead to sign-in or factor pages. ``refused`` says how the unauthorised are answered: ``page`` (sign-in, factor, 404) or ``plain``
    (401/403 for addresses that machines call). ``data`` is what a POST carries.
    """

    name: str
    object: str
    args: dict[str, Any]
    url: str
    refused: str
    leads: bool
    allow: dict[str, dict[str, tuple[str, ...]]]
    data: dict[str, dict[str, Any]]

    def may(self, method: str, actor: str, which: str) -> bool:
        """Say whether this actor may use the method on such an object."""
        return which in self.allow.get(method, {}).get(actor, ())

    def cells(self, method: str) -> Iterator[tuple[str, str]]:
        """Yield every actor with every kind of object there is."""
        kinds = OBJECTS if self.object else ("own",)
        for actor in ACTORS:
            for which in kinds:
                yield actor, which


def _allow(value: Any, has_object: bool) -> dict[str, tuple[str, ...]]:
    """Return actor → objects; a set of actors stands for its members, a plain list for "own"."""
    if isinstance(value, str):
        value = [value]
    rows = value if isinstance(value, dict) else dict.fromkeys(value or (), "own")
    found: dict[str, tuple[str, ...]] = {}
    for name, objects in rows.items():
        kinds = tuple([objects] if isinstance(objects, str) else objects)
        assert set(kinds) <= set(OBJECTS if has_object else ("own",)), (name, kinds)
        for actor in SETS.get(name, (name,)):
            assert actor in ACTORS, actor
            found[actor] = tuple(sorted({*found.get(actor, ()), *kinds}))
    return found


@lru_cache(maxsize=1)
def read() -> tuple[dict[str, Entry], dict[str, Any]]:
    """Return the entries by name, and the whole file."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    entries = {}
    for area in content["areas"]:
        for name, row in area["addresses"].items():
            assert name not in entries, f"{name} stands there twice"
            row = row or {}
            kind = row.get("object", "")
            entries[name] = Entry(
                name=name,
                object=kind,
                args=row.get("args", {}),
                url=row.get("url", ""),
                leads=row.get("leads", area.get("leads", False)),
                refused=row.get("refused", area.get("refused", "page")),
                allow={
                    method: _allow(row.get(method, area.get(method, ())), bool(kind))
                    for method in METHODS
                },
                data={"POST": row.get("data", {})},
            )
    return entries, content

"""Who sees what, as pure rules: a person's region, and which fields somebody sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from community.directory.kinds import FIELDS, NAME, Sight
from portal.organisations.regions import tree


@dataclass(frozen=True)
class Shared:
    """What somebody has in common with the person of an entry."""

    region: bool = False
    groups: bool = False


def region_of(country: str) -> str:
    """Return the region of a country: the group of countries it belongs to, else itself."""
    parents = tree()
    while above := parents.get(country):
        country = above
    return country


@lru_cache(maxsize=300)
def countries_of(region: str) -> tuple[str, ...]:
    """Return the countries of a region."""
    return tuple(code for code in tree() if code.isupper() and region_of(code) == region)


def sees(sight: str, shared: Shared) -> bool:
    """Say whether who shares this sees a field shown to ``sight``; what is unknown is shown to
    nobody."""
    if sight == Sight.EVERYBODY:
        return True
    if sight == Sight.REGION:
        return shared.region
    return sight == Sight.GROUPS and shared.groups


def shown(sights: Mapping[str, str], shared: Shared) -> frozenset[str]:
    """Return the fields somebody sees; none at all where she does not see the name."""
    if not sees(sights[NAME], shared):
        return frozenset()
    return frozenset(field for field in FIELDS if sees(sights[field], shared))

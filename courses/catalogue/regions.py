"""The order of choice among a block's texts (learning.md 1). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """One text a block could be shown with."""

    region: str | None
    language: str
    ref: str


@dataclass(frozen=True)
class Choice:
    """What is shown: an offer (None: nothing for this place), and what to tell the reader."""

    offer: Offer | None
    foreign: bool = False
    missing_region: bool = False


def chain(region: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """Return the region and its parents, nearest first. A loop in the data ends the walk."""
    path: list[str] = []
    while region and region not in path:
        path.append(region)
        region = parents.get(region)
    return path


def choose(
    offers: Sequence[Offer],
    *,
    language: str,
    nearest: Sequence[str],
    region_path: Sequence[str],
    regional: str,
) -> Choice:
    """Choose for a reader of ``language`` in ``region_path`` (nearest region first).

    Order: the region's text in the language, its parents' in the language, the language version,
    then the nearest language offered. A block marked ``must`` prefers the region's text even in
    another language; where no region of the path has one, nothing is offered in its place.
    """
    languages = [language, *[code for code in nearest if code != language]]
    for region in region_path:
        if found := _pick(offers, region, [language]):
            return Choice(found)
    if regional == "must" and region_path:
        for region in region_path:
            if found := _pick(offers, region, languages):
                return Choice(found, foreign=True)
        return Choice(None, missing_region=True)
    found = _pick(offers, None, languages)
    return Choice(found, foreign=bool(found and found.language != language))


def _pick(offers: Sequence[Offer], region: str | None, languages: Sequence[str]) -> Offer | None:
    for code in languages:
        for offer in offers:
            if offer.region == region and offer.language == code:
                return offer
    return None

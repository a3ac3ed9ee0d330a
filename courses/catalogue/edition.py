"""A release read into memory once per process.

A release never changes, and the words that join it raise the course's ``mark``; so an edition is
kept under (release, mark) and never invalidated. What a learner has done is added by the views.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from courses.catalogue.models import CourseRelease, ReleaseText
from courses.catalogue.regions import Offer, chain, choose
from portal.languages.table import CODES, NEAREST, nearest
from portal.organisations.regions import tree

KEPT = 64


@dataclass(frozen=True)
class Placed:
    """A lesson with its module and its place in the whole course (0-based)."""

    module: dict[str, Any]
    lesson: dict[str, Any]
    index: int


@dataclass(frozen=True)
class Shown:
    """One block as it is shown: which text, in which language, and what to say about it."""

    id: str
    kind: str
    language: str
    value: dict[str, Any]
    entry: dict[str, Any]
    behind: bool = False
    foreign: bool = False
    missing_region: bool = False


@dataclass
class Edition:
    """One release with its words in every language."""

    id: int
    mark: int
    family: str
    slug: str
    number: int
    source: str
    manifest: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    rendered: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def lessons(self) -> dict[str, Placed]:
        """Lesson slug → lesson with its place."""
        pairs = [(m, lesson) for m in self.manifest["modules"] for lesson in m["lessons"]]
        return {
            lesson["slug"]: Placed(module, lesson, index)
            for index, (module, lesson) in enumerate(pairs)
        }

    @cached_property
    def module_slugs(self) -> set[str]:
        return {module["slug"] for module in self.manifest["modules"]}

    @cached_property
    def lessons_by_id(self) -> dict[str, Placed]:
        return {placed.lesson["id"]: placed for placed in self.lessons.values()}

    @cached_property
    def blocks(self) -> dict[str, tuple[Placed, int, dict[str, Any]]]:
        """Block or step UUID → (lesson, step number from 1, manifest entry)."""
        return {
            entry["id"]: (placed, number, entry)
            for placed in self.lessons.values()
            for number, step in enumerate(placed.lesson["steps"], start=1)
            for entry in (step, *step["blocks"])
        }

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """All question blocks in course order."""
        return [entry for _, _, entry in self.blocks.values() if entry.get("question")]

    @property
    def settings(self) -> dict[str, Any]:
        return self.manifest["course"]

    def languages(self, lesson: str | None = None) -> list[str]:
        """Return the languages offered: of the course page, or of one lesson (by UUID)."""
        return [
            code
            for code in CODES
            if code in self.texts and (lesson is None or lesson in self.texts[code]["lessons"])
        ]

    def language_for(self, wanted: str, lesson: str | None = None) -> str:
        """Return the wanted language or the nearest one offered."""
        return nearest(wanted, self.languages(lesson), self.source) or self.source

    def words(self, part: str, key: str, language: str) -> dict[str, Any]:
        """Return a module's or lesson's words in a language, else in the nearest one."""
        offered = [code for code in CODES if code in self.texts and key in self.texts[code][part]]
        chosen = nearest(language, offered, self.source)
        return {"language": chosen} | self.texts[chosen][part][key] if chosen else {"title": ""}

    def course_words(self, language: str) -> dict[str, Any]:
        """Return title, summary, outcomes … of the course, and the language they are in."""
        chosen = self.language_for(language)
        return {"language": chosen} | self.texts[chosen]["course"]

    def shown(self, entry: dict[str, Any], language: str, region: str) -> list[Shown]:
        """Return what stands in a block's place: none (hidden), one, or one with insertions."""
        path = chain(region, tree())
        offers, refs = self._offers(entry["id"], path)
        order = [*NEAREST.get(language, ()), self.source]
        choice = choose(
            offers, language=language, nearest=order, region_path=path, regional=entry["regional"]
        )
        result: list[Shown] = []
        if choice.offer is not None:
            text = refs[choice.offer.ref]
            if text.get("mode") != "hide":
                result.append(
                    Shown(
                        id=entry["id"],
                        kind=text["kind"],
                        language=choice.offer.language,
                        value=self._whole(entry["id"], text["value"]),
                        entry=entry,
                        behind=self._behind(entry, text),
                        foreign=choice.foreign,
                    )
                )
        elif choice.missing_region:
            result.append(Shown(entry["id"], "", language, {}, entry, missing_region=True))
        result.extend(self._inserted(entry, path, language))
        return result

    def _offers(self, block: str, path: list[str]) -> tuple[list[Offer], dict[str, dict[str, Any]]]:
        offers: list[Offer] = []
        refs: dict[str, dict[str, Any]] = {}
        for code, text in self.texts.items():
            if block in text["blocks"]:
                offers.append(Offer(None, code, f"{code}"))
                refs[code] = text["blocks"][block]
            for position, row in enumerate(text["alternatives"]):
                if (
                    row["block"] == block
                    and row["region"] in path
                    and row["mode"] != "insert-after"
                ):
                    ref = f"{code}/{position}"
                    offers.append(Offer(row["region"], code, ref))
                    refs[ref] = row
        return offers, refs

    def _inserted(self, entry: dict[str, Any], path: list[str], language: str) -> list[Shown]:
        rows = [
            (code, row)
            for code in (language, self.source)
            for row in self.texts.get(code, {"alternatives": []})["alternatives"]
            if row["block"] == entry["id"]
            and row["mode"] == "insert-after"
            and row["region"] in path
        ]
        seen: dict[str, Shown] = {}
        for code, row in rows:
            seen.setdefault(
                row["id"],
                Shown(row["id"], row["kind"], code, row["value"], entry, foreign=code != language),
            )
        return list(seen.values())

    def _whole(self, block: str, value: dict[str, Any]) -> dict[str, Any]:
        """Fill the settings a translation leaves out from the source block."""
        original = self.texts[self.source]["blocks"].get(block)
        if original is None:
            return value
        return {
            **original["value"],
            **{k: v for k, v in value.items() if v not in (None, "", [])},
        }

    def _behind(self, entry: dict[str, Any], text: dict[str, Any]) -> bool:
        basis = text.get("basis") or ""
        return bool(text.get("behind") or (basis and basis != entry["hash"]))


_kept: OrderedDict[tuple[int, int], Edition] = OrderedDict()
_lock = Lock()


def edition(release_id: int, mark: int) -> Edition:
    """Return the edition of a release, reading it on first use (two queries)."""
    key = (release_id, mark)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _read(release_id, mark)
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Drop every edition (tests, where one database follows another)."""
    with _lock:
        _kept.clear()


def _read(release_id: int, mark: int) -> Edition:
    release = CourseRelease.objects.get(pk=release_id)
    texts: dict[str, dict[str, Any]] = {}
    for row in ReleaseText.objects.filter(release=release).order_by("pk"):
        texts[row.language] = row.content
    return Edition(
        id=release.pk,
        mark=mark,
        family=str(release.family),
        slug=release.slug,
        number=release.number,
        source=release.source,
        manifest=release.manifest,
        texts=texts,
    )

"""Writes a pack as the files of FORMAT.md. Pure.

Signature::

    files(pack: Pack) -> dict[str, bytes]     by path with ``/``, checksums.txt included

Paths come from numbers and slugs, not from ``Text.path``; keys and languages are put in their
canonical order. For a canonical pack ``read_files(files(pack))`` gives the pack back, and
``files(read_files(f))`` gives canonical files back byte by byte.
"""

from collections.abc import Iterator
from typing import Any

from courses.packages import files as pack_files
from courses.packages import schema, syntax, yamltext
from courses.packages.fields import BAD, Check
from courses.packages.model import Lesson, Pack, Question, Text
from courses.packages.report import Place, Report


class WriteError(ValueError):
    """A pack holds something the format has no place for; the message names it."""


def files(pack: Pack) -> dict[str, bytes]:
    """Return all files of the pack. Raises WriteError."""
    found = {name: text.encode() for name, text in _texts(pack)}
    found |= {f"media/{name}": content for name, content in pack.media.items()}
    found[pack_files.CHECKSUMS] = pack_files.checksums(found)
    return dict(sorted(found.items()))


def _texts(pack: Pack) -> Iterator[tuple[str, str]]:
    yield "pack.yaml", yamltext.dump(_checked("pack.yaml", schema.pack, pack.meta, pack))
    for code, text in pack.texts.items():
        yield _page(f"course.{code}.md", pack, "course", pack.id, text)
    for module in pack.modules:
        folder = f"modules/{module.number:02d}-{module.slug}"
        for code, text in module.texts.items():
            yield _page(f"{folder}/module.{code}.md", pack, "module", module.id, text)
        for lesson in module.lessons:
            yield from _lesson(f"{folder}/lessons/{lesson.number:02d}-{lesson.slug}", pack, lesson)
    for question in pack.questions.values():
        yield _question(pack, question)
    if pack.media_meta:
        entries = {
            name: _checked("media/media.yaml", schema.media, pack.media_meta[name], pack)
            for name in sorted(pack.media_meta)
        }
        yield "media/media.yaml", yamltext.dump(entries)
    if pack.glossary is not None:
        yield "glossary.csv", pack.glossary


def _lesson(folder: str, pack: Pack, lesson: Lesson) -> Iterator[tuple[str, str]]:
    for code, text in lesson.texts.items():
        yield _page(f"{folder}/lesson.{code}.md", pack, "lesson", lesson.id, text)
    for text in lesson.alternatives:
        path = f"{folder}/lesson.{text.language}@{text.region}.md"
        yield _page(path, pack, "lesson", lesson.id, text)


def _page(path: str, pack: Pack, level: str, identity: str, text: Text) -> tuple[str, str]:
    source = text.language == pack.meta["source"]
    check = schema.front_matter(level, source=source, region=bool(text.region))
    fields = _checked(path, check, {"pack": 1, level: identity, **text.fields}, pack)
    body = syntax.write(text.blocks) if level == "lesson" else text.body and f"{text.body}\n"
    return path, f"---\n{yamltext.dump(fields)}---\n{body}"


def _question(pack: Pack, question: Question) -> tuple[str, str]:
    path = f"questions/{str(pack.meta['code']).lower()}/{question.code}.yaml"
    return path, yamltext.dump(_checked(path, schema.question, question.data, pack))


def _checked(path: str, check: Check, value: Any, pack: Pack) -> dict[str, Any]:
    """Return ``value`` with its keys in canonical order. Raises WriteError."""
    report = Report(path)
    place = Place(report, {}, (), tuple(pack.meta["languages"]))
    found = check(value, place)
    if found is BAD or report.findings:
        reasons = "; ".join(finding.reason for finding in report.findings)
        raise WriteError(f"{path}: {reasons}")
    return dict(found)

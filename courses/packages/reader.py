"""Reads a course pack (FORMAT.md) that nobody has checked yet. Pure.

Signatures::

    read(root: Path) -> tuple[Pack | None, list[Finding]]
    read_files(files: Mapping[str, bytes]) -> tuple[Pack | None, list[Finding]]

Every fault of every file is reported, not only the first; a pack with a blocking fault gives no
Pack. What is read keeps labels (``@name``) as they are: ``canonical.resolve`` makes UUIDs of them,
``check.check`` judges the content.

What stands where: ``Text.fields`` has the front matter without ``pack`` and without the identity
(that is ``Pack.id``, ``Module.id``, ``Lesson.id``), defaults filled in; ``Question.data`` is the
whole content of the question's file; languages come in the order of ``pack.yaml``.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from courses.packages import files as pack_files
from courses.packages import schema, yamltext
from courses.packages.build import Role, build
from courses.packages.fields import BAD, Check
from courses.packages.model import Block, Finding, Lesson, Module, Pack, Question, Text
from courses.packages.report import Report
from courses.packages.syntax import parse

_SLUG = r"(?P<{0}_number>\d{{2,3}})-(?P<{0}>[a-z0-9]+(?:-[a-z0-9]+)*)"
_LANGUAGE = r"(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})*)"
_MODULE = "modules/" + _SLUG.format("module")
_PATHS = {
    "course": re.compile(rf"course\.{_LANGUAGE}\.md"),
    "module": re.compile(rf"{_MODULE}/module\.{_LANGUAGE}\.md"),
    "lesson": re.compile(
        rf"{_MODULE}/lessons/{_SLUG.format('lesson')}/"
        rf"lesson\.{_LANGUAGE}(?:@(?P<region>[A-Za-z0-9-]+))?\.md"
    ),
    "question": re.compile(r"questions/(?P<folder>[a-z0-9-]+)/(?P<code>[A-Z][A-Z0-9-]*)\.yaml"),
    "media": re.compile(r"media/(?P<name>[a-z0-9][a-z0-9._-]*)"),
}
_PLAIN = ("pack.yaml", "glossary.csv", "media/media.yaml", pack_files.CHECKSUMS)


def read(root: Path) -> tuple[Pack | None, list[Finding]]:
    """Read the pack in a folder."""
    files, findings = pack_files.read_folder(root)
    pack, more = read_files(files)
    findings += more
    return (None if any(f.blocking for f in findings) else pack), findings


def read_files(files: Mapping[str, bytes]) -> tuple[Pack | None, list[Finding]]:
    """Read a pack whose files are in memory, by path with ``/``."""
    findings = pack_files.refuse(files)
    if findings:
        return None, findings
    reading = _Reading(files)
    pack = reading.pack()
    findings = reading.findings + pack_files.compare_checksums(files)
    findings.sort(key=lambda finding: (finding.path, finding.line))
    return (None if any(f.blocking for f in findings) else pack), findings


class _Reading:
    """One reading: the files, what was found so far, and the languages of the pack."""

    def __init__(self, files: Mapping[str, bytes]):
        self.files = files
        self.findings: list[Finding] = []
        self.meta: dict[str, Any] = {}
        self.languages: tuple[str, ...] = ()

    def report(self, path: str, line: int, reason: str) -> None:
        self.findings.append(Finding(path, line, reason))

    def pack(self) -> Pack | None:
        """Read everything; None if there is nothing to hang it on."""
        if "pack.yaml" not in self.files:
            self.report("pack.yaml", 0, "this file is missing")
            return None
        meta = self.yaml("pack.yaml", schema.pack)
        if meta is BAD or not self.usable(meta):
            return None
        self.meta = meta
        self.languages = tuple(meta["languages"])
        pack = Pack(meta=meta, id="", texts={}, modules=[], questions={})
        self.read_media(pack)
        for path in sorted(self.files):
            self.one(pack, path)
        _Assembly(self, pack).finish()
        return pack

    def usable(self, meta: dict[str, Any]) -> bool:
        languages = meta["languages"]
        if meta["source"] not in languages:
            self.report("pack.yaml", 0, "the source language is not among the languages")
            return False
        if len(set(languages)) < len(languages) or len(set(meta["regions"])) < len(meta["regions"]):
            self.report("pack.yaml", 0, "a language or region is given twice")
        languages.remove(meta["source"])
        languages.insert(0, meta["source"])
        return True

    def text(self, path: str) -> str | None:
        return pack_files.text(path, self.files[path], self.findings)

    def yaml(self, path: str, check: Check) -> Any:
        words = self.text(path)
        return BAD if words is None else self.checked(path, words, 1, check)

    def checked(self, path: str, words: str, first_line: int, check: Check) -> Any:
        report = Report(path, self.findings)
        loaded = yamltext.load(words, report, first_line)
        if loaded is None:
            return BAD
        value, lines = loaded
        return check(value, yamltext.place(report, lines, self.languages))

    def one(self, pack: Pack, path: str) -> None:
        """Read one file into the pack."""
        if path in _PLAIN:
            if path == "glossary.csv":
                pack.glossary = self.text(path)
            return
        for kind, pattern in _PATHS.items():
            if match := pattern.fullmatch(path):
                if kind == "media":
                    pack.media[match["name"]] = self.files[path]
                elif kind == "question":
                    self.question(pack, path, match["folder"], match["code"])
                else:
                    self.page(pack, path, kind, match.groupdict())
                return
        self.report(path, 0, "this is not a file of a course pack (FORMAT.md)")

    def question(self, pack: Pack, path: str, folder: str, code: str) -> None:
        data = self.yaml(path, schema.question)
        if data is BAD:
            return
        if data["code"] != code or folder != self.meta["code"].lower():
            right = f"questions/{self.meta['code'].lower()}/{data['code']}.yaml"
            self.report(path, 0, f"the question {data['code']} belongs into {right}")
        pack.questions[code] = Question(data["id"], code, path, data)

    def page(self, pack: Pack, path: str, level: str, names: dict[str, Any]) -> None:
        """Read the file of a course, module or lesson."""
        language, region = names["language"], names.get("region")
        if language not in self.languages:
            self.report(path, 0, f"“{language}” is not a language of this pack")
        if region and region not in self.meta["regions"]:
            self.report(path, 0, f"“{region}” is not a region of this pack")
        words = self.text(path)
        if words is None:
            return
        source = language == self.meta["source"]
        check = schema.front_matter(level, source=source, region=bool(region))
        fields, body, line = self.split(path, words, check)
        if fields is BAD:
            return
        identity = fields.pop(level)
        fields.pop("pack")
        text = Text(path, language, region, fields)
        if level == "lesson":
            role: Role = "alternative" if region else "source" if source else "translation"
            text.blocks = self.blocks(path, body, line, role)
        else:
            text.body = body.strip("\n")
        _place(self, pack, level, names, identity, text)

    def split(self, path: str, words: str, check: Check) -> tuple[Any, str, int]:
        """Return the front matter, the body, and the line on which the body begins."""
        lines = words.split("\n")
        end = next((at for at, line in enumerate(lines) if at and line.rstrip() == "---"), 0)
        if lines[0].rstrip() != "---" or not end:
            self.report(path, 1, "the file must begin with front matter between two lines of ---")
            return BAD, "", 0
        front = "\n".join(lines[1:end]) + "\n"
        return self.checked(path, front, 2, check), "\n".join(lines[end + 1 :]), end + 2

    def blocks(self, path: str, body: str, line: int, role: Role) -> list[Block]:
        report = Report(path, self.findings)
        raws = parse(body.split("\n"), line, report)
        return [block for raw in raws if (block := build(raw, role, report))]

    def read_media(self, pack: Pack) -> None:
        if "media/media.yaml" not in self.files:
            return

        def entries(value: Any, place: Any) -> Any:
            if not isinstance(value, dict):
                place.fault("must be a map of file names")
                return BAD
            return {name: schema.media(value[name], place.sub(name)) for name in sorted(value)}

        found = self.yaml("media/media.yaml", entries)
        pack.media_meta = {} if found is BAD else found


def _place(
    reading: _Reading, pack: Pack, level: str, names: dict[str, Any], identity: str, text: Text
) -> None:
    """Hang a text on its course, module or lesson, which its first text creates."""
    if level == "course":
        owner: Any = pack
        pack.id = pack.id or identity
    else:
        module = _find(pack.modules, names, "module", Module)
        owner = module if level == "module" else _find(module.lessons, names, "lesson", Lesson)
        owner.id = owner.id or identity
    if owner.id != identity:
        reading.report(text.path, 1, f"{level} is {identity} here, but {owner.id} in another file")
    if text.region:
        owner.alternatives.append(text)
    else:
        owner.texts[text.language] = text


def _find(owners: list[Any], names: dict[str, Any], level: str, make: Any) -> Any:
    number, slug = int(names[f"{level}_number"]), names[level]
    for owner in owners:
        if (owner.number, owner.slug) == (number, slug):
            return owner
    owners.append(make(id="", number=number, slug=slug, texts={}))
    return owners[-1]


class _Assembly:
    """Puts a pack in order and says what is missing or doubled between its files."""

    def __init__(self, reading: _Reading, pack: Pack):
        self.reading, self.pack = reading, pack
        self.source: str = reading.meta["source"]

    def finish(self) -> None:
        pack = self.pack
        self.texts(pack.texts, "course.{0}.md")
        pack.texts = self.ordered(pack.texts)
        pack.modules.sort(key=lambda module: (module.number, module.slug))
        self.distinct(pack.modules, "modules")
        for module in pack.modules:
            folder = f"modules/{module.number:02d}-{module.slug}"
            self.texts(module.texts, folder + "/module.{0}.md")
            module.texts = self.ordered(module.texts)
            module.lessons.sort(key=lambda lesson: (lesson.number, lesson.slug))
            self.distinct(module.lessons, f"{folder}/lessons")
            for lesson in module.lessons:
                inside = f"{folder}/lessons/{lesson.number:02d}-{lesson.slug}"
                self.texts(lesson.texts, inside + "/lesson.{0}.md")
                lesson.texts = self.ordered(lesson.texts)
                lesson.alternatives.sort(key=self.rank)
        self.media()

    def ordered(self, texts: dict[str, Text]) -> dict[str, Text]:
        return {code: texts[code] for code in self.reading.languages if code in texts}

    def rank(self, text: Text) -> tuple[int, int]:
        languages, regions = self.reading.languages, self.reading.meta["regions"]
        if text.language not in languages or text.region not in regions:
            return (0, 0)
        return regions.index(text.region), languages.index(text.language)

    def texts(self, texts: dict[str, Text], name: str) -> None:
        path = name.format(self.source)
        if self.source not in texts and path not in self.reading.files:
            self.reading.report(path, 0, "this file is missing (the text in the source language)")

    def distinct(self, owners: list[Any], folder: str) -> None:
        for name in ("number", "slug"):
            values = [getattr(owner, name) for owner in owners]
            for value in sorted({v for v in values if values.count(v) > 1}):
                self.reading.report(folder, 0, f"two folders have the {name} {value}")

    def media(self) -> None:
        for name in sorted(set(self.pack.media) - set(self.pack.media_meta)):
            self.reading.report(f"media/{name}", 0, "has no entry in media/media.yaml")
        for name in sorted(set(self.pack.media_meta) - set(self.pack.media)):
            self.reading.report("media/media.yaml", 0, f"{name} is not in media/")

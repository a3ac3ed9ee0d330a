"""From labels and free spelling to the one canonical form of a pack. Pure.

Signatures::

    resolve(pack: Pack) -> Pack                  labels become UUIDs, Markdown and attributes
                                                 canonical, ``basis`` filled in
    merged(source: Block, own: Block) -> Block   a translation or alternative with all that it
                                                 takes from the source block
    format_pack(root: Path) -> list[Finding]     rewrite a folder in canonical form

A UUID made from a label is a UUID5: in the namespace of the family for ``course:label``,
``module:label``, ``lesson:label``, ``question:label``; of the lesson for ``block:label``; of the
block for ``part:label``. ``resolve`` is idempotent and leaves its argument as it is.
"""

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from courses.packages import files as pack_files
from courses.packages import markdown
from courses.packages.blocks import AUDIENCES, KINDS
from courses.packages.fields import is_identity
from courses.packages.hashes import block_hash
from courses.packages.model import Block, Finding, Lesson, Module, Pack, Part, Question, Text
from courses.packages.reader import read_files
from courses.packages.writer import files as write_files

_ANCHOR = re.compile(r"\]\(#((?:[0-9a-f-]{36})?@[A-Za-z0-9.@-]+)\)")
_SPACES = re.compile(r"[ \t\n]+")


def identity(namespace: str, kind: str, value: str) -> str:
    """Return the UUID of a label; what is no label is returned as it is."""
    if not value.startswith("@") or not is_identity(value):
        return value
    return str(uuid5(UUID(namespace), f"{kind}:{value[1:]}"))


def reference(family: str, lesson: str, value: str) -> str:
    """Return the block UUID of ``@lesson@block``, of ``@block`` in ``lesson``, or ``value``."""
    before, sign, block = value.rpartition("@")
    if not sign:
        return value
    return identity(identity(family, "lesson", before) if before else lesson, "block", f"@{block}")


def resolve(pack: Pack) -> Pack:
    """Return the canonical pack."""
    family = str(pack.meta["family"])
    source = str(pack.meta["source"])
    return replace(
        pack,
        id=identity(family, "course", pack.id),
        texts={code: _page(text, family) for code, text in pack.texts.items()},
        modules=[_module(module, family, source) for module in pack.modules],
        questions={code: _question(q, family) for code, q in pack.questions.items()},
    )


def _page(text: Text, family: str) -> Text:
    return replace(text, body=_markdown(text.body, lambda value: reference(family, "", value)))


def _module(module: Module, family: str, source: str) -> Module:
    return replace(
        module,
        id=identity(family, "module", module.id),
        texts={code: _page(text, family) for code, text in module.texts.items()},
        lessons=[_lesson(lesson, family, source) for lesson in module.lessons],
    )


def _question(question: Question, family: str) -> Question:
    data = dict(question.data)
    data["id"] = identity(family, "question", question.id)
    if "module" in data:
        data["module"] = identity(family, "module", data["module"])
    if "explained_by" in data:
        data["explained_by"] = reference(family, "", data["explained_by"])
    return replace(question, id=data["id"], data=data)


def _lesson(lesson: Lesson, family: str, source: str) -> Lesson:
    own = identity(family, "lesson", lesson.id)
    maker = _Blocks(own, lambda value: reference(family, own, value))
    original = [maker.block(block) for block in lesson.texts[source].blocks]
    hashes = {block.id: block_hash(block) for block in original}

    def based(text: Text) -> Text:
        blocks = [maker.block(block) for block in text.blocks]
        if not text.region:
            blocks = [block for block in blocks if block.kind != "question"]
        return replace(text, blocks=[_with_basis(block, hashes) for block in blocks])

    texts = {
        code: replace(text, blocks=original) if code == source else based(text)
        for code, text in lesson.texts.items()
    }
    return replace(
        lesson, id=own, texts=texts, alternatives=[based(t) for t in lesson.alternatives]
    )


def _with_basis(block: Block, hashes: dict[str, str]) -> Block:
    return block if block.basis else replace(block, basis=hashes.get(block.id))


class _Blocks:
    """Makes the blocks of one lesson canonical."""

    def __init__(self, lesson: str, refer: Callable[[str], str]):
        self.lesson, self.refer = lesson, refer

    def block(self, block: Block) -> Block:
        own = identity(self.lesson, "block", block.id)
        kind = KINDS[block.kind]
        hidden = block.attributes.get("mode") == "hide"
        return replace(
            block,
            kind="text" if hidden else block.kind,
            id=own,
            attributes={
                name: self.attribute(name, value)
                for name, value in block.attributes.items()
                if not hidden or name == "mode"
            },
            text=self.text(block.text, kind.text),
            parts=[self.part(part, own, block.kind) for part in block.parts],
        )

    def attribute(self, name: str, value: str) -> str:
        value = _SPACES.sub(" ", value).strip(" ")
        if name == "after":
            return identity(self.lesson, "block", value)
        if name == "figure":
            return value.removesuffix(".svg")
        if name == "audience":
            return ",".join(sorted(value.split(","), key=AUDIENCES.index))
        return value

    def part(self, part: Part, block: str, kind: str) -> Part:
        known = KINDS[kind].part(part.name)
        line = known is not None and known.line
        return replace(
            part,
            id=identity(block, "part", part.id) if part.id else None,
            attributes={name: self.attribute(name, v) for name, v in part.attributes.items()},
            text=_SPACES.sub(" ", part.text).strip(" ")
            if line
            else self.text(part.text, "markdown"),
        )

    def text(self, text: str, form: str | None) -> str:
        if form == "table":
            try:
                return markdown.table_text(markdown.table_rows(_anchors(text, self.refer)))
            except markdown.TableError:
                return text
        return _markdown(text, self.refer) if form else text


def _anchors(text: str, refer: Callable[[str], str]) -> str:
    return _ANCHOR.sub(lambda match: f"](#{refer(match[1])})", text)


def _markdown(text: str, refer: Callable[[str], str]) -> str:
    return markdown.canonical(_anchors(text, refer))


def merged(source: Block, own: Block) -> Block:
    """Return ``own``, completed with what it takes from the source block of the same kind."""
    if source.kind != own.kind:
        return own
    return replace(
        own,
        attributes=source.attributes | own.attributes,
        sources=own.sources or source.sources,
        text=own.text or source.text,
        parts=own.parts or source.parts,
    )


def format_pack(root: Path) -> list[Finding]:
    """Rewrite the folder in canonical form, with a new checksums.txt; return what was found.

    Nothing is written while anything blocks. Files are replaced one by one, each as a whole.
    """
    found, findings = pack_files.read_folder(root)
    found.pop(pack_files.CHECKSUMS, None)
    pack, more = read_files(found)
    findings += more
    if pack is None or any(finding.blocking for finding in findings):
        return findings
    wanted = write_files(resolve(pack))
    for name, content in wanted.items():
        if found.get(name) != content:
            _replace(root / name, content)
    for name in set(found) - set(wanted):
        (root / name).unlink()
    return findings


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    mode: Any = path.stat().st_mode & 0o777 if path.exists() else 0o644
    os.chmod(name, mode)
    os.replace(name, path)

"""Does a pack hang together: identities, order of blocks, references, rules. Pure."""

from collections.abc import Iterator
from typing import Any

from courses.packages import markdown
from courses.packages.blocks import KINDS
from courses.packages.hashes import block_hash
from courses.packages.model import Block, Finding, Lesson, Module, Pack, Text


def check_structure(pack: Pack) -> Iterator[Finding]:
    """Check a resolved pack."""
    yield from _identities(pack)
    outcomes = {row["id"] for row in _first(pack.texts, pack).fields["outcomes"]}
    yield from _languages(pack.texts, pack)
    for code, text in pack.texts.items():
        ids = [row["id"] for row in text.fields["outcomes"]]
        if ids != [row["id"] for row in _first(pack.texts, pack).fields["outcomes"]]:
            yield Finding(text.path, 1, f"the outcomes in {code} are not those of the source")
    for module in pack.modules:
        yield from _module(module, pack, outcomes)
        for lesson in module.lessons:
            yield from _lesson(lesson, pack)
    yield from _links(pack)


def _first(texts: dict[str, Text], pack: Pack) -> Text:
    return texts[pack.meta["source"]]


def _languages(texts: dict[str, Text], pack: Pack) -> Iterator[Finding]:
    missing = [code for code in pack.meta["languages"] if code not in texts]
    if missing:
        path = _first(texts, pack).path
        yield Finding(path, 0, f"no translation yet: {', '.join(missing)}", blocking=False)


def _identities(pack: Pack) -> Iterator[Finding]:
    """Every identity exists once in the whole family."""
    seen: dict[str, str] = {}

    def once(identity: str, path: str, line: int) -> Iterator[Finding]:
        if identity in seen:
            yield Finding(
                path, line, f"the identity {identity} is used twice (also {seen[identity]})"
            )
        seen[identity] = f"{path}:{line}" if line else path

    yield from once(pack.id, _first(pack.texts, pack).path, 0)
    for question in pack.questions.values():
        yield from once(question.id, question.path, 0)
    for module in pack.modules:
        yield from once(module.id, _first(module.texts, pack).path, 0)
        for lesson in module.lessons:
            text = _first(lesson.texts, pack)
            yield from once(lesson.id, text.path, 0)
            for block in text.blocks:
                yield from once(block.id, text.path, block.line)
                for part in block.parts:
                    if part.id:
                        yield from once(part.id, text.path, block.line)
            for other in lesson.alternatives:
                own: set[str] = set()
                for block in other.blocks:
                    place = block.attributes["mode"] + block.id
                    if place in own:
                        yield Finding(other.path, block.line, "this block is changed twice")
                    own.add(place)


def _module(module: Module, pack: Pack, outcomes: set[str]) -> Iterator[Finding]:
    text = _first(module.texts, pack)
    yield from _languages(module.texts, pack)
    for key in text.fields["outcomes"]:
        if key not in outcomes:
            yield Finding(text.path, 1, f"the course has no outcome {key}")
    rule = text.fields["rule"]
    if not module.lessons:
        yield Finding(text.path, 0, "this module has no lessons", blocking=False)
    elif isinstance(rule, int) and rule > len(module.lessons):
        yield Finding(text.path, 1, f"rule: {rule} of {len(module.lessons)} lessons cannot be met")


def _lesson(lesson: Lesson, pack: Pack) -> Iterator[Finding]:
    first = _first(lesson.texts, pack)
    yield from _languages(lesson.texts, pack)
    if not first.blocks or first.blocks[0].kind != "step":
        line = first.blocks[0].line if first.blocks else 0
        yield Finding(first.path, line, "the first block of a lesson is a step")
    for block, after in zip(first.blocks, [*first.blocks[1:], None], strict=True):
        if block.kind == "step" and (after is None or after.kind == "step"):
            yield Finding(first.path, block.line, "this step is empty")
    asked = any(block.kind == "question" for block in first.blocks)
    if "score" in _leaves(first.fields["complete"]) and not asked:
        yield Finding(first.path, 1, "complete asks for a score, but the lesson has no question")
    for text in [*lesson.texts.values(), *lesson.alternatives]:
        yield from _markdown(text)
        if text.region:
            yield from _alternative(text, first)
        elif text is not first:
            yield from _translation(text, first)
    changed = {b.id for text in lesson.alternatives for b in text.blocks}
    for block in first.blocks:
        if block.attributes.get("regional") == "must" and block.id not in changed:
            yield Finding(
                first.path,
                block.line,
                "no region has its own text for this block yet",
                blocking=False,
            )


def _leaves(rule: Any) -> set[str]:
    if isinstance(rule, str):
        return {rule}
    found: set[str] = set()
    for key, value in rule.items():
        found |= (
            {leaf for inner in value for leaf in _leaves(inner)}
            if isinstance(value, list)
            else {key}
        )
    return found


def _translation(text: Text, first: Text) -> Iterator[Finding]:
    """The same blocks in the same order, each of the same kind and with the same parts."""
    known = {block.id: block for block in first.blocks}
    own = {block.id: block for block in text.blocks}
    for block in text.blocks:
        if block.id not in known:
            yield Finding(text.path, block.line, "the source language has no block with this id")
        else:
            yield from _same(text.path, known[block.id], block)
    if len(own) < len(text.blocks):
        yield Finding(text.path, 0, "a block stands here twice")
    for block in first.blocks:
        if block.id not in own and block.kind != "question":
            yield Finding(text.path, 0, f"the {block.kind} of {first.path}:{block.line} is missing")
    order = [block.id for block in first.blocks if block.id in own]
    for block, wanted in zip([b for b in text.blocks if b.id in known], order, strict=False):
        if block.id != wanted:
            yield Finding(
                text.path, block.line, "the blocks stand in another order than in the source"
            )
            return


def _same(path: str, source: Block, own: Block) -> Iterator[Finding]:
    if source.kind != own.kind:
        yield Finding(path, own.line, f"this block is a {source.kind} in the source language")
        return
    names = [(p.name, p.id, p.attributes.get("key")) for p in source.parts]
    if names != [(p.name, p.id, p.attributes.get("key")) for p in own.parts]:
        yield Finding(path, own.line, "the parts are not those of the source, in the same order")
    for attribute in KINDS[source.kind].attributes:
        if attribute.translated and attribute.quoted:
            given = (bool(source.attributes.get(n)) for n in [attribute.name])
            if any(given) != bool(own.attributes.get(attribute.name)):
                which = "only here" if own.attributes.get(attribute.name) else "only in the source"
                yield Finding(path, own.line, f"{attribute.name} is given {which}")
    if source.kind == "table" and _shape(source.text) != _shape(own.text):
        yield Finding(path, own.line, "the table has other rows or columns than in the source")
    if own.basis and own.basis != block_hash(source):
        yield Finding(path, own.line, "behind the source: it has changed since", blocking=False)


def _shape(text: str) -> tuple[int, int]:
    try:
        rows = markdown.table_rows(text)
    except markdown.TableError:
        return (0, 0)
    return len(rows), len(rows[0])


def _alternative(text: Text, first: Text) -> Iterator[Finding]:
    known = {block.id: block for block in first.blocks}
    for block in text.blocks:
        inserted = block.attributes["mode"] == "insert-after"
        target = known.get(block.attributes["after"] if inserted else block.id)
        if target is None:
            yield Finding(text.path, block.line, "the source language has no such block to change")
        elif inserted and block.id in known:
            yield Finding(text.path, block.line, "an inserted block needs an id of its own")
        elif not inserted and target.attributes.get("regional", "no") == "no":
            yield Finding(
                text.path, block.line, "the source block is not marked regional", blocking=False
            )
        if target and not inserted and block.basis and block.basis != block_hash(target):
            yield Finding(
                text.path, block.line, "behind the source: it has changed since", blocking=False
            )


def _markdown(text: Text) -> Iterator[Finding]:
    """What would not be shown as the author meant it."""
    for block in text.blocks:
        if KINDS[block.kind].text == "table" and block.text:
            yield from _table(text.path, block)
            continue
        for words in [block.text, *(p.text for p in block.parts if p.name != "label")]:
            for fault in markdown.faults(words):
                yield Finding(text.path, block.line, fault.reason, fault.blocking)


def _table(path: str, block: Block) -> Iterator[Finding]:
    try:
        rows = markdown.table_rows(block.text)
    except markdown.TableError as error:
        yield Finding(path, block.line + 1 + error.line, str(error))
        return
    for row in rows:
        for cell in row:
            for fault in markdown.faults(cell.replace("|", "\\|")):
                if "nested" not in fault.reason:
                    yield Finding(path, block.line, fault.reason, fault.blocking)


def _links(pack: Pack) -> Iterator[Finding]:
    """Links to blocks lead somewhere."""
    anchors: set[str] = set()
    texts: list[Text] = [*pack.texts.values()]
    for module in pack.modules:
        texts += module.texts.values()
        for lesson in module.lessons:
            anchors |= {block.id for block in _first(lesson.texts, pack).blocks}
            anchors |= {block.id for text in lesson.alternatives for block in text.blocks}
            texts += [*lesson.texts.values(), *lesson.alternatives]
    for text in texts:
        pieces = [(1, text.body)] if text.body else []
        for block in text.blocks:
            pieces += [
                (block.line, words) for words in [block.text, *(p.text for p in block.parts)]
            ]
        for line, words in pieces:
            for address in markdown.addresses(words) if "](#" in words else ():
                if address.startswith("#") and address[1:] not in anchors:
                    yield Finding(text.path, line, f"there is no block {address}")

"""Pictures, drawings, films and outside resources of a pack. Pure."""

from collections.abc import Iterator

from courses.packages.figures import Figure, clean
from courses.packages.model import Block, Finding, Lesson, Pack, Text

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "webp": (b"RIFF",),
    "mp4": (b"\x00\x00\x00",),
    "webm": (b"\x1aE\xdf\xa3",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "vtt": (b"WEBVTT", b"\xef\xbb\xbfWEBVTT"),
    "svg": (b"",),
}
FILES = ("file", "poster", "captions", "audio")


def check_media(pack: Pack) -> Iterator[Finding]:
    """Check a resolved pack."""
    figures: dict[str, Figure] = {}
    for name, content in pack.media.items():
        path = f"media/{name}"
        signatures = SIGNATURES.get(name.rpartition(".")[2])
        if signatures is None:
            yield Finding(
                path, 0, f"this kind of file is not allowed; allowed: {', '.join(SIGNATURES)}"
            )
        elif not content.startswith(signatures):
            yield Finding(path, 0, "the content does not fit the ending of the name")
        elif name.endswith(".svg"):
            found = clean(content, path)
            if isinstance(found, Figure):
                figures[name] = found
            else:
                yield from found
    used: set[str] = set()
    for lesson in (lesson for module in pack.modules for lesson in module.lessons):
        yield from _lesson(lesson, pack, figures, used)
    for name in sorted(set(pack.media) - used):
        yield Finding(f"media/{name}", 0, "no block uses this file", blocking=False)


def _lesson(
    lesson: Lesson, pack: Pack, figures: dict[str, Figure], used: set[str]
) -> Iterator[Finding]:
    for text in [*lesson.texts.values(), *lesson.alternatives]:
        full = text.language == pack.meta["source"] and not text.region
        for block in text.blocks:
            for name in _names(block):
                used.add(name)
                if name not in pack.media:
                    yield Finding(text.path, block.line, f"{name} is not in media/")
            if full or block.attributes.get("mode") == "insert-after":
                yield from _complete(text, block, figures)
            if full and block.kind == "resource":
                yield from _resource(text, block)


def _names(block: Block) -> Iterator[str]:
    for name in FILES:
        if name in block.attributes:
            yield block.attributes[name]
    if "figure" in block.attributes:
        yield f"{block.attributes['figure']}.svg"


def _complete(text: Text, block: Block, figures: dict[str, Figure]) -> Iterator[Finding]:
    """A picture says what it shows; a drawing gets all its words."""
    values = block.attributes
    if block.kind == "video" and "file" not in values:
        yield Finding(text.path, block.line, "a video needs a file")
    if block.kind != "image":
        return
    if ("file" in values) == ("figure" in values):
        yield Finding(text.path, block.line, "an image needs either file or figure")
    if bool(values.get("alt")) == (values.get("decorative") == "yes"):
        yield Finding(text.path, block.line, "an image needs alt, or decorative=yes, not both")
    figure = figures.get(f"{values.get('figure')}.svg")
    if figure is None:
        return
    given = [part.attributes["key"] for part in block.parts if part.name == "label"]
    for key in sorted(set(figure.labels) - set(given)):
        yield Finding(text.path, block.line, f"the drawing needs a label {key}")
    for key in sorted(set(given) - set(figure.labels)):
        yield Finding(text.path, block.line, f"the drawing has no place for the label {key}")
    if len(set(given)) < len(given):
        yield Finding(text.path, block.line, "a label is given twice")
    if not any(part.name == "description" for part in block.parts):
        yield Finding(text.path, block.line, "a drawing needs a :: description", blocking=False)


def _resource(text: Text, block: Block) -> Iterator[Finding]:
    if block.attributes.get("url") and not block.attributes.get("checked"):
        # Honest advice, not a fault: a date may stand here only after somebody has opened the link.
        reason = "nobody has opened this address yet: open it and write checked=(date)"
        yield Finding(text.path, block.line, reason, blocking=False)

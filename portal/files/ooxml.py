"""Word, Excel and PowerPoint documents (ISO/IEC 29500) taken apart and packed anew. Pure.

Kept: text, tables, pictures, charts, ordinary links. Taken out: who wrote it (properties, list of
people), the template it came from, numbers behind charts. Refused: macros, controls, other
documents inside, everything a program would fetch on opening.
"""

import re
import zipfile
from pathlib import Path, PurePosixPath

from portal.files import metadata
from portal.files.bounds import Bounds
from portal.files.kinds import Kind
from portal.files.links import is_plain_link
from portal.files.markup import Reader, element, local
from portal.files.office_checks import Checker
from portal.files.reasons import Reason, Refused
from portal.files.unpack import Archive

MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
TYPES = "[Content_Types].xml"
PICTURES = frozenset(
    ["png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "jxr"]
)  # fmt: skip
PARTS = frozenset({"xml", "rels", "vml", "svg", "odttf", "fntdata", *PICTURES})
PRINTER = re.compile(r"printerSettings/printerSettings\d+\.bin$")
CHART_DATA = re.compile(r"embeddings/[^/]+\.(?:xlsx|bin)$", re.IGNORECASE)
# Words of content types and part names that mean: this runs.
RUNS = re.compile(
    r"macro|vbaproject|vbadata|activex|keymapcustom|attachedtoolbar|dialogsheet"
    r"|webextension|customui|x-msdownload",
    re.IGNORECASE,
)
# Kinds of relationship whose parts are left out together with the relationship.
DROPPED = frozenset(
    {"attachedTemplate", "custom-properties", "thumbnail", "origin", "signature",
     "printerSettings", "keyMapCustomizations", "recipientData", "mailMergeSource"}
)  # fmt: skip
FETCHING_PARTS = re.compile(r"externalLinks/|connections\.xml$|queryTables/|webPublish", re.I)
PROPERTIES = {
    "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/'
    '2006/metadata/core-properties"/>',
    "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"/>',
}
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION_ATTRIBUTES = frozenset({"Id", "Type", "Target", "TargetMode"})
TYPE_ATTRIBUTES = frozenset({"Extension", "PartName", "ContentType"})
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def rewrite(source: Path, target: Path, kind: Kind, bounds: Bounds) -> None:
    """Write the document anew. Raises Refused for what must not be kept and cannot be taken out."""
    with Archive(source, bounds) as archive:
        names = archive.names
        dropped = _dropped_parts(archive, names)
        kept = [name for name in names if name not in dropped]
        types = _content_types(archive, kind, dropped)
        _check_parts(kept)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(packed_entry(TYPES), types)
            for name in kept:
                if name != TYPES:
                    _copy(archive, name, packed, dropped)


def packed_entry(name: str) -> zipfile.ZipInfo:
    """A directory entry that says nothing about the machine it was made on."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    return entry


def suffix(name: str) -> str:
    """Return the ending of a part's name in lower case."""
    return name.rpartition("/")[2].rpartition(".")[2].lower()  # also of "_rels/.rels"


def _check_parts(names: list[str]) -> None:
    for name in names:
        if RUNS.search(name):
            raise Refused(Reason.MACROS)
        if FETCHING_PARTS.search(name):
            raise Refused(Reason.REMOTE)
        if suffix(name) not in PARTS:
            raise Refused(Reason.EMBEDDED)


def _relations(archive: Archive, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(element_name: str, attributes: dict[str, str]) -> None:
        if local(element_name) == "Relationship":
            found.append(attributes)

    Reader(start, lambda *_: None, frozenset()).read([archive.read(name)])
    return found


def _resolve(rels: str, target: str) -> str:
    """Return the part a relationship of ``rels`` points to, as a name in the archive."""
    if target.startswith("/"):
        return target[1:]
    base = [part for part in PurePosixPath(rels).parent.parent.parts if part != "."]
    for part in target.split("/"):
        if part == "..":
            base = base[:-1]
        elif part not in {"", "."}:
            base.append(part)
    return "/".join(base)


def _type(relation: dict[str, str]) -> str:
    return relation.get("Type", "").rstrip("/").rsplit("/", 1)[-1]


def _is_dropped(rels: str, relation: dict[str, str]) -> bool:
    """Say whether a relationship is left out, with the part it points to."""
    kind = _type(relation)
    if kind == "person":  # in tables the comments refer to it
        return rels.startswith("word/")
    if kind in DROPPED:
        return True
    is_chart = "charts/_rels/" in rels
    return is_chart and kind in {"package", "oleObject", "externalLink"}


def _dropped_parts(archive: Archive, names: list[str]) -> set[str]:
    """Return the parts that are left out; the numbers behind a chart are shown by the chart too."""
    found = {name for name in names if name.startswith("_xmlsignatures/") or PRINTER.search(name)}
    for name in names:
        if suffix(name) != "rels":
            continue
        for relation in _relations(archive, name):
            if _is_dropped(name, relation) and relation.get("TargetMode") != "External":
                part = _resolve(name, relation.get("Target", ""))
                if _type(relation) != "package" or CHART_DATA.search(part):
                    found.add(part)
    found |= {f"{PurePosixPath(p).parent}/_rels/{PurePosixPath(p).name}.rels" for p in found}
    return found - {TYPES}


def _content_types(archive: Archive, kind: Kind, dropped: set[str]) -> str:
    """Return the list of types without the dropped parts. Raises Refused where the kind differs."""
    rows: list[str] = []
    main: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        said = attributes.get("ContentType", "")
        part = attributes.get("PartName", "").removeprefix("/")
        if part in dropped:
            return
        if RUNS.search(said):
            raise Refused(Reason.MACROS)
        if said.lower().endswith("oleobject"):
            raise Refused(Reason.EMBEDDED)
        if said.endswith(".main+xml") or part == MAIN[kind.ending][0]:
            main.append(said)
        if local(name) in {"Default", "Override"}:
            rows.append(element(local(name), attributes, TYPE_ATTRIBUTES))

    if TYPES not in archive.names or MAIN[kind.ending][0] not in archive.names:
        raise Refused(Reason.NOT_AS_NAMED)
    Reader(start, lambda *_: None, frozenset()).read([archive.read(TYPES)])
    if len(main) != 1 or not main[0].endswith(MAIN[kind.ending][1]):
        raise Refused(Reason.NOT_AS_NAMED)
    return f'{HEADER}<Types xmlns="{CONTENT_TYPES}">{"".join(rows)}</Types>'


def _copy(archive: Archive, name: str, packed: zipfile.ZipFile, dropped: set[str]) -> None:
    """Write one part: cleaned where it is known to name people, checked where it could fetch."""
    if name in PROPERTIES:
        packed.writestr(packed_entry(name), HEADER + PROPERTIES[name])
    elif suffix(name) == "rels":
        packed.writestr(
            packed_entry(name), _clean_relations(name, _relations(archive, name), dropped)
        )
    elif suffix(name) in {"xml", "vml", "svg"}:
        checker = Checker()
        checker.reader.read(archive.chunks(name))
        checker.finish()
        content = archive.read(name, archive.bounds.unpacked)
        packed.writestr(packed_entry(name), _without_references(name, content))
    elif suffix(name) in PICTURES:
        content = archive.read(name, archive.bounds.document_size)
        packed.writestr(packed_entry(name), metadata.strip(content))
    else:
        packed.writestr(packed_entry(name), archive.read(name, archive.bounds.document_size))


def _clean_relations(rels: str, relations: list[dict[str, str]], dropped: set[str]) -> str:
    """Return the relationships that may stay. Raises Refused for what would be fetched."""
    rows = []
    for relation in relations:
        target = relation.get("Target", "")
        if _is_dropped(rels, relation):
            continue
        if relation.get("TargetMode") == "External":
            if _type(relation) != "hyperlink":
                raise Refused(Reason.REMOTE)
            if not is_plain_link(target):
                relation = relation | {"Target": "about:blank"}
        elif _resolve(rels, target) in dropped:
            continue
        elif ":" in target.split("/")[0] or "\\" in target or target.startswith("//"):
            raise Refused(Reason.REMOTE)
        rows.append(element("Relationship", relation, RELATION_ATTRIBUTES))
    return f'{HEADER}<Relationships xmlns="{RELATIONSHIPS}">{"".join(rows)}</Relationships>'


# References to what was left out, which a program would call an error.
_REFERENCES = re.compile(
    rb"<(?:\w+:)?(?:attachedTemplate|externalData|keyMapCustomizations|mailMerge)\b"
    rb"(?:[^<>]*/>|[^<>]*>.*?</(?:\w+:)?(?:attachedTemplate|externalData|mailMerge)>)",
    re.DOTALL,
)
_PRINTER_ID = re.compile(rb'(<(?:\w+:)?pageSetup\b[^<>]*?)\s+r:id="[^"]*"')


def _without_references(name: str, content: bytes) -> bytes:
    if name.endswith("settings.xml") or "charts/" in name:
        content = _REFERENCES.sub(b"", content)
    if "sheets/" in name:
        content = _PRINTER_ID.sub(rb"\1", content)
    return content

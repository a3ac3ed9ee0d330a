"""OpenDocument texts, tables and presentations (ISO/IEC 26300) taken apart and packed anew. Pure.

Kept: text, pictures, charts, ordinary links. Taken out: who wrote it (``meta.xml``), thumbnails,
signatures, printers and window places (``settings.xml``). Refused: macros, objects of other
programs, passwords, everything that would be fetched on opening.
"""

import re
import zipfile
from pathlib import Path, PurePosixPath

from portal.files import metadata
from portal.files.bounds import Bounds
from portal.files.kinds import Kind
from portal.files.links import is_plain_link
from portal.files.markup import Reader, element, local
from portal.files.ooxml import PICTURES, packed_entry, suffix
from portal.files.reasons import Reason, Refused
from portal.files.unpack import Archive

MANIFEST = "META-INF/manifest.xml"
DROPPED = re.compile(
    r"meta\.xml$|settings\.xml$|Thumbnails/|Configurations2/|META-INF/.*signatures\.xml$"
    r"|layout-cache$|manifest\.rdf$|Object \d+/(?:meta|settings)\.xml$"
)
SCRIPTS = re.compile(r"^(?:Basic|Scripts|Dialogs)/", re.IGNORECASE)
REPLACEMENT = re.compile(r"^ObjectReplacements/[^/]+$")  # a picture of a chart, without an ending
META = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:'
    'tc:opendocument:xmlns:office:1.0" office:version="1.2"/>'
)
NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ROW = frozenset({"manifest:full-path", "manifest:media-type", "manifest:version"})
RUNNING = frozenset({"event-listener", "script", "applet", "plugin", "foreignObject"})
# Their own objects are folders of XML; these are the binaries of other programs.
FOREIGN = frozenset({"object-ole", "floating-frame", "dde-connection-decls", "dde-source"})
SOURCES = frozenset(
    {"section-source", "table-source", "cell-range-source", "database-ranges-source",
     "external-data", "connection-resource"}
)  # fmt: skip
FETCHING = re.compile(r"\b(?:WEBSERVICE|DDE)\s*\(|'(?:file|https?|ftp)://", re.IGNORECASE)


def rewrite(source: Path, target: Path, kind: Kind, bounds: Bounds) -> None:
    """Write the document anew. Raises Refused for what must not be kept and cannot be taken out."""
    with Archive(source, bounds) as archive:
        names = archive.names
        if "mimetype" not in names or {"content.xml", MANIFEST} - set(names):
            raise Refused(Reason.NOT_AS_NAMED)
        if archive.read("mimetype", 200).strip() != kind.content_type.encode():
            raise Refused(Reason.NOT_AS_NAMED)
        if any(SCRIPTS.search(name) for name in names):
            raise Refused(Reason.MACROS)
        kept = [n for n in names if not DROPPED.search(n) and n not in {"mimetype", MANIFEST}]
        manifest = _manifest(archive, kept)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            first = packed_entry("mimetype")
            first.compress_type = zipfile.ZIP_STORED  # so that its first bytes tell the kind
            packed.writestr(first, kind.content_type)
            packed.writestr(packed_entry(MANIFEST), manifest)
            packed.writestr(packed_entry("meta.xml"), META)
            for name in kept:
                packed.writestr(packed_entry(name), _clean(archive, name))


def _manifest(archive: Archive, kept: list[str]) -> str:
    """Return the list of parts without those left out. Raises Refused for encrypted parts."""
    rows: list[str] = []
    known = set(kept)

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        if kind in {"encryption-data", "keyinfo", "encrypted-key"}:
            raise Refused(Reason.ENCRYPTED)
        if kind != "file-entry":
            return
        row = {f"manifest:{local(key)}": value for key, value in attributes.items()}
        path = row.get("manifest:full-path", "")
        if "ole" in row.get("manifest:media-type", "").lower():
            raise Refused(Reason.EMBEDDED)
        if path == "/" or path in known or (path.endswith("/") and not DROPPED.search(path)):
            rows.append(element("manifest:file-entry", row, ROW))

    Reader(start, lambda *_: None, frozenset()).read([archive.read(MANIFEST)])
    meta = {"manifest:full-path": "meta.xml", "manifest:media-type": "text/xml"}
    rows.append(element("manifest:file-entry", meta, ROW))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{NAMESPACE}" '
        f'manifest:version="1.2">{"".join(rows)}</manifest:manifest>'
    )


def _clean(archive: Archive, name: str) -> bytes:
    """Return one part, checked. Raises Refused for parts of an unknown kind."""
    most = archive.bounds.unpacked
    if suffix(name) == "xml":
        Reader(_check_element, lambda *_: None, frozenset()).read(archive.chunks(name))
        return archive.read(name, most)
    if suffix(name) in PICTURES or REPLACEMENT.match(name) or name.startswith("Fonts/"):
        return metadata.strip(archive.read(name, most))
    if suffix(name) == "svg" and PurePosixPath(name).parent.name == "Pictures":
        Reader(_check_element, lambda *_: None, frozenset()).read(archive.chunks(name))
        return archive.read(name, most)
    raise Refused(Reason.EMBEDDED)


def _check_element(name: str, attributes: dict[str, str]) -> None:
    kind = local(name)
    if kind in RUNNING:
        raise Refused(Reason.MACROS)
    if kind in FOREIGN:
        raise Refused(Reason.EMBEDDED)
    if kind in SOURCES:
        raise Refused(Reason.REMOTE)
    for key, value in attributes.items():
        what = local(key)
        if what == "href":
            _check_address(kind, value)
        elif what == "formula" and FETCHING.search(value):
            raise Refused(Reason.REMOTE)
        elif what.lower().startswith("on") and "svg" in name:
            raise Refused(Reason.MACROS)


def _check_address(kind: str, address: str) -> None:
    """Links may lead out; pictures, objects and styles must lie inside the document."""
    if kind == "a":
        if not (address.startswith("#") or is_plain_link(address)):
            raise Refused(Reason.REMOTE)
        return
    inner = address.removeprefix("./")
    if ":" in inner.split("/")[0] or inner.startswith(("/", "..", "\\")):
        raise Refused(Reason.REMOTE)

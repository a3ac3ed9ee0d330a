"""PDF documents read whole and written anew: pages and their text stay, what acts goes. Pure.

The list of keys and actions follows ISO 32000-2: 12.6 (actions), 7.11 (files), 12.7.8 (XFA),
13 (multimedia), 14.3 (metadata). The walk looks at every object of the file, wherever it hangs,
because an action can hide in places no reader of outlines and pages would look.
"""

import zlib
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from portal.files import metadata
from portal.files.bounds import Bounds
from portal.files.kinds import Kind
from portal.files.links import is_plain_link
from portal.files.reasons import Reason, Refused

# Keys that are taken out of every dictionary.
KEYS = frozenset(
    ["/AA", "/AF", "/Collection", "/CO", "/EF", "/EmbeddedFiles", "/JS", "/JavaScript",
     "/Legal", "/Metadata", "/MovieActions", "/OpenAction", "/PieceInfo", "/Renditions",
     "/Requirements", "/RichMediaContent", "/RichMediaSettings", "/SpiderInfo", "/XFA", "/3DD",
     "/DSS", "/Perms", "/AlternatePresentations", "/SourceInfo", "/WebMedia", "/Threads",
     "/Thumb"]
)  # fmt: skip
# Of a stream dictionary: the data would come from another file (ISO 32000-2 table 5).
OUTSIDE_DATA = frozenset({"/F", "/FFilter", "/FDecodeParms"})
ACTIONS_KEPT = frozenset({"/GoTo", "/Named", "/URI"})
NAMED_KEPT = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
ACTIONS = frozenset(
    ["/GoTo", "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Thread", "/URI", "/Sound", "/Movie",
     "/Hide", "/Named", "/SubmitForm", "/ResetForm", "/ImportData", "/JavaScript",
     "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/NOP",
     "/SetState"]
)  # fmt: skip
# Keys whose value is an action, whatever its kind is called.
ACTION_SLOTS = frozenset({"/A", "/PA", "/Next"})
NOTES_DROPPED = frozenset(
    {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment", "/TrapNet"}
)
DEEPEST = 60
LARGEST_PICTURE = 100_000_000  # pixels: A3 at 600 dots per inch is 70 million
SMALL = 10_000_000  # bytes a stream may always unpack to


def rewrite(source: Path, target: Path, kind: Kind, bounds: Bounds) -> None:
    """Write the document anew. Raises Refused for encrypted, broken or outsized documents."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=200, parser_max_nesting=100, flate_max_memory=bounds.unpacked
    )
    try:
        with pikepdf.open(source, attempt_recovery=False) as pdf:
            _rewrite(pdf, target, bounds)
    except pikepdf.PasswordError as problem:
        raise Refused(Reason.ENCRYPTED) from problem
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError) as problem:
        raise Refused(Reason.BROKEN) from problem


def _rewrite(pdf: pikepdf.Pdf, target: Path, bounds: Bounds) -> None:
    if pdf.is_encrypted:
        raise Refused(Reason.ENCRYPTED)
    if len(pdf.objects) > bounds.objects:
        raise Refused(Reason.HEAVY)
    if len(pdf.pages) > bounds.pages:
        raise Refused(Reason.PAGES)
    if not len(pdf.pages):
        raise Refused(Reason.BROKEN)
    with pikepdf.explicit_conversion():
        walk = _Walk(bounds)
        for thing in pdf.objects:
            walk.clean(thing, 0)
        for key in list(pdf.trailer.keys()):
            if key not in {"/Root", "/Size", "/ID", "/Prev", "/XRefStm", "/Type", "/W", "/Index"}:
                del pdf.trailer[key]
        names = pdf.Root.get(Name.Names)
        if isinstance(names, Dictionary):
            for key in set(names.keys()) - {"/Dests"}:
                del names[key]
    pdf.save(
        target,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )


class _Walk:
    """Goes through a file's objects once and counts what the streams unpack to."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.unpacked = 0

    def clean(self, thing: Object, depth: int) -> None:
        """Clean one object and what stands directly inside it."""
        if depth > DEEPEST:
            raise Refused(Reason.HEAVY)
        if isinstance(thing, Stream):
            self._stream(thing)
        if isinstance(thing, Dictionary | Stream):
            self._dictionary(thing, depth)
        elif isinstance(thing, Array):
            _filter(thing)
            for row in thing:
                if not row.is_indirect:
                    self.clean(row, depth + 1)

    def _dictionary(self, thing: Object, depth: int) -> None:
        for key in list(thing.keys()):
            value = thing.get(key)
            if key in KEYS or _is_bad_action(value, key) or _is_base_address(thing, key):
                del thing[key]
            elif isinstance(value, Dictionary | Array) and not value.is_indirect:
                self.clean(value, depth + 1)

    def _stream(self, stream: Stream) -> None:
        for key in OUTSIDE_DATA & set(stream.keys()):
            del stream[key]
        _check_picture(stream)
        filters = _filters(stream)
        if filters[:1] == ["/FlateDecode"]:
            self._count(stream)
        elif filters == ["/DCTDecode"]:
            raw = stream.read_raw_bytes()
            bare = metadata.strip(raw)
            if bare != raw:
                stream.write(bare, filter=Name.DCTDecode, decode_parms=stream.get(Name.DecodeParms))
        elif len(filters) > 4:
            raise Refused(Reason.HEAVY)

    def _count(self, stream: Stream) -> None:
        """Count what a stream unpacks to without keeping it. Broken data ends the count."""
        raw = stream.read_raw_bytes()
        most = max(SMALL, len(raw) * self.bounds.ratio)
        unpacker, found, rest = zlib.decompressobj(), 0, raw
        try:
            while rest and not unpacker.eof:
                found += len(unpacker.decompress(rest, 1_000_000))
                rest = unpacker.unconsumed_tail
                if found > most or self.unpacked + found > self.bounds.unpacked:
                    raise Refused(Reason.HEAVY)
        except zlib.error:
            pass
        self.unpacked += found


def _filters(stream: Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if isinstance(found, Array):
        return [str(row) for row in found]
    return [str(found)] if isinstance(found, Name) else []


def _check_picture(stream: Stream) -> None:
    if stream.get(Name.Subtype) != Name.Image:
        return
    try:
        pixels = int(stream.get(Name.Width)) * int(stream.get(Name.Height))
    except (TypeError, ValueError):
        raise Refused(Reason.BROKEN) from None
    if not 0 <= pixels <= LARGEST_PICTURE:
        raise Refused(Reason.PIXELS)


def _is_bad_action(value: Object | None, key: str) -> bool:
    """Say whether a value is an action that is not kept, or an annotation that plays something."""
    if not isinstance(value, Dictionary | Stream):
        return False
    kind = str(value.get(Name.S, "")) if isinstance(value.get(Name.S), Name) else ""
    is_action = (
        (key in ACTION_SLOTS and kind) or kind in ACTIONS or value.get("/Type") == Name.Action
    )
    if not is_action:
        return False
    if kind == "/URI":
        address = value.get(Name.URI)
        return not isinstance(address, pikepdf.String) or not is_plain_link(str(address))
    if kind == "/Named":
        return str(value.get(Name.N, "")) not in NAMED_KEPT
    return kind not in ACTIONS_KEPT


def _is_base_address(thing: Object, key: str) -> bool:
    """The catalog's own /URI turns every relative link into one to another place."""
    return key == "/URI" and not isinstance(thing.get(key), pikepdf.String)


def _filter(rows: Array) -> None:
    """Take actions that are not kept, and notes that play or hold files, out of a list."""
    for place in range(len(rows) - 1, -1, -1):
        row = rows[place]
        if not isinstance(row, Dictionary | Stream):
            continue
        plays = row.get(Name.Subtype) in {Name(name) for name in NOTES_DROPPED}
        if plays or _is_bad_action(row, ""):
            del rows[place]

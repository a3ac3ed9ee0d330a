"""A document with a line on every page that says whose copy it is. Pure; runs in the worker.

The line is set by typst, which shapes every script, and laid over the pages as it is: text, not a
picture. What people wrote reaches typst as values, never as source. The label stands as the
standard has it (FIRST, TLP 2.0): top and bottom, 12 points, at the right, never translated.
"""

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import typst

from portal.files.bounds import Bounds
from portal.files.reasons import Reason, Refused

FONTS = ("Noto Sans", "Noto Sans Arabic", "Noto Sans SC", "Noto Sans CJK SC")
EDGE = 14  # points from the edge of the page
SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set text(font: d.fonts, size: 8pt, fill: black)
#let band(narrow) = block(fill: white.transparentize(15%), inset: 2pt, width: 100%, {
  let size = if narrow { 7pt } else { 12pt }
  grid(columns: (1fr, auto), column-gutter: 6pt, align: (left + horizon, right + horizon),
    {
      set text(size: if narrow { 5pt } else { 8pt })
      box(text(dir: if d.rtl { rtl } else { ltr }, d.name))
      d.parts.map(part => [ · ] + box(part)).join()
    },
    text(size: size, weight: "bold", d.label))
})
#let edge = d.edge * 1pt
#for (width, height) in d.sizes {
  page(width: width * 1pt, height: height * 1pt, margin: 0pt, fill: none, {
    let line = band(width < 220)
    place(top + left, block(inset: (x: edge, top: 6pt), width: 100%, line))
    place(bottom + left, block(inset: (x: edge, bottom: 6pt), width: 100%, line))
  })
}
"""


def stamp(
    source: Path, target: Path, ending: str, bounds: Bounds, *, line: dict[str, Any], fonts: str
) -> None:
    """Write ``source`` with the line on each page. ``line`` has ``name``, ``rtl``, ``parts`` and
    ``label``; ``fonts`` is a folder of fonts besides those of the system, "" for none.

    Raises Refused for what is no PDF.
    """
    if ending != "pdf":
        raise Refused(Reason.TYPE)
    with pikepdf.open(source, attempt_recovery=False) as pdf:
        sizes = [_size(page) for page in pdf.pages]
        lines = _lines(pdf, sorted(set(sizes)), line, fonts)
        for page, size in zip(pdf.pages, sizes, strict=True):
            if not _is_balanced(pdf, page):
                _enclose(pdf, page)
            page.add_overlay(lines[size], _seen(page))
        pdf.save(
            target,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )


def _seen(page: pikepdf.Page) -> pikepdf.Rectangle:
    """Return the part of a page that is shown: the crop box within the media box."""
    media, crop = pikepdf.Rectangle(page.mediabox), pikepdf.Rectangle(page.cropbox)
    return pikepdf.Rectangle(
        max(media.llx, crop.llx), max(media.lly, crop.lly),
        min(media.urx, crop.urx), min(media.ury, crop.ury),
    )  # fmt: skip


def _size(page: pikepdf.Page) -> tuple[int, int]:
    """Return width and height as a reader sees the page, in whole points.

    Raises Refused for a page that has none.
    """
    box = _seen(page)
    width, height = round(box.width), round(box.height)
    if width < 1 or height < 1:
        raise Refused(Reason.BROKEN)
    return (height, width) if _is_turned(page) else (width, height)


def _is_balanced(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Say whether a page puts every state back that it changes, and leaves nothing open."""
    depth, texts, before = 0, 0, pdf.get_warnings()
    try:
        for row in pikepdf.parse_content_stream(page, "q Q BT ET"):
            match str(row.operator):
                case "q":
                    depth += 1
                case "Q":
                    depth -= 1
                case "BT":
                    texts += 1
                case "ET":
                    texts -= 1
            if depth < 0 or texts not in {0, 1}:
                return False
    except pikepdf.PdfError:
        return False
    # What the parser only warns of (an open string, dictionary or picture) would swallow the line.
    return depth == 0 and texts == 0 and pdf.get_warnings() in ([], before)


def _enclose(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Put what a page draws into an object of its own (ISO 32000-2, 8.10).

    Whatever state it leaves behind ends there, so that no page moves or hides the line over it. It
    costs the page its tags, so it is done to pages that need it only.
    """
    page.contents_coalesce()
    contents = page.obj.get(pikepdf.Name.Contents)
    drawn = pdf.make_stream(
        contents.read_bytes() if isinstance(contents, pikepdf.Stream) else b"",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=page.mediabox,
        Resources=page.resources,
    )
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=drawn))
    page.obj.Contents = pdf.make_stream(b"q /Page Do Q\n")


def _is_turned(page: pikepdf.Page) -> bool:
    return bool(int(page.rotation) % 180)


def _lines(
    pdf: pikepdf.Pdf, sizes: list[tuple[int, int]], line: dict[str, Any], fonts: str
) -> dict[tuple[int, int], pikepdf.Object]:
    """Return for each size of page what is laid over it, as an object of ``pdf``."""
    values = {"sizes": sizes, "fonts": FONTS, "edge": EDGE, **line}
    made = typst.compile(
        SOURCE.encode(),
        format="pdf",
        font_paths=[fonts] if fonts else [],
        sys_inputs={"data": json.dumps(values)},
        pdf_tags=False,
    )
    with pikepdf.open(io.BytesIO(made)) as over:
        return {
            size: pdf.copy_foreign(page.as_form_xobject())
            for size, page in zip(sizes, over.pages, strict=True)
        }

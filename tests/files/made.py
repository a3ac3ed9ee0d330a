"""Honest files made by code: the smallest ones that real programs would open."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from PIL import Image

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
ML = "application/vnd.openxmlformats-officedocument."
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = {
    "docx": ("word/document.xml", ML + "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", ML + "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", ML + "presentationml.presentation.main+xml"),
}
ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def zipped(parts: Mapping[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, how)
    return buffer.getvalue()


def image(form: str = "PNG", size: tuple[int, int] = (24, 16), **options: object) -> bytes:
    buffer = io.BytesIO()
    picture = Image.new("RGB", size, (10, 120, 200))
    picture.putpixel((0, 0), (255, 0, 0))
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def photo(orientation: int = 6) -> bytes:
    """A JPEG with a place, a device and an orientation in its EXIF, a comment and XMP."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CANARY-DEVICE"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (14.0, 41.0, 0.0)
    exif[0x9286] = "CANARY-NOTE"
    return image("JPEG", (60, 40), exif=exif, comment=b"CANARY-COMMENT")


def png_head(width: int, height: int) -> bytes:
    """A PNG that states a size and holds nothing like it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


def pdf(change=None, *, pages: int = 1, **save: object) -> bytes:
    """A PDF with a page of text; ``change(pdf)`` is called before it is saved."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    document.pages[0].Contents = document.make_stream(b"BT /F1 12 Tf 20 100 Td (HONEST) Tj ET")
    if change:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer, **save)
    return buffer.getvalue()


def relations(*rows: str) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{"".join(rows)}</Relationships>'
    )


def relation(
    kind: str, target: str, *, external: bool = False, number: int = 1, base: str = OFFICE
) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"{mode}/>'


def office(
    kind: str = "docx",
    parts: Mapping[str, bytes | str | None] | None = None,
    *,
    types: str = "",
    main: str = "",
    main_type: str = "",
) -> bytes:
    """An office document; ``parts`` replaces or adds parts, None takes one out."""
    part, content_type = MAIN[kind]
    body = (
        main
        or {
            "docx": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>HONEST</w:t></w:r></w:p></w:body></w:document>',
            "xlsx": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>',
            "pptx": '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
        }[kind]
    )
    found: dict[str, bytes | str | None] = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override PartName="/{part}" ContentType="{main_type or content_type}"/>{types}</Types>',
        "_rels/.rels": relations(
            relation("officeDocument", part),
            relation("metadata/core-properties", "docProps/core.xml", number=2),
        ),
        part: body,
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="urn:c" xmlns:dc="urn:d"><dc:creator>CANARY-AUTHOR</dc:creator></cp:coreProperties>',
        "docProps/app.xml": "<Properties><Company>CANARY-COMPANY</Company></Properties>",
    }
    found.update(parts or {})
    return zipped({name: content for name, content in found.items() if content is not None})


def open_document(
    kind: str = "odt",
    parts: Mapping[str, bytes | str] | None = None,
    *,
    body: str = "",
    manifest: str = "",
) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{ODF[kind]}"
    found: dict[str, bytes | str] = {
        "mimetype": mimetype,
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>{manifest}</manifest:manifest>',
        "content.xml": f'<office:document-content xmlns:office="urn:office" xmlns:text="urn:text" xmlns:draw="urn:draw" xmlns:script="urn:script" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:table="urn:table"><office:body><text:p>HONEST</text:p>{body}</office:body></office:document-content>',
        "meta.xml": "<office:document-meta xmlns:office='urn:office' xmlns:dc='urn:dc'><dc:creator>CANARY-AUTHOR</dc:creator></office:document-meta>",
        "settings.xml": "<settings>CANARY-PRINTER</settings>",
    }
    found.update(parts or {})
    return zipped(found, stored=("mimetype",))

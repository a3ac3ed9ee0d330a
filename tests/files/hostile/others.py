"""Text that is no text, programs, and lies about names and types."""

from collections.abc import Iterator

from tests.files.hostile.sample import Hostile
from tests.files.made import image, pdf


def samples() -> Iterator[Hostile]:
    yield Hostile(
        "html", "a.html", lambda: b"<html><script>1</script></html>", content_type="text/plain"
    )
    yield Hostile(
        "html-named-txt",
        "a.txt",
        lambda: b"  \n<!DOCTYPE html><script>1</script>",
        content_type="text/plain",
    )
    yield Hostile("html-later", "a.txt", lambda: b"hello\n" * 900 + b"<script>1</script>")
    yield Hostile("text-nul", "a.txt", lambda: b"abc\0def")
    yield Hostile("text-control", "a.txt", lambda: b"abc\x1b[2J")
    yield Hostile("text-utf16", "a.txt", lambda: "hello".encode("utf-16"))
    yield Hostile("text-latin", "a.csv", lambda: "café".encode("latin-1"))
    yield Hostile("text-elf", "a.txt", lambda: b"\x7fELF\x02\x01\x01" + b"a" * 50)
    yield Hostile("text-pdf", "a.txt", pdf)
    yield Hostile("csv-command", "a.csv", lambda: b"name,phone\nx,\"=cmd|' /c calc'!A1\"\n")
    yield Hostile("csv-link", "a.csv", lambda: b'a;b\n1;=HYPERLINK("https://x.example")\n')
    yield Hostile("csv-at", "a.csv", lambda: b"a,@SUM(1+9)*cmd|' /c x'!A0\n")
    yield Hostile("program", "a.exe", lambda: b"MZ\x90\0" * 20)
    yield Hostile(
        "program-named-pdf", "invoice.pdf", lambda: b"MZ\x90\0" * 20, content_type="application/pdf"
    )
    yield Hostile("two-endings", "invoice.pdf.exe", pdf, content_type="application/pdf")
    yield Hostile("no-ending", "invoice", pdf)
    yield Hostile("only-ending", ".pdf", lambda: b"MZ")
    yield Hostile("nul-in-name", "a.exe\0.pdf", lambda: b"MZ\x90\0")
    yield Hostile("empty", "a.pdf", lambda: b"")
    yield Hostile("one-byte", "a.png", lambda: b"\x89")
    yield Hostile("too-large-image", "a.png", lambda: image() + b"\0" * (10 * 1024 * 1024))
    yield Hostile("shortcut", "a.lnk", lambda: b"L\0\0\0\x01\x14\x02\0")
    yield Hostile(
        "mhtml-named-docx",
        "a.docx",
        lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
    )
    yield Hostile("rtf-named-docx", "a.docx", lambda: b"{\\rtf1\\object\\objdata 00}")

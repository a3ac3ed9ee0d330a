"""Records with files for journeys through the library: one for everybody, one that is asked for."""

from uuid import NAMESPACE_URL, UUID, uuid5

from tests.e2e import serving
from tests.e2e.serving import Site


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"tests.e2e.shelving/{name}")


OPEN, OLD, RESTRICTED = _id("open"), _id("old"), _id("restricted")
OWNER, READER = "samir@demo.invalid", "lucia@demo.invalid"
NAME = "Lucía Ortega"
TITLES = {
    "en": "Handbook on trace requests",
    "fr": "Manuel sur les demandes de traçage",
    "es": "Manual sobre solicitudes de localización",
    "ru": "Руководство по запросам об отслеживании",
    "ar": "دليل طلبات اقتفاء الأثر",
    "zh-hans": "追查请求手册",
}
FOUND_BY = {"fr": "demandes de traçage", "ar": "اقتفاء الأثر", "ru": "запросам"}
SECRET = "Lessons from parcel cases"
SENTENCE = "A trace request names maker, model and number."

SEED = """
import io
import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from community.library import editions
from community.library.models import Publication, PublicationTerm, PublicationText
from portal.accounts.models import User
from portal.permissions import membership_of

samir = User.objects.get(email={owner!r})
samir.is_verified = lambda: True


def pdf(pages):
    document = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for number in range(pages):
        document.add_blank_page(page_size=(595.28, 841.89))
        page = document.pages[number]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(b"BT /F1 12 Tf 60 700 Td ({sentence}) Tj ET")
    buffer = io.BytesIO()
    document.save(buffer)
    return SimpleUploadedFile("paper.pdf", buffer.getvalue(), "application/pdf")


def record(key, titles, summary, terms, files=(), **fields):
    row = Publication(public_id=key, kind="handbook", body="UNODC", **fields)
    row.texts = [
        PublicationText(language=code, title=title, summary=summary if code == "en" else "")
        for code, title in titles.items()
    ]
    row.terms = [PublicationTerm(facet=facet, value=value) for facet, value in terms]
    row.save()
    for language, pages in files:
        editions.put(actor=samir, publication=row, language=language, upload=pdf(pages))
    return row


words = "How to ask another State where a firearm was sold first, and how to answer."
terms = [("topic", "guidance"), ("region", "global"), ("country", "GT"),
         ("instrument", "firearms-protocol"), ("language", "en"), ("language", "fr")]
new = record({open!r}, {titles!r}, words, terms, [("en", 3), ("fr", 2)], label="CLEAR", year=2021,
             symbol="V.21-00001", source_url="https://www.example.org/trace-requests.pdf",
             title_given=True)
old = record({old!r}, {{"en": "Handbook on trace requests, first edition"}}, "", terms,
             label="CLEAR", year=2018, title_given=True)
new.replaces = old
new.related.add(*Publication.objects.filter(shipped__in=["P01", "P17"]))
new.save()
record({restricted!r}, {{"en": {secret!r}}}, "What four finished cases taught.",
       [("topic", "cases"), ("region", "europe"), ("language", "en")], [("en", 2)],
       label="AMBER", asked_for=True, year=2024, marked_by=samir, title_given=True,
       source=membership_of(samir).organisation, restricted_to="Customs services")
"""


def stock(site: Site) -> None:
    """Bring the records into the site's data."""
    code = SEED.format(
        owner=OWNER, sentence=SENTENCE, secret=SECRET, titles=TITLES,
        open=str(OPEN), old=str(OLD), restricted=str(RESTRICTED),
    )  # fmt: skip
    serving.manage(site.data, "shell", "-v", "0", "-c", code)

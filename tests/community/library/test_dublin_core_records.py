"""Dublin Core taken in: what it means, what is refused, and that our own /oai comes back."""

import re
from xml.sax.saxutils import escape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.library import dublin_core_records
from community.library.dublin_core_records import parse
from community.library.models import Publication
from portal.roles.studio import sync_studio_rights
from tests.community.library.records import publication
from tests.people import signed_in, staff

PAGE = "wagtailsnippets_community_publication:import_table"
OPEN = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
)


def one(*elements: tuple[str, str] | tuple[str, str, str]) -> str:
    """A record with these elements: name, text, language."""
    rows = []
    for name, text, *marks in elements:
        mark = f' xml:lang="{marks[0]}"' if marks else ""
        rows.append(f"<dc:{name}{mark}>{escape(text)}</dc:{name}>")
    return OPEN + "".join(rows) + "</oai_dc:dc>"


def file(*records: str) -> bytes:
    return f"<records>{''.join(records)}</records>".encode()


def cells(*elements: tuple[str, str] | tuple[str, str, str]) -> dict[str, object]:
    table = parse(one(*elements).encode())
    assert table.faults == []
    return dict(table.rows[0].cells)


def test_elements_become_what_a_table_has():
    found = cells(
        ("title", "Tracing"), ("title", "Traçage", "fr"), ("title", "追查", "zh-Hans"),
        ("title", "Rastreo", "pt"), ("description", "Long ago", "en"),
        ("description", "Il y a longtemps", "fr"), ("publisher", "Institute"), ("date", "2019-05"),
        ("type", "Study"), ("identifier", "X/1"), ("identifier", "https://example.org/x"),
        ("language", "fra"), ("language", "en-GB"), ("language", "Russian"),
        ("subject", "Firearms Protocol"), ("subject", "Gardening"), ("coverage", "Sahel"),
        ("coverage", "Mali"), ("rights", "TLP:CLEAR"),
    )  # fmt: skip
    assert found == {
        "title": "Tracing", "title_fr": "Traçage", "title_zh-hans": "追查", "summary": "Long ago",
        "summary_fr": "Il y a longtemps", "body": "Institute", "year": 2019, "dated": "2019-05",
        "kind": "study", "symbol": "X/1", "source_url": "https://example.org/x",
        "languages": ["fr", "en", "ru"], "topics": [], "instruments": ["firearms-protocol"],
        "regions": ["sahel"], "countries": ["ML"],
    }  # fmt: skip


def test_codes_are_understood_by_their_names_in_every_language():
    found = cells(("title", "A"), ("type", "Исследование"), ("coverage", "马里"), ("date", "2020"))
    assert (found["kind"], found["countries"]) == ("study", ["ML"])
    assert (found["year"], found["dated"]) == (2020, "")


def test_a_title_in_one_language_alone_is_the_title():
    found = cells(("title", "Étude", "fr"))
    assert (found["title"], found["title_fr"]) == ("Étude", "Étude")


@pytest.mark.parametrize(
    ("elements", "column"),
    [
        ([], "title"),
        ([("title", "x" * 501)], "title"),
        ([("title", "A"), ("language", "Klingon")], "languages"),
        ([("title", "A"), ("identifier", "https://[bad")], "source_url"),
        ([("title", "A"), ("publisher", "x" * 301)], "body"),
        ([("title", "A"), ("description", "Résumé", "fr")], "title_fr"),
    ],
)
def test_a_bad_record_is_named_by_its_number(elements, column):
    table = parse(file(one(("title", "Good")), one(*elements)))
    assert [(fault.line, fault.column) for fault in table.faults] == [(2, column)]
    assert [row.cells["title"] for row in table.rows] == ["Good"]


@pytest.mark.parametrize(
    "content",
    [
        b"<records/>",
        b"<a",
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
        b"<\xff\xfe/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
        b"<a>" * 20_000,
    ],
)
def test_what_is_no_dublin_core_is_refused_in_words(content):
    table = parse(content)
    assert len(table.faults) == 1
    assert not table.rows


def test_a_file_has_its_bounds(monkeypatch):
    monkeypatch.setattr(dublin_core_records, "MOST_ROWS", 2)
    table = parse(file(*[one(("title", "A"))] * 3))
    assert (len(table.rows), table.faults[0].line) == (2, 3)
    monkeypatch.setattr(dublin_core_records, "MOST_BYTES", 10)
    assert parse(file(one(("title", "A")))).rows == []


@pytest.mark.django_db
def test_what_our_own_library_gives_out_comes_back_as_drafts(client: Client):
    texts = {"en": ("Marking", "How"), "zh-hans": ("标记", "如何")}
    kept = publication("Marking", "CLEAR", kind="handbook", year=2021, symbol="A/1", body="Office")
    kept.texts.all().delete()
    for code, (title, summary) in texts.items():
        kept.texts.create(language=code, title=title, summary=summary)
    kept.terms.create(facet="region", value="sahel")
    kept.terms.create(facet="language", value="fr")
    kept.save()
    given = client.get(
        "/oai?verb=ListRecords&metadataPrefix=oai_dc", SERVER_NAME="localhost"
    ).content
    assert not re.search(rb"<error", given)
    person = staff("trainer")
    sync_studio_rights(person)
    sent = SimpleUploadedFile("harvest.xml", given, "application/xml")
    assert signed_in(person).post(reverse(PAGE), {"table": sent}).status_code == 200
    made = Publication.objects.exclude(pk=kept.pk).get()
    assert (made.live, made.label, made.kind, made.year) == (False, "AMBER", "handbook", 2021)
    assert (made.symbol, made.body) == ("A/1", "Office")
    assert {row.language: (row.title, row.summary) for row in made.texts.all()} == texts
    assert {(row.facet, row.value) for row in made.terms.all()} == {
        ("region", "sahel"), ("language", "fr"),
    }  # fmt: skip


class TestTwice:
    TITLE = ("title", "Marking of imported firearms")
    ADDRESS = ("identifier", "https://example.org/marking")

    def send(self, client: Client, *elements) -> None:
        sent = SimpleUploadedFile("one.xml", file(one(*elements)), "application/xml")
        assert client.post(reverse(PAGE), {"table": sent}).status_code == 200

    @pytest.fixture
    def trainer(self, db) -> Client:
        person = staff("trainer")
        sync_studio_rights(person)
        return signed_in(person)

    def test_the_same_file_makes_nothing_twice(self, trainer):
        for _time in range(2):
            self.send(trainer, self.TITLE, self.ADDRESS)
        assert Publication.objects.get().revisions.count() == 1

    def test_what_changed_is_proposed(self, trainer):
        self.send(trainer, self.TITLE, self.ADDRESS)
        self.send(trainer, ("title", "Marking"), self.ADDRESS)
        draft = Publication.objects.get().get_latest_revision_as_object()
        assert [text.title for text in draft.texts.all()] == ["Marking"]

    def test_two_of_one_address_are_two(self, trainer):
        self.send(trainer, self.TITLE, self.ADDRESS)
        self.send(trainer, self.TITLE, self.ADDRESS, ("identifier", "X/2"))
        assert Publication.objects.count() == 2

    def test_a_record_she_may_not_edit_is_left_alone(self, trainer):
        url = self.ADDRESS[1]
        secret = publication("Hidden", "RED", source_url=url)
        self.send(trainer, self.TITLE, self.ADDRESS)
        assert Publication.objects.exclude(pk=secret.pk).get().source_url == url

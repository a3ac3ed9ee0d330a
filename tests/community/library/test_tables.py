"""The studio's page for tables: bad rows named, nothing stored unasked, and the table given out."""

import csv
import io
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.library import csv_records, table_views
from community.library.models import Publication
from portal.audit.models import AuditRow
from portal.roles.studio import sync_studio_rights
from portal.shared import ratelimit
from tests.community.library.records import publication
from tests.people import member, signed_in, staff

pytestmark = pytest.mark.django_db
SPACE = "wagtailsnippets_community_publication:"
PAGE, DOWNLOAD = reverse(f"{SPACE}import_table"), reverse(f"{SPACE}export_table")
LIST = reverse(f"{SPACE}list")


@pytest.fixture(autouse=True)
def no_limits():
    cache.clear()


@pytest.fixture
def client():
    person = staff("trainer")
    sync_studio_rights(person)
    return signed_in(person)


def send(client, content: str | bytes, **more):
    data = content.encode() if isinstance(content, str) else content
    return client.post(PAGE, {"table": SimpleUploadedFile("t.csv", data, "text/csv"), **more})


def given(client) -> list[list[str]]:
    answer = client.post(DOWNLOAD)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="library.csv"'
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_list_leads_there_and_back(client):
    assert PAGE in client.get(LIST).content.decode()
    text = client.get(PAGE).content.decode()
    assert LIST in text
    assert "source_url" in text  # the columns are named


@pytest.mark.parametrize("role", ["reviewer", "translator", "focal-point", "administrator"])
def test_every_role_that_proposes_may(role):
    person = staff(role)
    sync_studio_rights(person)
    answer = send(signed_in(person), "title,kind\r\nA,study")
    assert answer.status_code == 200
    assert not Publication.objects.get().live


def test_nobody_else_may():
    for person in (member(), staff("administrator", region_id="SN"), member(tier="courier")):
        sync_studio_rights(person)
        client = signed_in(person)
        assert client.get(PAGE).status_code in {302, 404}
        assert send(client, "title\r\nA").status_code in {302, 404}
        assert client.post(DOWNLOAD).status_code in {302, 404}
    assert not Publication.objects.exists()


def test_a_good_table_is_taken_in_as_drafts(client):
    answer = send(client, "title;kind\r\nOne;study\r\nTwo;film\r\n")
    assert answer.status_code == 200
    assert "The table was taken in" in answer.content.decode()
    assert [row.live for row in Publication.objects.all()] == [False, False]


def test_bad_rows_are_named_and_nothing_is_stored(client):
    answer = send(client, "title,kind,year\r\nGood,study,2020\r\n,study,2020\r\nBad,novel,20x\r\n")
    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 400
    assert "Nothing was taken in" in text
    for line, column, why in (
        (3, "title", "Every record has an English title."),
        (4, "kind", "There is no such kind of document."),
        (4, "year", "Write a year in four digits."),
    ):
        assert f'<tr><td>{line}</td><td><code dir="ltr">{column}</code></td><td>{why}</td>' in text
    assert not Publication.objects.exists()
    assert not AuditRow.objects.filter(event="library.imported").exists()


def test_the_rest_is_taken_in_when_it_is_asked_for(client):
    table = "title,kind\r\nGood,study\r\nBad,novel\r\nFine,film\r\n"
    assert send(client, table).status_code == 400
    answer = send(client, table, rest="on")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Rows left out: 1" in " ".join(text.split())
    assert {row.title("en") for row in Publication.objects.all()} == {"Good", "Fine"}
    assert AuditRow.objects.filter(event="library.imported").count() == 1


def test_the_rest_is_imported_without_choosing_the_file_again(client):
    text = send(client, "title,kind\r\nGood,study\r\nBad,novel\r\n").content.decode()
    assert "Import the other 1 record" in text
    kept = re.search(r'name="kept" value="([^"]+)"', text)[1]
    other = staff("trainer")
    sync_studio_rights(other)
    assert signed_in(other).post(PAGE, {"kept": kept, "rest": "on"}).status_code == 400
    assert not Publication.objects.exists()
    assert client.post(PAGE, {"kept": kept, "rest": "on"}).status_code == 200
    assert [row.title("en") for row in Publication.objects.all()] == ["Good"]


def test_without_a_file_it_says_so(client):
    answer = client.post(PAGE, {"rest": "on"})
    assert answer.status_code == 400
    assert "Choose a file." in answer.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfet\x00i\x00t\x00l\x00e\x00", b"\x00\x01\x02", b"PK\x03\x04" + b"x" * 100,
        b"title\n\"open", b"title\n" + b"x" * 200_000, b"title,kind\n" + b"a," * 50_000,
        "title\nÉtude".encode("latin-1"), b"<html><script>alert(1)</script>",
    ],
    ids=["empty", "utf-16", "bytes", "zip", "quote", "huge-cell", "commas", "latin-1", "html"],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(client, content):
    answer = send(client, content)
    assert answer.status_code == 400
    assert "<script>alert" not in answer.content.decode()
    assert not Publication.objects.exists()


def test_a_table_that_is_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr("community.library.table_forms.MOST_BYTES", 2 * 1024 * 1024)
    answer = send(client, b"title\n" + b"x\n" * 1_200_000)
    assert answer.status_code == 400
    assert "2 MB" in answer.content.decode()


def test_what_people_wrote_is_text_on_the_page(client):
    answer = send(client, 'title,topics\r\nA,"<img src=x onerror=alert(1)>"\r\n')
    assert answer.status_code == 400
    assert "<img src=x" not in answer.content.decode()
    assert "&lt;img src=x" in answer.content.decode()


def test_a_page_names_so_many_faults_and_counts_the_rest(client, monkeypatch):
    monkeypatch.setattr(table_views, "NAMED", 3)
    text = send(client, "title,kind\r\n" + "A,novel\r\n" * 5).content.decode()
    assert text.count("There is no such kind") == 3
    assert "2 more are not shown." in text


def test_tables_are_counted(client, monkeypatch):
    few = ratelimit.Limit("imports", "reading", 1, "tables", "account", ratelimit.DAY)
    monkeypatch.setitem(ratelimit.BY_NAME, "imports", few)
    assert send(client, "title\r\nA").status_code == 200
    assert send(client, "title\r\nA").status_code == 429


def test_hidden_records_are_neither_given_out_nor_told_from_missing_ones(client):
    hidden = publication("SECRET-TITLE", "AMBER", asked_for=False)
    red = publication("SECRET-RED", "RED")
    shown = publication("Shown", "GREEN")
    rows = given(client)
    assert len(rows) == 2
    assert "SECRET" not in str(rows)
    assert str(shown.public_id) in rows[1]
    for row in (hidden, red):
        text = send(client, f"id,title\r\n{row.public_id},Mine\r\n").content.decode()
        assert "There is no such record." in text
        assert "SECRET" not in text
        assert Publication.objects.get(pk=row.pk).latest_revision is None


def test_red_is_in_no_export_even_for_who_reads_it():
    person = staff("trainer")
    sync_studio_rights(person)
    publication("SECRET-RED", "RED", marked_by=person)
    assert len(given(signed_in(person))) == 1


def test_an_export_wants_a_fresh_factor_and_is_recorded():
    person = staff("trainer")
    sync_studio_rights(person)
    publication("Shown", "GREEN")
    stale = signed_in(person, fresh=False).post(DOWNLOAD)
    assert "text/csv" not in stale.headers.get("Content-Type", "")
    assert not AuditRow.objects.filter(event="library.exported").exists()
    given(signed_in(person))
    assert AuditRow.objects.filter(event="library.exported").count() == 1


def test_no_cell_is_a_formula_and_what_is_given_is_taken_again(client):
    titles = ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(1)", "' =1", "\u202e=1", "\uff1d1", 'a"b', "a;b"]
    for title in titles:
        publication(title, "GREEN", kind="study")
    rows = given(client)
    place = rows[0].index("title")
    for row in rows[1:]:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\uff1d")), cell
    assert {csv_records.restored(row[place]) for row in rows[1:]} == set(titles)
    answer = client.post(DOWNLOAD)
    again = send(client, b"".join(answer.streaming_content))
    text = " ".join(again.content.decode().split())
    assert again.status_code == 200, text
    assert "New records: 0" in text

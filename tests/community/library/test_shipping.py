"""The shipped records: what the list says, brought in once, and left where a person worked."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from community.library import kinds, shipped, vocabulary
from community.library.dates import date_of
from community.library.models import Publication, PublicationText
from community.library.shipping import ship_library
from tests.community.library.records import publication

ONE = "P17"


def number(name: str) -> Publication:
    return Publication.objects.get(shipped=name)


def test_the_file_has_every_row_of_the_list_and_only_known_codes():
    rows = shipped.records()
    assert [row.number for row in rows] == [f"P{n:02}" for n in range(1, 100)]
    for row in rows:
        assert row.fields["kind"] in kinds.KINDS
        assert row.title
        assert row.fields["reference"]
        assert all(vocabulary.is_known(facet, value) for facet, value in row.terms), row.number
        assert all(facet in kinds.FACETS for facet, _value in row.terms)


def test_every_reference_is_a_place_in_the_sources():
    form = re.compile(r"00\d_[0-9a-f]{16}\.txt ")
    assert all(form.match(row.fields["reference"]) for row in shipped.records())


def test_access_becomes_a_label():
    by_number = {row.number: row.fields for row in shipped.records()}
    assert (by_number["P01"]["label"], by_number["P01"]["asked_for"]) == ("CLEAR", False)
    assert (by_number["P05"]["label"], by_number["P05"]["asked_for"]) == ("GREEN", False)
    assert (by_number["P18"]["label"], by_number["P18"]["asked_for"]) == ("AMBER", True)
    assert by_number["P19"]["restricted_to"] == "trainers"


def test_nothing_unsure_is_said():
    by_number = {row.number: row for row in shipped.records()}
    assert not [value for facet, value in by_number["P02"].terms if facet == kinds.LANGUAGE]
    assert by_number["P41"].fields["year"] is None
    assert by_number["P05"].fields["year"] is None
    assert by_number["P05"].fields["dated"] == "2020–2022"
    six = {value for facet, value in by_number["P46"].terms if facet == kinds.LANGUAGE}
    assert six == {"ar", "zh", "en", "fr", "ru", "es"}
    assert by_number["P46"].fields["note"].startswith("Languages to be confirmed")


def test_dates_in_words_are_said_in_the_readers_language():
    said = {row.fields["dated"] for row in shipped.records()}
    in_words = {text for text in said if re.search(r"[a-z]", text)}
    assert in_words
    with translation.override("ru"):
        shown = {text: date_of(Publication(dated=text)) for text in in_words}
        assert not {text: word for text, word in shown.items() if re.search(r"[a-z]", word)}
        assert date_of(Publication(dated="end of the year of a studio")).startswith("end of")
        assert date_of(Publication(year=2020)) == "2020"


def test_an_unknown_entry_is_refused():
    row = {"number": "P1", "title": "x", "kind": "study", "reference": "r", "title_given": True}
    with pytest.raises(ValueError, match="colour"):
        shipped._record({**row, "access": "open", "colour": "red"})


@pytest.mark.django_db
class TestShipping:
    def test_brings_everything_once(self, django_assert_max_num_queries):
        assert len(ship_library().made) == 99
        with django_assert_max_num_queries(4):
            again = ship_library()
        assert (again.made, again.renewed, again.left) == ([], [], [])
        row = number(ONE)
        assert row.live
        assert row.title("en") == "Guiding templates for firearms-related investigations"
        assert not row.title_given
        assert list(number("P20").related.all()) == [number("P21")]
        assert row.public_id == next(r.public_id for r in shipped.records() if r.number == ONE)

    def test_the_command_says_what_it_did(self, capsys):
        call_command("ship_library")
        assert "99 made" in capsys.readouterr().out

    def change_file(self, monkeypatch, tmp_path: Path, old: str, new: str) -> None:
        text = shipped.SOURCE.read_text(encoding="utf-8")
        assert text.count(old) == 1
        (tmp_path / "records.yaml").write_text(text.replace(old, new), encoding="utf-8")
        monkeypatch.setattr(shipped, "SOURCE", tmp_path / "records.yaml")
        shipped.records.cache_clear()

    @pytest.fixture(autouse=True)
    def _file_again(self):
        yield
        shipped.records.cache_clear()

    def rename(self, monkeypatch, tmp_path) -> None:
        self.change_file(
            monkeypatch, tmp_path, "title: Guiding templates for", "title: New templates for"
        )

    def test_renews_what_nobody_touched(self, monkeypatch, tmp_path):
        ship_library()
        self.rename(monkeypatch, tmp_path)
        assert ship_library().renewed == [ONE]
        assert number(ONE).title("en").startswith("New templates")
        assert ship_library().renewed == []

    @pytest.mark.parametrize("deed", ["title", "label", "draft", "withdrawn", "related", "term"])
    def test_leaves_what_a_person_changed(self, monkeypatch, tmp_path, deed):
        ship_library()
        row = number(ONE)
        if deed == "title":
            PublicationText.objects.filter(publication=row).update(title="Official title")
        elif deed == "label":
            row.label = "RED"
            row.save(update_fields=["label"])
        elif deed == "draft":
            row.save_revision()
        elif deed == "withdrawn":
            row.unpublish()
        elif deed == "related":
            row.related.add(publication("beside"))
            row.save()
        else:
            row.terms.all()[0].delete()
        self.rename(monkeypatch, tmp_path)
        assert ship_library().left == [ONE]
        assert not number(ONE).title("en").startswith("New templates")

    def test_does_not_bring_back_what_a_person_deleted(self, monkeypatch, tmp_path):
        ship_library()
        number(ONE).delete()
        assert ship_library().made == []
        self.rename(monkeypatch, tmp_path)
        assert ship_library().left == [ONE]
        assert not Publication.objects.filter(shipped=ONE).exists()

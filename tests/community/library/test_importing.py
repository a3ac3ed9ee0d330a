"""Tables taken in: all or nothing unless asked, drafts only, and no word of hidden records."""

import pytest

from community.library import importing
from community.library.csv_records import parse
from community.library.exporting import export_records
from community.library.importing import import_records
from community.library.models import Publication
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings.models import Reader
from portal.shared import clock, ids, ratelimit
from portal.shared.errors import NotAllowed, TooMany
from tests.community.library.records import publication
from tests.markings.things import verified
from tests.people import member, organisation, person, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer():
    return verified(staff("trainer", of=organisation()))


def table(*lines: str):
    return parse("\r\n".join(lines))


def titles() -> set[str]:
    return {row.title("en") for row in Publication.objects.all()}


def draft_of(row: Publication) -> Publication:
    return Publication.objects.get(pk=row.pk).get_latest_revision_as_object()


def test_a_new_record_is_a_draft_of_hers(trainer):
    done = import_records(
        trainer, table("title,kind,languages,title_fr", "A,study,en; fr,B", "C,film,,")
    )
    assert (done.made, done.faults, done.stored) == (2, [], True)
    row = next(row for row in Publication.objects.all() if row.title("en") == "A")
    assert (row.live, row.label, row.marked_by, row.kind) == (False, "AMBER", trainer, "study")
    assert row.source == trainer._membership.organisation
    assert row.title("fr") == "B"
    assert {(term.facet, term.value) for term in row.terms.all()} == {
        ("language", "en"),
        ("language", "fr"),
    }
    assert row.latest_revision.user == trainer


def test_a_bad_row_stops_everything(trainer):
    done = import_records(trainer, table("title,kind", "A,study", "B,novel"))
    assert (done.made, done.stored, [fault.line for fault in done.faults]) == (0, False, [3])
    assert titles() == set()
    assert not AuditRow.objects.filter(event="library.imported").exists()


def test_the_rest_is_taken_in_when_asked(trainer):
    missing = ids.uuid7()
    rows = table("title,kind,id", "A,study,", "B,novel,", f"C,study,{missing}")
    done = import_records(trainer, rows, partial=True)
    assert (done.made, done.stored) == (1, True)
    assert [(fault.line, fault.column) for fault in done.faults] == [(3, "kind"), (4, "id")]
    assert titles() == {"A"}
    assert '"count":1' in AuditRow.objects.get(event="library.imported").body.replace(" ", "")


def test_a_change_waits_as_a_draft_and_columns_that_are_not_there_stay(trainer):
    row = publication("A", "GREEN", symbol="S/1", terms=[("topic", "cases"), ("language", "en")])
    done = import_records(trainer, table("id,title,languages", f"{row.public_id},B,fr"))
    assert (done.made, done.changed) == (0, 1)
    stored = Publication.objects.get(pk=row.pk)
    assert (stored.title("en"), stored.live) == ("A", True)
    draft = draft_of(row)
    assert (draft.title("en"), draft.symbol, draft.label) == ("B", "S/1", "GREEN")
    terms = {(term.facet, term.value) for term in draft.terms.all()}
    assert terms == {("topic", "cases"), ("language", "fr")}


def test_an_empty_title_takes_a_language_away(trainer):
    row = publication("A", "GREEN")
    text = row.texts.all()[0]
    row.texts = [text, type(text)(language="fr", title="B")]
    row.save()
    import_records(trainer, table("id,title,title_fr", f"{row.public_id},A,"))
    assert [text.language for text in draft_of(row).texts.all()] == ["en"]


def test_the_same_again_makes_no_draft(trainer):
    row = publication("A", "GREEN", kind="study")
    done = import_records(trainer, table("id,title,kind", f"{row.public_id},A,study"))
    assert (done.changed, done.same) == (0, 1)
    assert Publication.objects.get(pk=row.pk).latest_revision is None


def test_a_label_is_not_changed_by_a_table(trainer):
    row = publication("A", "GREEN")
    for label, fault in (
        ("CLEAR", [(2, "label")]),
        ("RED", [(2, "label")]),
        ("GREEN", []),
        ("", []),
    ):
        done = import_records(trainer, table("id,title,label", f"{row.public_id},A,{label}"))
        assert [(one.line, one.column) for one in done.faults] == fault
    assert Publication.objects.get(pk=row.pk).label == "GREEN"


def test_a_hidden_record_answers_as_one_that_does_not_exist(trainer):
    hidden = publication("A", "RED", symbol="S/1")
    answers = [
        import_records(trainer, table("id,title", f"{number},B")).faults
        for number in (hidden.public_id, ids.uuid7())
    ]
    assert answers[0] == answers[1]
    assert hidden.latest_revision is None
    # nor does a new record with its symbol tell that it exists
    assert import_records(trainer, table("title,symbol", "B,S/1")).faults == []


def test_a_locked_record_is_left(trainer):
    row = publication("A", "GREEN", locked=True)
    done = import_records(trainer, table("id,title", f"{row.public_id},B"))
    assert [fault.column for fault in done.faults] == ["id"]


def test_who_has_no_role_imports_nothing():
    for user in (verified(member()), verified(person())):
        with pytest.raises(NotAllowed):
            import_records(user, table("title", "A"))
    assert titles() == set()


def test_imports_are_counted(trainer, monkeypatch):
    few = ratelimit.Limit("imports", "reading", 1, "tables", "account", ratelimit.DAY)
    monkeypatch.setitem(ratelimit.BY_NAME, "imports", few)
    import_records(trainer, table("title", "A"))
    with pytest.raises(TooMany):
        import_records(trainer, table("title", "B"))
    assert titles() == {"A"}


def test_an_import_that_fails_leaves_nothing(trainer, monkeypatch):
    def break_down(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(importing, "record", break_down)
    with pytest.raises(RuntimeError):
        import_records(trainer, table("title", "A"))
    assert titles() == set()


class TestExport:
    def export(self, user) -> list[dict]:
        with step_up.confirmed(user):
            text = "".join(export_records(user))
        found = parse(text)
        assert found.faults == []
        return [dict(row.cells) for row in found.rows]

    def test_gives_what_she_may_see_and_no_red(self):
        home = organisation()
        user = verified(member(of=home))
        for label in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
            publication(f"own {label}", label, source=home, marked_by=user)
            row = publication(f"other {label}", label, source=organisation())
        Reader.objects.create(
            kind="community.publication", key=str(row.pk), person=user, given_at=clock.now()
        )
        assert {row["title"] for row in self.export(user)} == {
            "own CLEAR", "own GREEN", "own AMBER", "own AMBER+STRICT", "other CLEAR", "other GREEN",
        }  # fmt: skip

    def test_a_formula_is_harmless_and_comes_back(self, trainer):
        publication("=1+1", "CLEAR", summary="-x", note="@n")
        with step_up.confirmed(trainer):
            text = "".join(export_records(trainer))
        assert "'=1+1" in text
        row = self.export(trainer)[0]
        assert (row["title"], row["summary"], row["note"]) == ("=1+1", "-x", "@n")

    def test_notes_are_for_editors(self, trainer):
        publication("A", "CLEAR", note="to be confirmed")
        assert "note" not in self.export(verified(member()))[0]
        assert self.export(trainer)[0]["note"] == "to be confirmed"

    def test_the_round_trip_changes_nothing(self, trainer):
        from community.library.shipping import ship_library

        ship_library()
        with step_up.confirmed(trainer):
            text = "".join(export_records(trainer))
        done = import_records(trainer, parse(text))
        assert (done.made, done.changed, done.faults) == (0, 0, [])
        assert done.same == 99

    def test_is_recorded_counted_and_asks_again(self, monkeypatch):
        few = ratelimit.Limit("exports", "reading", 1, "exports", "account", ratelimit.DAY)
        monkeypatch.setitem(ratelimit.BY_NAME, "exports", few)
        user = verified(member())
        with pytest.raises(step_up.Needed):
            export_records(user)
        self.export(user)
        assert AuditRow.objects.filter(event="library.exported").count() == 1
        with step_up.confirmed(user), pytest.raises(TooMany):
            export_records(user)

    def test_is_for_members_only(self):
        for user in (verified(person()), verified(member(), yes=False)):
            with pytest.raises(NotAllowed):
                export_records(user)

    def test_reads_in_parts(self, trainer, monkeypatch):
        monkeypatch.setattr("community.library.exporting.PART", 2)
        for number in range(5):
            publication(f"record {number}", "CLEAR")
        assert len(self.export(trainer)) == 5

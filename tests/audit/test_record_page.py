"""The record for administrators: search, pages, export; reading it is recorded."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from portal.audit import chain, queries, reading, words
from portal.audit.events import EVENTS
from portal.audit.models import AuditRow
from portal.audit.services import record
from portal.permissions import may_read_record
from portal.shared.errors import NotAllowed
from portal.shared.tables import safe_cell
from tests.limits import forget_limits
from tests.people import member, organisation, person, signed_in, staff

pytestmark = pytest.mark.django_db

PAGE = "/en/vetting/record/"
EXPORT = f"{PAGE}export/"


@pytest.fixture(autouse=True)
def _own_limits(settings) -> None:
    settings.STAFF_NEED_PASSKEY = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()


@pytest.fixture
def administrator():
    return staff("administrator", name="Ada")


@pytest.fixture
def browser(administrator) -> Client:
    return signed_in(administrator)


def events() -> list[str]:
    return list(AuditRow.objects.order_by("number").values_list("event", flat=True))


def test_reading_the_record_is_recorded(browser, administrator) -> None:
    record("sign-out", actor=administrator)
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    assert "Signed out" in answer.content.decode()
    row = AuditRow.objects.order_by("-number")[0]
    assert (row.event, row.actor) == ("audit.read", str(administrator.public_id))
    assert json.loads(row.body)["facts"]["count"] >= 1


def test_a_search_for_a_person_records_whom_it_was_about(browser) -> None:
    who = person()
    browser.get(PAGE, {"person": str(who.public_id)})
    assert AuditRow.objects.order_by("-number")[0].about == str(who.public_id)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", [PAGE, EXPORT])
def test_nobody_else_learns_that_there_is_a_record(method: str, path: str) -> None:
    place = organisation()
    others = [
        member(), staff("focal-point"), staff("trainer"),
        staff("administrator", region_id="SN"), staff("administrator", organisation=place),
    ]  # fmt: skip
    before = AuditRow.objects.filter(event__startswith="audit.").count()
    for other in others:
        answer = getattr(signed_in(other), method)(path)
        assert answer.status_code == (405 if (method, path) == ("get", EXPORT) else 404)
    assert AuditRow.objects.filter(event__startswith="audit.").count() == before


def test_visitors_and_unverified_people_are_sent_elsewhere(administrator) -> None:
    for browser in (Client(), signed_in(administrator, verified=False)):
        assert browser.get(PAGE).status_code == 302
        assert browser.post(EXPORT, {"format": "csv"}).status_code == 302
    assert "audit.read" not in events()


def test_services_refuse_by_themselves() -> None:
    for deed in (reading.export_record, lambda **k: reading.read_record(**k, before=None)):
        with pytest.raises(NotAllowed):
            deed(actor=member(), search=queries.Search())


def test_an_address_is_searched_for_without_standing_in_the_url(browser) -> None:
    who = person(email="amina@example.org")
    answer = browser.post(PAGE, {"person": "Amina@Example.org", "event": "sign-in"})
    assert answer.status_code == 302
    assert (
        answer["Location"] == f"{PAGE}?{urlencode({'event': 'sign-in', 'person': who.public_id})}"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": "nobody@example.org"}, {"person": "x"}, {"event": "no.such"},
        {"thing": "<script>"}, {"since": "2026-13-40"}, {"until": "tomorrow"},
        {"since": "2026-05-02", "until": "2026-05-01"}, {"person": "\x00"}, {"thing": "x" * 999},
    ],
)  # fmt: skip
def test_bad_input_is_answered_beside_the_field(browser, wrong) -> None:
    before = AuditRow.objects.count()
    for answer in (browser.get(PAGE, wrong), browser.post(PAGE, wrong)):
        assert answer.status_code == 400
        assert "Error:" in answer.content.decode()
    assert browser.post(EXPORT, {**wrong, "format": "csv"}).status_code == 400
    assert AuditRow.objects.count() == before


@pytest.mark.parametrize("before", ["-1", "0", "x", "9" * 40, "٣", "1e3", ""])
def test_a_wrong_place_in_the_list_is_no_fault(browser, before: str) -> None:
    assert browser.get(PAGE, {"before": before}).status_code == 200


def test_search_finds_by_event_person_thing_and_day(browser) -> None:
    who, other = person(), person()
    record("sign-out", actor=who)
    record("account.held", actor=other, about=who, thing=who)
    row = AuditRow.objects.order_by("-number")[0]
    day = row.at.date()

    def numbers(**search) -> set[int]:
        return set(queries.found(queries.Search(**search)).values_list("number", flat=True))

    assert numbers(event="sign-out", person=str(who.public_id)) == {row.number - 1}
    assert numbers(person=str(who.public_id)) == {row.number - 1, row.number}
    assert numbers(person=str(other.public_id)) == {row.number}
    assert numbers(thing=f"portal.user:{who.public_id}") == {row.number}
    assert row.number in numbers(since=day, until=day)
    assert not numbers(until=day.replace(year=day.year - 1))


def test_the_list_goes_on_by_number(browser) -> None:
    for _turn in range(queries.PER_PART + 5):
        record("sign-out")
    part = queries.part(AuditRow.objects.all(), None)
    rest = queries.part(AuditRow.objects.all(), part.older)
    seen = [row.number for row in (*part.rows, *rest.rows)]
    assert seen == sorted(AuditRow.objects.values_list("number", flat=True), reverse=True)
    assert rest.older is None
    page = browser.get(PAGE).content.decode()
    assert f"before={part.older}" in page or "before=" in page


def test_an_export_needs_a_fresh_factor_and_is_recorded(administrator) -> None:
    stale = signed_in(administrator, fresh=False)
    answer = stale.post(EXPORT, {"format": "csv"})
    assert answer.status_code == 302
    assert "audit.exported" not in events()
    answer = signed_in(administrator).post(EXPORT, {"format": "csv"})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert events()[-1] == "audit.exported"


def test_an_exported_line_can_be_checked_without_the_site(browser) -> None:
    record("sign-out")
    lines = browser.post(EXPORT, {"format": "jsonl"}).content.decode().splitlines()
    previous = chain.START
    for line in lines:
        row = json.loads(line)
        assert row["previous"] == previous
        assert chain.chain(previous, row["body"]) == row["hash"]
        previous = row["hash"]
    assert lines


def test_an_exported_table_holds_what_was_searched(browser) -> None:
    record("sign-out")
    record("sign-in", facts={"way": "=1+1"})
    answer = browser.post(EXPORT, {"format": "csv", "event": "sign-in"})
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0][0] == "number"
    assert {row[2] for row in rows[1:]} == {"sign-in"}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_cells_that_look_like_formulas_are_neutralised() -> None:
    for text in ("=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"):
        assert safe_cell(text) == f"'{text}"
    assert safe_cell(None) == ""
    assert safe_cell("a=1") == "a=1"


def test_exports_are_limited(browser) -> None:
    answers = [browser.post(EXPORT, {"format": "csv"}).status_code for _turn in range(6)]
    assert answers == [200] * 5 + [429]


def test_too_many_rows_for_one_file_is_said(browser, monkeypatch) -> None:
    record("sign-out")
    record("sign-out")
    monkeypatch.setattr(reading, "EXPORT_ROWS", 1)
    answer = browser.post(EXPORT, {"format": "csv"})
    assert answer.status_code == 400
    assert "shorter time" in answer.content.decode()
    assert "audit.exported" not in events()


def test_every_fact_has_words() -> None:
    names = {name for event in EVENTS.values() for name in event.facts}
    assert not names - set(words.FACTS)


def test_facts_and_things_are_shown_as_words() -> None:
    assert words.fact_words("known", True) == ("known browser", "yes")
    assert words.fact_words("role", "focal-point") == ("role", "Focal point")
    assert words.fact_words("label", "AMBER+STRICT") == ("label", "TLP:AMBER+STRICT")
    assert words.fact_words("event", "sign-in") == ("looked for", "Signed in")
    assert words.thing_words("portal.application:K7M2PQ") == ("Application", "K7M2PQ")
    assert words.thing_words("gone.thing:1") == ("gone.thing", "1")


def test_a_deleted_person_stays_a_number(browser) -> None:
    who = person(name="Zainab Canary")
    with transaction.atomic():
        record("sign-out", actor=who)
    key = str(who.public_id)
    who.delete()
    page = browser.get(PAGE).content.decode()
    assert key in page
    assert "Zainab" not in page


def test_names_are_shown_as_text(browser) -> None:
    record("sign-out", actor=person(name="<b>Bold</b>"))
    assert "<b>Bold</b>" not in browser.get(PAGE).content.decode()


def test_only_administrators_of_everything_may_read(administrator) -> None:
    assert may_read_record(administrator)
    assert not may_read_record(staff("administrator", region_id="SN"))
    assert not may_read_record(staff("focal-point"))

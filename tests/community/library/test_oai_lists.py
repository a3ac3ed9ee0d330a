"""Harvests: every public record once and in parts, and nothing of any other record."""

from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.core import signing
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.library import index
from community.library.models import Publication, Withdrawn
from community.library.oai import queries, tokens
from community.library.oai.answers import identifier
from portal.markings import services as markings
from portal.markings.labels import Label
from portal.shared import clock
from tests.community.library.harvester import DC, OAI, ask, code, harvest, identifiers, titles
from tests.community.library.records import publication
from tests.markings.things import verified
from tests.people import member

pytestmark = pytest.mark.django_db
LISTS = ("ListRecords", "ListIdentifiers")


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)


def first(verb: str = "ListRecords", **more: str):
    part = ask(verb=verb, metadataPrefix="oai_dc", **more)
    return part.find(f"{OAI}resumptionToken")


# windows and sets
def test_from_and_until_are_included_to_the_second_and_to_the_day():
    with clock.held() as now:
        now.moment = now.moment.replace(hour=10, minute=0, second=0, microsecond=500_000)
        rows = []
        for name in ("one", "two", "three"):
            rows.append(publication(name))
            now.advance(days=1)
    second = rows[1].changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    day = second[:10]
    for moment in (second, day):
        assert titles(from_=moment) == ["two", "three"]
        assert titles(until=moment) == ["one", "two"]
        assert titles(from_=moment, until=moment) == ["two"]
    later = (rows[1].changed + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert titles(from_=later) == ["three"]


def test_sets_by_kind_and_by_topic():
    publication("film", kind="film", terms=[("topic", "cases"), ("region", "global")])
    publication("study", kind="study")
    assert titles(set="kind:film") == titles(set="topic:cases") == titles(set="topic") == ["film"]
    assert sorted(titles(set="kind")) == ["film", "study"]


# parts
def test_every_record_comes_once_in_parts(small_pages):
    with clock.held() as now:
        for number in range(10):
            publication(f"record {number}")
            if number % 4 == 0:  # several of one moment
                now.advance(seconds=1)
    assert sorted(titles()) == sorted(f"record {number}" for number in range(10))
    assert len(set(identifiers())) == 10


@pytest.mark.parametrize("verb", LISTS)
def test_a_token_says_how_much_there_is(small_pages, verb):
    with clock.held() as now:
        for _number in range(7):
            publication()
        token = first(verb)
        ends = now.moment + tokens.VALID
    assert token.attrib == {
        "completeListSize": "7", "cursor": "0", "expirationDate": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    second = ask(verb=verb, resumptionToken=token.text)[-1]
    assert (second.get("cursor"), second.get("completeListSize")) == ("3", "7")
    last = ask(verb=verb, resumptionToken=second.text)[-1]
    assert last.text is None
    assert last.attrib == {"completeListSize": "7", "cursor": "6"}


def test_a_list_of_one_part_has_no_token(small_pages):
    for _number in range(3):
        publication()
    assert first() is None


def test_a_token_keeps_what_was_asked_for(small_pages):
    for number in range(8):
        publication(f"film {number}", kind="film")
        publication(f"study {number}", kind="study")
    assert len(titles(set="kind:film")) == 8
    assert all(title.startswith("film") for title in titles(set="kind:film"))


def test_a_token_is_good_again_and_forever_until_it_expires(small_pages):
    with clock.held() as now:
        for _number in range(5):
            publication()
        token = first().text
        answers = [
            [child[0][0].text for child in ask(verb="ListRecords", resumptionToken=token)[:-1]]
            for _time in range(2)
        ]
        assert answers[0] == answers[1]
        now.advance(seconds=tokens.VALID.total_seconds())
        assert code(verb="ListRecords", resumptionToken=token) == "badResumptionToken"


def test_a_token_is_no_other_verbs_and_cannot_be_changed(small_pages):
    for _number in range(5):
        publication()
    token = first().text
    assert code(verb="ListIdentifiers", resumptionToken=token) == "badResumptionToken"
    for at in range(0, len(token), 7):
        other = "A" if token[at] != "A" else "B"
        changed = token[:at] + other + token[at + 1 :]
        assert code(verb="ListRecords", resumptionToken=changed) == "badResumptionToken"


@pytest.mark.parametrize(
    "values",
    [
        [], {}, None, "x", ["ListRecords"], ["ListRecords", [None, None, ""], "x", "y", 1, 1, 2**40],
        ["ListRecords", [1, 2], "2020-01-01", "0" * 32, 1, 1, 2**40],
    ],
)  # fmt: skip
def test_a_token_of_another_version_is_refused(values):
    token = signing.dumps(values, salt=tokens.SALT)
    for verb in LISTS:
        assert code(verb=verb, resumptionToken=token) == "badResumptionToken"


@pytest.mark.parametrize(
    ("key", "salt"), [("another key of fifty characters and no less than that", tokens.SALT), (None, "x")]
)  # fmt: skip
def test_a_forged_token_is_refused(small_pages, key, salt):
    for _number in range(5):
        publication()
    values = signing.loads(first().text, salt=tokens.SALT)
    forged = signing.dumps(values, key=key, salt=salt)
    assert code(verb="ListRecords", resumptionToken=forged) == "badResumptionToken"
    assert (
        code(verb="ListRecords", resumptionToken=forged, metadataPrefix="oai_dc") == "badArgument"
    )


def test_a_token_opens_no_record_that_was_hidden_meanwhile(small_pages):
    with clock.held() as now:
        rows = []
        for number in range(7):
            rows.append(publication(f"record {number}"))
            now.advance(seconds=1)
        token = first().text
        Publication.objects.filter(pk=rows[4].pk).update(label="RED")
        found = ask(verb="ListRecords", resumptionToken=token)
    text = ElementTree.tostring(found, encoding="unicode")
    assert "record 3" in text
    assert "record 4" not in text


def test_a_list_that_lost_its_rest_says_so(small_pages):
    with clock.held() as now:
        for _number in range(4):
            publication()
        now.advance(seconds=10)
        until = now.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        token = first(until=until).text
        now.advance(seconds=10)
        for row in Publication.objects.all():
            row.save()
        assert code(verb="ListRecords", resumptionToken=token) == "badResumptionToken"


def test_what_changes_during_a_harvest_comes_again_and_nothing_is_missed(small_pages):
    rows = [publication(f"record {number}") for number in range(7)]
    token = first().text
    rows[0].save()
    rows[6].delete()
    rest = [child for child in ask(verb="ListRecords", resumptionToken=token) if len(child)]
    found = {child[0][0].text for child in rest}
    assert identifier(rows[3].public_id) in found


def test_queries_of_a_page_do_not_grow(django_assert_num_queries):
    from community.library.oai.arguments import Window

    for number in range(20):
        publication(f"record {number}", terms=[("topic", "cases")])
    for whole, count in ((True, 7), (False, 3)):
        with django_assert_num_queries(count):
            entries, more = queries.page(Window(), None, whole=whole)
        assert (len(entries), more) == (20, False)


# withdrawn
@pytest.mark.parametrize("deed", ["delete", "unpublish", "label"])
def test_a_public_record_that_goes_is_named_as_deleted(deed):
    with clock.held() as now:
        user = verified(member())
        row = publication("gone", kind="film", terms=[("topic", "cases")], marked_by=user)
        name = identifier(row.public_id)
        now.advance(seconds=60)
        if deed == "delete":
            row.delete()
        elif deed == "unpublish":
            row.unpublish()
        else:
            markings.set_label(actor=user, thing=row, label="GREEN")
        at = now.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert identifiers() == [f"{name}!"]
    assert identifiers(set="kind:film") == identifiers(set="topic") == [f"{name}!"]
    assert identifiers(set="kind:study") == []
    assert identifiers(from_=at) == [f"{name}!"]
    found = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=name)[0]
    assert len(found) == 1
    assert found[0].get("status") == "deleted"
    assert found[0].find(f"{OAI}datestamp").text == at
    assert ask(verb="ListMetadataFormats", identifier=name).tag == f"{OAI}ListMetadataFormats"
    assert titles() == []


def test_what_becomes_public_again_is_a_record_again_with_a_new_date():
    with clock.held() as now:
        row = publication("back")
        row.unpublish()
        now.advance(seconds=60)
        row.live = True
        row.save(update_fields=["live"])
        at = now.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert identifiers(from_=at) == [identifier(row.public_id)]
    assert not Withdrawn.objects.exists()


def test_records_and_withdrawn_ones_stand_in_one_order(small_pages):
    names = []
    with clock.held() as now:
        for number in range(11):
            row = publication(f"record {number}")
            if number % 3 == 0:
                row.delete()
            names.append(identifier(row.public_id) + ("" if number % 3 else "!"))
            now.advance(seconds=1)
    assert identifiers() == names
    assert first("ListIdentifiers").get("completeListSize") == "11"


# never a record that is not public
@pytest.mark.parametrize("label", ["", *[label for label in Label if label != Label.CLEAR]])
@pytest.mark.parametrize("live", [True, False])
def test_a_record_that_never_was_public_leaves_no_trace(small_pages, label, live):
    with clock.held():
        for number in range(7):
            publication(f"public {number}", kind="study", terms=[("topic", "cases")])
        before = everything()
        hidden = publication(
            "canary", label, kind="study", terms=[("topic", "cases")], live=live, asked_for=True
        )
        assert everything() == before
        hidden.save_revision()
        hidden.label = "RED"
        hidden.save()
        hidden.delete()
        assert everything() == before
    assert code(
        verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(hidden.public_id)
    ) == "idDoesNotExist"  # fmt: skip


def test_a_clear_draft_leaves_no_trace():
    before = everything()
    publication("canary", "CLEAR", live=False).delete()
    assert everything() == before
    assert not Withdrawn.objects.exists()


def everything() -> list[object]:
    """All a harvester can learn: lists with their counts, sets, the earliest date."""
    found: list[object] = []
    for verb in LISTS:
        for more in ({}, {"set": "kind:study"}, {"set": "topic"}):
            answer = ask(verb=verb, metadataPrefix="oai_dc", **more)
            token = answer.find(f"{OAI}resumptionToken")
            found.append(None if token is None else token.get("completeListSize"))
            found.append(identifiers(**more))
    found += [child.text for child in ask(verb="Identify")]
    return found + titles()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_harvest_is_the_public_shelf_whatever_happens(db, data):
    """T2 for harvesters: what is listed as a record is public, and all that is public is listed."""
    with transaction.atomic():
        labels = st.sampled_from(["", *Label, "CLEAR", "CLEAR"])
        with index.held():
            rows = [
                publication(f"record {number}", data.draw(labels), live=data.draw(st.booleans()))
                for number in range(data.draw(st.integers(0, 5)))
            ]
            ever = {row.public_id for row in rows if row.live and row.label == "CLEAR"}
            for row in data.draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []:
                row.label, row.live = data.draw(labels), data.draw(st.booleans())
                row.save()
                ever |= {row.public_id} if row.live and row.label == "CLEAR" else set()
        now = {
            row.public_id for row in Publication.objects.all() if row.live and row.label == "CLEAR"
        }
        wanted = {identifier(one) for one in now} | {f"{identifier(one)}!" for one in ever - now}
        assert set(identifiers()) == wanted
        assert {
            record.find(f".//{DC}title") is None for record in harvest() if len(record) == 2
        } <= {False}
        transaction.set_rollback(True)

"""OAI-PMH 2.0: each verb and each error, as the specification has them."""

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.library.models import PublicationText
from community.library.oai.answers import identifier
from portal.shared import clock, ids, ratelimit
from tests.community.library.harvester import (
    DC,
    LANG,
    OAI,
    OAI_DC,
    STAMP,
    XSI,
    ask,
    code,
    names,
    request_of,
    titles,
)
from tests.community.library.records import publication

pytestmark = pytest.mark.django_db
LISTS = ("ListRecords", "ListIdentifiers")


def record_of(row):
    answer = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(row.public_id))
    assert answer.tag == f"{OAI}GetRecord"
    return answer[0]


# Identify, formats, sets
def test_identify():
    with clock.held() as now:
        publication()
        first = now.moment
        now.advance(days=1)
        publication()
        found = ask(verb="Identify")
    assert names(found) == [
        "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp",
        "deletedRecord", "granularity", "description",
    ]  # fmt: skip
    said = {name: child.text for name, child in zip(names(found), found, strict=True)}
    assert said["protocolVersion"] == "2.0"
    assert said["baseURL"] == "http://testserver/oai"
    assert said["deletedRecord"] == "persistent"
    assert said["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert said["earliestDatestamp"] == first.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "@" in said["adminEmail"]
    assert "." in said["adminEmail"].partition("@")[2]


def test_identify_of_an_empty_library():
    found = ask(verb="Identify").find(f"{OAI}earliestDatestamp")
    assert STAMP.fullmatch(found.text)


def test_formats():
    row = publication()
    for more in ({}, {"identifier": identifier(row.public_id)}):
        found = ask(verb="ListMetadataFormats", **more)
        assert [names(child) for child in found] == [
            ["metadataPrefix", "schema", "metadataNamespace"]
        ]
        assert found[0][0].text == "oai_dc"
        assert found[0][2].text == OAI_DC.strip("{}")


def test_sets_are_the_same_whatever_is_in_the_library():
    before = [[part.text for part in child] for child in ask(verb="ListSets")]
    publication(kind="film", terms=[("topic", "cases")])
    assert [[part.text for part in child] for child in ask(verb="ListSets")] == before
    specs = [spec for spec, _name in before]
    assert {"kind", "kind:film", "topic", "topic:cases"} <= set(specs)
    assert len(set(specs)) == len(specs)


# records
def test_get_record():
    row = publication(
        "The title", summary="Of what", body="UNODC", symbol="S/1", kind="study", year=2020,
        source_url="https://example.org/x", note="for editors", reference="000 ¶1",
        terms=[("language", "fr"), ("topic", "cases"), ("country", "SN"), ("region", "sahel"),
               ("instrument", "att")],
    )  # fmt: skip
    row.texts = [*row.texts.all(), PublicationText(language="zh-hans", title="题目")]
    row.save()
    header, metadata = record_of(row)
    assert header[0].text == identifier(row.public_id)
    assert [child.text for child in header[2:]] == ["kind:study", "topic:cases"]
    core = metadata[0]
    assert core.tag == f"{OAI_DC}dc"
    assert core.get(f"{XSI}schemaLocation").split()[0] == OAI_DC.strip("{}")
    said = [(child.tag.removeprefix(DC), child.get(LANG), child.text) for child in core]
    page = f"http://testserver/en/library/{row.public_id}/"
    assert said == [
        ("title", "en", "The title"), ("title", "zh-Hans", "题目"),
        ("subject", "en", "Case material"), ("subject", "en", "Arms Trade Treaty"),
        ("description", "en", "Of what"), ("publisher", None, "UNODC"), ("date", None, "2020"),
        ("type", "en", "Study"), ("identifier", None, page), ("identifier", None, "S/1"),
        ("identifier", None, "https://example.org/x"), ("language", None, "fr"),
        ("coverage", "en", "Sahel"), ("coverage", "en", "Senegal"), ("rights", None, "TLP:CLEAR"),
    ]  # fmt: skip


def test_only_public_neighbours_are_named():
    row = publication("in the middle")
    shown = [publication("beside"), publication("older"), publication("newer", replaces=row)]
    hidden = publication("hidden", "GREEN")
    row.related.set([shown[0], hidden])
    row.replaces = shown[1]
    row.save()
    publication("newer and hidden", "RED", replaces=row)
    found = {child.text for child in record_of(row)[1][0].findall(f"{DC}relation")}
    assert found == {f"http://testserver/en/library/{one.public_id}/" for one in shown}
    row.replaces = hidden
    row.save()
    found = {child.text for child in record_of(row)[1][0].findall(f"{DC}relation")}
    assert len(found) == 2


def test_text_that_xml_cannot_hold_is_left_out():
    row = publication("a<b>&\"'\x0b\ufffe]]>ü")
    assert record_of(row)[1][0].find(f"{DC}title").text == "a<b>&\"']]>ü"


def test_post_asks_the_same(django_assert_max_num_queries):
    publication("A")
    found = ask("verb=ListRecords&metadataPrefix=oai_dc", post=True)
    assert found.tag == f"{OAI}ListRecords"
    assert code("", post=True) == "badVerb"


# errors
@pytest.mark.parametrize(
    "query",
    ["", "verb=", "verb=identify", "verb=Delete", "verb=Identify&verb=Identify", "Identify"],
)
def test_bad_verb(query):
    assert code(query) == "badVerb"


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify&set=x",
        "verb=GetRecord",
        "verb=GetRecord&identifier=x",
        "verb=GetRecord&metadataPrefix=oai_dc",
        "verb=GetRecord&identifier=x&identifier=y&metadataPrefix=oai_dc",
        "verb=GetRecord&identifier=x&metadataPrefix=oai_dc&until=2020-01-01",
        "verb=ListSets&metadataPrefix=oai_dc",
        "verb=ListMetadataFormats&metadataPrefix=oai_dc",
        *(
            f"verb={verb}&{rest}"
            for verb in LISTS
            for rest in (
                "",
                "set=kind",
                "metadataPrefix=oai_dc&from=yesterday",
                "metadataPrefix=oai_dc&from=2020-13-01",
                "metadataPrefix=oai_dc&from=0000-01-01",
                "metadataPrefix=oai_dc&from=2020-01-01T25:00:00Z",
                "metadataPrefix=oai_dc&until=2020-01-01T10:00Z",
                "metadataPrefix=oai_dc&until=2020-01-01T10:00:00.5Z",
                "metadataPrefix=oai_dc&until=2020-01-01T10:00:00",
                "metadataPrefix=oai_dc&until=%D9%A2%D9%A0%D9%A2%D9%A0-01-01",
                "metadataPrefix=oai_dc&from=2020-01-01&until=2020-01-01T00:00:00Z",
                "metadataPrefix=oai_dc&from=2020-01-02&until=2020-01-01",
                "metadataPrefix=oai_dc&from=2020-01-01&from=2020-01-01",
                "metadataPrefix=oai_dc&set=a%20b",
                "metadataPrefix=oai_dc&set=kind:",
                "metadataPrefix=o%20i",
                "metadataPrefix=oai_dc&resumptionToken=x",
                "resumptionToken=x&resumptionToken=x",
                "metadataPrefix=oai_dc&page=2",
            )
        ),
    ],
)
def test_bad_argument(query):
    publication()
    assert code(query) == "badArgument"


def test_cannot_disseminate():
    row = publication()
    assert code(verb="GetRecord", metadataPrefix="marc", identifier=identifier(row.public_id)) == (
        "cannotDisseminateFormat"
    )
    for verb in LISTS:
        assert code(verb=verb, metadataPrefix="marc21") == "cannotDisseminateFormat"


def test_id_does_not_exist():
    row = publication()
    wrong = [
        identifier(ids.uuid7()), "x", "oai:members.invalid:", f"oai:other.example:{row.public_id}",
        identifier(row.public_id).upper(), f"{identifier(row.public_id)}\x00", str(row.public_id),
    ]  # fmt: skip
    for name in wrong:
        assert code(verb="GetRecord", metadataPrefix="oai_dc", identifier=name) == "idDoesNotExist"
        assert code(verb="ListMetadataFormats", identifier=name) == "idDoesNotExist"


def test_no_records_match():
    for verb in LISTS:
        assert code(verb=verb, metadataPrefix="oai_dc") == "noRecordsMatch"
    publication(kind="film")
    for more in (
        {"set": "kind:study"}, {"set": "topic"}, {"set": "colour:red"}, {"set": "kind:film:x"},
        {"until": "2000-01-01"}, {"from_": "9999-12-31"}, {"from_": "9999-12-31T23:59:59Z"},
    ):  # fmt: skip
        for verb in LISTS:
            assert code(verb=verb, metadataPrefix="oai_dc", **more) == "noRecordsMatch"
    assert titles(until="9999-12-31") == ["A title"]


def test_bad_resumption_token():
    for verb in (*LISTS, "ListSets"):
        for token in ("", "x", "a:b:c", "x" * 5000, "\x00"):
            assert code(verb=verb, resumptionToken=token) == "badResumptionToken"


def test_the_request_is_repeated_but_not_where_it_was_wrong():
    assert request_of(verb="Identify") == {"verb": "Identify"}
    assert request_of(verb="Identify", set="x") == {}
    assert request_of(verb="Nothing") == {}
    asked = {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "from_": "2020-01-01",
        "set": "kind",
    }
    assert request_of(**asked) == {
        "verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-01", "set": "kind",
    }  # fmt: skip


# around
def test_no_cookie_is_set_and_the_answer_may_be_kept():
    response = Client().get("/oai", {"verb": "Identify"})
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=60"
    assert Client().post("/oai", {"verb": "Identify"}).get("Cache-Control") is None
    assert Client(enforce_csrf_checks=True).post("/oai", {"verb": "Identify"}).status_code == 200
    for method in ("put", "delete", "patch"):
        assert getattr(Client(), method)("/oai").status_code == 405


def test_a_harvester_in_a_hurry_is_told_to_wait(monkeypatch):
    few = ratelimit.Limit("harvests", "reading", 1, "questions", "address", ratelimit.MINUTE)
    monkeypatch.setitem(ratelimit.BY_NAME, "harvests", few)
    cache.clear()
    with clock.held():
        assert Client().get("/oai").status_code == 200
        response = Client().get("/oai")
    assert response.status_code == 503
    assert 1 <= int(response["Retry-After"]) <= 60


def test_the_language_of_the_browser_does_not_matter():
    publication(kind="film")
    with clock.held():
        answers = {
            Client(headers={"accept-language": language}).get(
                "/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
            ).content
            for language in ("en", "ar", "zh-hans")
        }  # fmt: skip
    assert len(answers) == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken", "x"]),
        st.text(max_size=30) | st.sampled_from(["ListRecords", "GetRecord", "ListSets", "oai_dc", "2020-01-01"]),
    )
)  # fmt: skip
def test_nothing_breaks_it(db, asked):
    assert ask(**asked).tag.startswith(OAI)

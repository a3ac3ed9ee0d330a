"""A crawl for what is above a person's label: no page, list, count, file or notice tells of it.

Each record has a word, a country, a year and a file of its own. Whatever answers differently
because the record is there, or says one of its words, is a leak.
"""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, ReferenceIndex

from community.library import alerts, finding, keeping, keeping_page, memory
from community.library.asking import Asked
from community.library.models import Publication, ShelfItem
from portal.notifications.models import Notification
from portal.roles.studio import sync_studio_rights
from portal.shared import clock
from tests.community.library.finds import record, verified
from tests.community.library.shelf import editor, put_file, with_text
from tests.people import member, organisation, person, signed_in, staff

pytestmark = pytest.mark.django_db
WORD, SYMBOL, BODY = "Zaunkönig", "ZK/2031/7", "Rotkehlchen Institute"
FILE_WORD, FILE = "Goldammer", "kleiber.pdf"
COUNTRY, YEAR = "MN", 1883
SECRETS = (WORD, "Zaunk", SYMBOL, BODY, FILE_WORD, FILE)
SPACE = "wagtailsnippets_community_publication:"
LABELS = ("GREEN", "AMBER", "AMBER+STRICT", "RED", "")
OUTSIDE = ("visitor", "learner", "courier", "unverified")
INSIDE = ("member", "trainer", "focal-point", "administrator")


def person_of(kind: str) -> Any:
    if kind == "visitor":
        return None
    if kind == "learner":
        return person()
    if kind in {"courier", "unverified", "member"}:
        return member(tier="courier" if kind == "courier" else "member")
    found = staff(kind)
    sync_studio_rights(found)
    return found


def browser_of(kind: str, who: Any) -> Client:
    return Client() if who is None else signed_in(who, verified=kind != "unverified")


def hide(label: str, *, file: bool = True, **fields: Any) -> Publication:
    """The record nobody of another office may know of, with a file."""
    owner = editor(of=organisation())
    made = record(
        f"{WORD} titles", label, summary=f"{WORD} summary", symbol=SYMBOL, body=BODY, year=YEAR,
        terms={"country": [COUNTRY]}, source=owner.membership.organisation, marked_by=owner,
        **fields,
    )  # fmt: skip
    if file:
        put_file(made, owner, content=with_text(words=f"{FILE_WORD} stands here"), name=FILE)
    return made


def lists() -> list[str]:
    """Every address that lists, counts or offers records."""
    queries = (
        "", f"?q={WORD}", f"?q={FILE_WORD}", f"?country={COUNTRY}", f"?from={YEAR}&to={YEAR}",
        "?label=RED", "?sort=title", "?q=zaunkonih",
    )  # fmt: skip
    found = [reverse(name) + query for name in ("library", "members_library") for query in queries]
    found += [reverse(name) for name in ("members_requests", "members_saved", "members_shelves")]
    found += [f"/en/search/?q={WORD}", "/en/community/", "/sitemap-library.xml"]
    return found + [
        f"/oai?verb={verb}&metadataPrefix=oai_dc" for verb in ("ListRecords", "ListIdentifiers")
    ]


def pages(hidden: Publication) -> list[str]:
    """Every address of one record."""
    key = hidden.public_id
    names = (
        "library_record", "members_record", "members_request", "members_lend", "members_label",
        "members_lowering",
    )  # fmt: skip
    found = [reverse(name, args=[key]) for name in names]
    found += [reverse(name, args=[key, "bib"]) for name in ("library_cite", "members_cite")]
    found += [reverse(name, args=[key, "en"]) for name in ("library_file", "members_file")]
    edition = hidden.editions.first()
    return found + ([reverse("stored_file", args=[edition.file.public_id])] if edition else [])


def studio(hidden: list[Publication]) -> list[str]:
    """Every address of the studio that could name a record."""
    found = [reverse(f"{SPACE}{name}") for name in ("list", "list_results", "import_table")]
    found += [f"{found[0]}?q={WORD}", f"{found[0]}?export=csv", "/studio/", "/studio/snippets/"]
    found += [
        reverse(f"{SPACE}{name}", args=[row.pk])
        for name in ("edit", "history", "usage", "files", "workflow_history")
        for row in hidden
    ]
    reports = ("site_history", "workflow", "workflow_tasks", "locked_pages")
    found += [reverse(f"wagtailadmin_reports:{name}") for name in reports]
    found.append(reverse("wagtailsnippetchoosers_community_publication:choose"))
    return found


def said(browser: Client, address: str) -> str:
    cache.clear()
    memory.forget()
    answer = browser.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


@pytest.mark.first_database
@pytest.mark.parametrize("kind", [*OUTSIDE, *INSIDE])
def test_no_address_tells_of_what_is_above_her_label(kind):
    who = person_of(kind)
    browser = browser_of(kind, who)
    record("Open study", "CLEAR", terms={"country": ["SN"]}, year=2001)
    labels = LABELS if kind in OUTSIDE else LABELS[1:]
    hidden = [hide(label, file=label in {"GREEN", "RED"}) for label in labels]
    hidden[0].save_revision(user=hidden[0].marked_by, log_action=True)
    names = [str(row.public_id) for row in hidden]
    asked = lists() + [page for row in hidden for page in pages(row)]
    asked += studio(hidden if kind in INSIDE[1:] else hidden[:1])
    for address in asked:
        text, typed = said(browser, address), address.partition("?")[2].casefold()
        for secret in SECRETS:  # what she typed is hers
            assert secret not in text or secret.casefold() in typed, (address, secret)
        assert not [name for name in names if name in text and name not in address], address
        assert f'value="{COUNTRY}"' not in text or COUNTRY.casefold() in typed, address


@pytest.mark.parametrize("label", ["AMBER", "AMBER+STRICT", "RED", ""])
def test_every_answer_is_the_same_as_without_the_record(label):
    """Counts, facets, decades, spelling, topics, recent ones: compared as they are."""
    reader = verified(member())
    record("Zaunkonig of everybody", "GREEN", terms={"country": ["SN"]})
    asked = [
        Asked(), Asked(terms=("zaunkonig",), text=WORD), Asked(terms=("goldammer",)),
        Asked(chosen={"country": (COUNTRY,)}), Asked(start=YEAR, end=YEAR), Asked(sort="title"),
    ]  # fmt: skip

    def everything() -> list[object]:
        memory.forget()
        found: list[object] = [finding.find(reader, one, "en") for one in asked]
        found += [finding.count(reader, one) for one in asked]
        found.append(finding.latest(reader, 9))
        words = ("zaunkonih", "goldammet", "titler", "zaunkoni")
        found += [finding.spelling(reader, Asked(terms=(word,)), "en") for word in words]
        return found

    before = everything()
    hidden = hide(label)
    assert everything() == before
    Publication.objects.filter(pk=hidden.pk).update(year=2001)
    assert everything() == before
    hidden.delete()
    assert everything() == before


def test_spelling_is_not_guessed_from_titles_she_may_not_see():
    """A word of a hidden title is neither offered, nor taken for spelled well."""
    reader = verified(member())
    record("Tracing weapons", "GREEN")
    assert finding.spelling(reader, Asked(terms=("tracinb",)), "en") == "tracing"
    record("Tracinb plan", "RED")
    memory.forget()
    assert finding.spelling(reader, Asked(terms=("tracinb",)), "en") == "tracing"


@pytest.mark.parametrize("label", ["AMBER", "AMBER+STRICT", "RED"])
def test_what_a_label_takes_away_leaves_shelves_searches_and_notices(label):
    reader = member()
    with clock.held() as now:
        shown = hide("GREEN")
        shelf = keeping.make_shelf(actor=reader, name="Mine")
        keeping.put(actor=verified(reader), shelf=shelf, publication=shown)
        keeping.keep_search(actor=reader, name="Mine", query=f"q={WORD}", alert=True)
        now.advance(seconds=60)
        Publication.objects.filter(pk=shown.pk).update(label=label, first_published_at=now.moment)
        now.advance(seconds=60)
        assert alerts.tell() == 0
        call_command("library_alerts")
    assert not Notification.objects.filter(user=reader).exists()
    assert ShelfItem.objects.count() == 1
    browser = signed_in(reader)
    for address in (
        reverse("members_shelf", args=[shelf.public_id]), reverse("members_shelves"),
        reverse("members_saved"), reverse("members_library"), "/en/community/",
    ):  # fmt: skip
        text = said(browser, address)
        for secret in (f"{WORD} titles", f"{WORD} summary", SYMBOL, BODY, FILE):
            assert secret not in text, (address, secret)
        assert str(shown.public_id) not in text, address
    assert keeping_page.shelves(verified(reader))["shelves"][0]["count"] == 0
    assert keeping_page.searches(verified(reader))["searches"][0]["new"] == 0


@pytest.mark.parametrize("kind", ["trainer", "administrator"])
def test_wagtails_own_history_names_no_record(kind):
    """Its rows hold titles as they were; whoever could list rows of a kind could list them all."""
    who = person_of(kind)
    hidden = hide("RED")
    hidden.save_revision(user=hidden.marked_by, log_action=True)
    assert ModelLogEntry.objects.filter(label__contains=WORD).exists()
    visible = ModelLogEntry.objects.viewable_by_user(who)
    assert not visible.filter(label__contains=WORD).exists()


def test_a_member_who_may_ask_reads_the_summary_and_no_word_of_the_file():
    hidden = hide("AMBER", asked_for=True)
    browser = signed_in(member())
    text = said(browser, reverse("members_record", args=[hidden.public_id]))
    assert WORD in text
    assert "SHA-256" not in text
    assert finding.find(verified(member()), Asked(terms=("goldammer",)), "en").total == 0
    for name in ("members_file", "library_file"):
        assert browser.get(reverse(name, args=[hidden.public_id, "en"])).status_code == 404
    assert browser.get(
        reverse("stored_file", args=[hidden.editions.get().file.public_id])
    ).status_code == 404  # fmt: skip
    anybody = said(Client(), reverse("library") + f"?q={SYMBOL}")
    assert WORD not in anybody


@pytest.mark.parametrize("name", ["edit", "usage", "delete", "history"])
def test_hidden_records_that_point_at_one_are_not_counted(name):
    administrator = person_of("administrator")
    shown = record("Open study", "GREEN")
    browser, address = signed_in(administrator), reverse(f"{SPACE}{name}", args=[shown.pk])
    assert browser.get(address).status_code == 200
    for number in range(2):
        hidden = record(f"{WORD} {number}", "RED", replaces=shown)
        hidden.related.add(shown)
        hidden.save()
    assert not ReferenceIndex.get_references_to(shown).exists()
    assert not ReferenceIndex.get_grouped_references_to(shown)
    assert WORD not in said(browser, address)

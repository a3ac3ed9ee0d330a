"""The pages of the library: what they show to whom, in which language, at which cost."""

import re
import uuid

import pytest
from django.http import QueryDict
from django.test import Client

from community.library import asking, index, record_page, results_page
from community.library.models import Edition, Publication
from community.library.rows import MEMBERS as MEMBERS_PLACE
from community.library.sitemap import LibrarySitemap
from portal.cards import Card
from portal.files.models import StoredFile
from portal.shared import clock, ratelimit
from tests import people
from tests.community.library.finds import record, verified

pytestmark = pytest.mark.django_db
PUBLIC, MEMBERS = "/en/library/", "/en/community/library/"


@pytest.fixture
def member():
    return people.signed_in(people.member())


def html(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def count(text):
    return int(re.search(r'role="status"[^>]*>(\d+) document', text)[1])


def test_public_page_holds_clear_records_alone_whoever_is_signed_in(client, member):
    record("For all")
    record("For members", "GREEN")
    for browser in (client, member):
        text = html(browser, PUBLIC)
        assert "For all" in text
        assert "For members" not in text
        assert count(text) == 1
        assert "TLP:GREEN" not in text


def test_members_see_more_and_labels_as_a_facet(member):
    record("For all")
    record("For members", "GREEN")
    text = html(member, MEMBERS)
    assert count(text) == 2
    assert 'name="label" value="GREEN"' in text
    assert "TLP:GREEN" in text
    assert count(html(member, f"{MEMBERS}?label=GREEN")) == 1


@pytest.mark.parametrize("label", ["GREEN", "AMBER", "AMBER+STRICT", "RED", ""])
def test_public_record_of_any_other_label_is_not_there(client, member, label):
    row = record("Hidden", label)
    for browser in (client, member):
        assert browser.get(f"{PUBLIC}{row.public_id}/").status_code == 404
        assert browser.get(f"{PUBLIC}{row.public_id}/cite.bib").status_code == 404
    if label != "GREEN":
        assert member.get(f"{MEMBERS}{row.public_id}/").status_code == 404
    assert client.get(f"{PUBLIC}{uuid.uuid4()}/").status_code == 404


def test_a_draft_is_not_there(client):
    row = record("Draft", live=False)
    assert client.get(f"{PUBLIC}{row.public_id}/").status_code == 404
    assert "Draft" not in html(client, PUBLIC)


def test_a_title_in_another_language_says_which(client):
    record("Title in English", texts={"ar": "عنوان بالعربية"})
    record("English only")
    text = html(client, "/ar/library/")
    assert "عنوان بالعربية" in text
    assert "Title in English" not in text
    assert re.search(r'lang="en" dir="ltr"><a class="result-link"[^>]*>English only', text)


def test_facets_say_counts_before_choosing_and_keep_zero_disabled(client):
    record("One", kind="study", terms={"topic": ["research"]})
    record("Two", kind="film", terms={"topic": ["cases"]})
    text = html(client, f"{PUBLIC}?kind=film")
    option = re.search(r'<input[^>]*value="research"[^>]*>', text)[0]
    assert "disabled" in option
    assert 'value="film" checked' in text
    assert "Remove filter" in text
    assert 'form="library-search"' in option


def test_notes_about_the_address(client):
    text = html(client, f"{PUBLIC}?kind=nothing&from=1&page=x")
    assert "has no such value" in text
    assert "four digits" in text
    assert "no such page" in text


def test_a_query_without_a_word_says_why(client):
    record("One")
    text = html(client, f"{PUBLIC}?q=%21")
    assert "Write at least one word." in text
    assert "<title>Error:" in text


def test_nothing_found_says_what_to_remove_and_never_what_is_hidden(client):
    record("Marking of parts", kind="study", terms={"topic": ["research"]})
    record("Marking for members", "GREEN", kind="film")
    text = html(client, f"{PUBLIC}?q=marking&kind=film")
    assert "No document fits all of this." in text
    assert "Without Film: 1 document" in text
    assert "Without “marking”" not in text
    assert "Browse by topic" in text
    text = html(client, f"{PUBLIC}?q=markin+parst")
    assert "?q=marking+parts" in text or "?q=markin+parts" in text


def test_empty_library_says_so(client):
    assert "There are no documents here yet." in html(client, PUBLIC)


def test_start_shows_topics_and_what_was_added(client):
    with index.held():
        for number in range(7):
            record(f"Study {number}", terms={"topic": ["research"]})
    text = html(client, PUBLIC)
    assert "Recently added" in text
    assert "Browse by topic" in text
    assert "Recently added" not in html(client, f"{PUBLIC}?q=study")


def test_pages_of_a_list(client):
    with index.held():
        for number in range(25):
            record(f"Study {number:02}")
    text = html(client, f"{PUBLIC}?q=study&sort=title")
    assert 'rel="next" href="?q=study&amp;sort=title&amp;page=2"' in text
    assert "Page 2 of 2" in html(client, f"{PUBLIC}?q=study&sort=title&page=2")


def test_red_shows_no_summary_in_a_list_and_is_not_cited():
    user = people.member()
    row = record("Named people", "RED", summary="what is said", marked_by=user)
    browser = people.signed_in(user)
    text = html(browser, MEMBERS)
    assert "Named people" in text
    assert "what is said" not in text
    text = html(browser, f"{MEMBERS}{row.public_id}/")
    assert "what is said" in text
    assert "BibTeX" not in text
    assert browser.get(f"{MEMBERS}{row.public_id}/cite.bib").status_code == 404


def test_record_shows_facts_titles_and_banner(client, monkeypatch):
    course = Card("A small course", "Course", "CLEAR", "/en/courses/mini/")
    known = {"course:mini": course, "course:other": course}
    monkeypatch.setattr(record_page, "cards_for", lambda user, asked, language: known)
    row = record(
        "Study", texts={"fr": "Étude"}, summary="What it says", body="UNODC", symbol="CTOC/1",
        dated="2020–2022", source_url="https://example.org/a?b=1&c=2", title_given=False,
        terms={"country": ["XK"], "topic": ["research"]}, courses=["mini", "../bad", 7],
    )  # fmt: skip
    text = html(client, f"{PUBLIC}{row.public_id}/")
    assert text.count('class="tlp-banner"') == 2
    for part in ("UNODC", "CTOC/1", "2020–2022", "Étude", "What it says", "BibTeX", "RIS"):
        assert part in text, part
    assert 'href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer"' in text
    assert "Addresses can die" in text
    assert "description of ours" in text
    assert "1244 (1999)" in text
    assert text.count('<a href="/en/courses/mini/">A small course</a>') == 1
    assert "bad" not in text.split("<main")[1]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org/a"])
def test_only_web_addresses_become_links(client, address):
    row = record("Study")
    Publication.objects.filter(pk=row.pk).update(source_url=address)
    assert address not in html(client, f"{PUBLIC}{row.public_id}/")


def test_text_of_people_is_escaped(client):
    row = record("<script>x</script>", summary="<b>y</b>", body="<i>z</i>")
    for address in (PUBLIC, f"{PUBLIC}{row.public_id}/", f"{PUBLIC}?q=%3Cscript%3E"):
        text = html(client, address)
        assert "<script>x" not in text
        assert "<b>y" not in text
        assert "<i>z" not in text


def test_neighbours_are_shown_only_if_she_may_see_them(client, member):
    row, seen, hidden = record("Middle"), record("Related open"), record("Related GREEN", "GREEN")
    row.related.add(seen, hidden)
    row.save()
    older, newer = record("Older one", "GREEN"), record("Newer one", "GREEN", replaces=row)
    row.replaces = older
    row.save()
    text = html(client, f"{PUBLIC}{row.public_id}/")
    assert "Related open" in text
    for title in ("Related GREEN", "Older one", "Newer one", "newer version", "replaces"):
        assert title not in text, title
    text = html(member, f"{MEMBERS}{row.public_id}/")
    for title in ("Related GREEN", "Older one", "Newer one", "There is a newer version."):
        assert title in text, title
    assert newer.pk


def test_editions_say_size_pages_and_the_state_of_their_text(client):
    row = record("Study")
    stored = StoredFile.objects.create(
        name="a.pdf", content_type="application/pdf", size=2_000_000, label="CLEAR",
        state=StoredFile.State.CLEAN, purpose="publication", about=str(row.pk), sha256="ab" * 32,
        stored_name="none", received_at=clock.now(),
    )  # fmt: skip
    Edition.objects.create(
        publication=row, language="fr", file=stored, pages=12, size=2_000_000, sha256="ab" * 32,
        text_state="no-text",
    )  # fmt: skip
    text = html(client, f"{PUBLIC}{row.public_id}/")
    assert f"{PUBLIC}{row.public_id}/fr/" in text
    for part in ("12 pages", "2 MB", "ab" * 32, "pictures without text", "Français"):
        assert part in text, part


def test_asked_for_shows_the_record_and_the_way_to_ask_but_no_file(member):
    row = record(
        "Manual", "AMBER", asked_for=True, source=people.organisation(), restricted_to="trainers",
        file_text="secret words",
    )  # fmt: skip
    text = html(member, f"{MEMBERS}{row.public_id}/")
    assert "trainers" in text
    assert f"{MEMBERS}{row.public_id}/request/" in text
    assert f"{MEMBERS}{row.public_id}/en/" not in text
    assert "secret words" not in text
    assert "Request needed" in html(member, MEMBERS)


def test_where_there_is_nothing_to_give_nothing_can_be_asked_for(member):
    row = record("Manual", "AMBER", asked_for=True, source=people.organisation())
    assert "/request/" not in html(member, f"{MEMBERS}{row.public_id}/")
    assert "Request needed" not in html(member, MEMBERS)


@pytest.mark.parametrize(
    ("form", "start", "media"),
    [("bib", "@techreport{", "application/x-bibtex"), ("ris", "TY  - RPRT",
     "application/x-research-info-systems"), ("txt", "UNODC, ", "text/plain")],
)  # fmt: skip
def test_citations_as_files(client, form, start, media):
    row = record("Study", body="UNODC")
    answer = client.get(f"{PUBLIC}{row.public_id}/cite.{form}")
    assert answer["Content-Type"] == f"{media}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{row.public_id}.{form}"'
    assert answer.content.decode().startswith(start)
    assert client.get(f"{PUBLIC}{row.public_id}/cite.docx").status_code == 404


@pytest.mark.parametrize("path", ["", "saved/", "shelves/", f"{uuid.uuid4()}/"])
def test_members_pages_are_for_members(path):
    assert Client().get(f"{MEMBERS}{path}").status_code == 302
    courier = people.signed_in(people.member(tier="courier"))
    assert courier.get(f"{MEMBERS}{path}").status_code == 404
    assert (
        people.signed_in(people.member(), verified=False).get(f"{MEMBERS}{path}").status_code == 302
    )


def test_searching_is_slowed_down(client, monkeypatch):
    monkeypatch.setattr(ratelimit, "wait", lambda key, limit, uses=1: 7)
    assert client.get(f"{PUBLIC}?q=words").status_code == 429
    assert client.get(f"{PUBLIC}?kind=study").status_code == 200


def test_a_public_page_costs_the_same_for_one_record_and_for_many(
    client, django_assert_num_queries
):
    record("Study", terms={"topic": ["research"]})
    client.get(PUBLIC)
    with index.held():
        for number in range(30):
            record(f"Study {number}", terms={"topic": ["research"], "language": ["en", "fr"]})
    client.get(PUBLIC)
    with django_assert_num_queries(8):  # twice: state of the index, records, texts, terms
        client.get(PUBLIC)
    with django_assert_num_queries(4):
        client.get(f"{PUBLIC}?kind=study")


def test_what_a_members_page_and_a_record_cost(django_assert_num_queries):
    user = verified(people.member())
    row = record("Study", "GREEN", terms={"topic": ["research"]}, file_text="x")
    row.related.add(record("Other"), record("Third"))
    row.save()
    asked = asking.read(QueryDict("kind=study"))
    results_page.page(user, asked, MEMBERS_PLACE, "en")
    user.__dict__.pop("_membership")
    with django_assert_num_queries(7):  # index, membership, lent, hers, records, texts, terms
        results_page.page(user, asked, MEMBERS_PLACE, "en")
    with django_assert_num_queries(9):  # it, texts, terms, editions, links, four of neighbours
        record_page.page(user, row.public_id, MEMBERS_PLACE, "en")


def test_navigation_and_home_lead_to_the_library(client, member):
    assert f'href="{PUBLIC}"' in html(client, PUBLIC)
    assert f'href="{MEMBERS}"' in html(member, "/en/community/")


def test_the_sites_search_finds_records(client, member):
    record("Marking of parts", body="UNODC")
    record("Marking for members", "GREEN")
    text = html(client, "/en/search/?q=marking")
    assert "Marking of parts" in text
    assert "Marking for members" not in text
    assert "Marking for members" in html(member, "/en/search/?q=marking")
    assert "Marking of parts" in html(client, "/fr/search/?q=marking&kind=publication")


def test_sources_are_named_as_people_know_them(client, member):
    row = record(reference="000_0cf6bfd787c3b7d3.txt ¶50; 003_56d234a98b8fc415.txt ¶5 rec. 14")
    text = html(member, f"{MEMBERS}{row.public_id}/")
    assert "Secretariat report to the Conference, eleventh session (2022), ¶50" in text
    assert "CTOC/COP/WG.6/2022/4, ¶5 rec. 14" in text
    assert "6bfd787c" not in text
    assert "¶50" not in html(client, f"{PUBLIC}{row.public_id}/")


def test_sitemap_lists_public_records_alone(client):
    seen, hidden = record("A"), record("B", "GREEN")
    text = html(client, "/sitemap-library.xml")
    assert str(seen.public_id) in text
    assert str(hidden.public_id) not in text


def test_sitemap_of_many_records_has_parts(client, monkeypatch):
    monkeypatch.setattr(LibrarySitemap, "limit", 2)
    seen = [str(record(name).public_id) for name in "ABC"]
    assert "/sitemap-library.xml?p=2</loc>" in html(client, "/sitemap.xml")
    parts = [html(client, f"/sitemap-library.xml?p={number}") for number in (1, 2)]
    assert [key in parts[0] for key in seen] == [True, True, False]
    assert [key in parts[1] for key in seen] == [False, False, True]

"""Finding: words of every script, facets, order, and what the texts of files may tell."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from community.library import asking, finding, index, memory
from community.library.models import Publication, PublicationText
from tests import people
from tests.community.library.finds import record, verified

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def found(query, user=ANYBODY, language="en"):
    return finding.find(user, asking.read(QueryDict(query)), language)


def titles(query, user=ANYBODY, language="en"):
    keys = found(query, user, language).keys
    words = dict(
        PublicationText.objects.filter(publication__in=keys, language="en").values_list(
            "publication_id", "title"
        )
    )
    return [words[key] for key in keys]


@pytest.mark.parametrize(
    "words",
    ["traff", "GLOBAL study", "الاسلحه", "الأسلحة", "枪支", "贩运", "оружия", "Étude", "etude", "unodc",
     "CTOC COP 12", "estudio", "Sahel", "étude de", "2020"],
)  # fmt: skip
def test_a_record_is_found_in_every_script_without_accents_and_by_beginnings(words):
    record(
        "Global Study on Trafficking", body="UNODC", symbol="CTOC/COP/12", year=2020,
        texts={"ar": "دراسة عن الأسلحة", "zh-hans": "枪支贩运问题研究", "ru": "Исследование оружия",
               "fr": "Étude de fond", "es": "Estudio"},
        terms={"region": ["sahel"]},
    )  # fmt: skip
    record("Something else", kind="film")  # kinds are found by their names, too
    assert titles(f"q={words}") == ["Global Study on Trafficking"]


def test_kinds_and_terms_are_found_by_their_names():
    record("One", kind="handbook", terms={"instrument": ["att"]})
    assert titles("q=handbook") == ["One"]
    assert titles("q=arms+trade+treaty") == ["One"]


def test_best_match_puts_titles_before_summaries_before_files_and_newer_first():
    record("Only in the file", file_text="the marking of parts", year=2024)
    record("Only in the summary", summary="about marking", year=2024)
    record("Marking, older", year=2001)
    record("Marking, newer", year=2020)
    assert titles("q=marking") == [
        "Marking, newer", "Marking, older", "Only in the summary", "Only in the file",
    ]  # fmt: skip


def test_orders():
    record("Beta", year=2001)
    record("alpha", year=None)
    record("Zeta", year=2020)
    assert titles("") == ["Zeta", "Beta", "alpha"]
    assert titles("sort=title") == ["alpha", "Beta", "Zeta"]
    assert titles("q=eta") == []


def test_titles_are_sorted_in_the_readers_language():
    record("A", texts={"fr": "Zèbre"})
    record("B", texts={"fr": "Âne"})
    assert titles("sort=title", language="fr") == ["B", "A"]
    assert titles("sort=title", language="en") == ["A", "B"]


def test_values_of_one_facet_widen_and_facets_narrow():
    record("One", kind="study", terms={"topic": ["research"]})
    record("Two", kind="report", terms={"topic": ["research"]})
    record("Three", kind="film", terms={"topic": ["cases"]})
    assert sorted(titles("kind=study&kind=report")) == ["One", "Two"]
    assert titles("kind=study&kind=film&topic=cases") == ["Three"]
    counts = found("kind=study").counts
    assert counts["kind"] == {"study": 1, "report": 1, "film": 1}  # as if no kind was chosen
    assert counts["topic"] == {"research": 1, "cases": 0}


def test_years():
    for year in (1999, 2000, 2009, 2010):
        record(str(year), year=year)
    record("none")
    assert titles("from=2000&to=2009") == ["2009", "2000"]
    assert titles("from=2010") == ["2010"]
    assert found("from=2010").decades == {2010: 1, 2000: 2, 1990: 1}


def test_pages_follow_each_other_without_a_gap(settings):
    names = [f"Title {number:03}" for number in range(45)]
    with index.held():
        for name in names:
            record(name)
    pages = [titles(f"sort=title&page={page}") for page in (1, 2, 3)]
    assert [name for page in pages for name in page] == names
    assert titles("sort=title&page=77") == pages[2]


def test_the_text_of_a_file_tells_nothing_to_who_may_not_open_it():
    record(
        "Manual", "AMBER", asked_for=True, source=people.organisation(), file_text="pangolin",
        summary="about parcels",
    )  # fmt: skip
    user = verified(people.member())
    assert titles("q=parcels", user) == ["Manual"]
    assert titles("q=pangolin", user) == []
    assert titles("q=manual+pangolin", user) == []
    assert found("q=pangolin", user).counts["kind"] == {"study": 0}


def test_what_changes_is_seen_at_once():
    row = record("Nothing", "CLEAR", terms={"topic": ["research"]})
    assert found("").total == 1
    row.label = "RED"
    row.save(update_fields=["label"])
    assert found("").total == 0
    assert found("").counts["topic"] == {}
    row.label = "CLEAR"
    row.save(update_fields=["label"])
    row.texts.filter(language="en").first().delete()
    PublicationText.objects.create(publication=row, language="en", title="Changed")
    row.terms.all().delete()
    for term in list(Publication.objects.get(pk=row.pk).terms.all()):
        term.delete()
    assert titles("q=changed") == ["Changed"]
    assert titles("q=nothing") == []
    row.live = False
    row.save()
    assert found("").total == 0


def test_a_deleted_record_is_gone_from_counts_and_words():
    row = record("Gone")
    assert found("q=gone").total == 1
    row.delete()
    assert found("q=gone").total == 0
    assert found("").total == 0


def test_many_changes_are_read_anew(monkeypatch):
    monkeypatch.setattr(memory, "MOST_CHANGED", 2)
    record("First")
    assert found("").total == 1
    for number in range(5):
        record(f"Other {number}")
    assert found("").total == 6
    assert len(titles("sort=title")) == 6


def test_held_writes_once_and_nothing_when_it_fails(django_assert_num_queries):
    with index.held():
        record("In one go")
        assert found("q=go").total == 0
    assert found("q=go").total == 1


def test_rewriting_changes_nothing():
    record("Again", file_text="inside")
    assert index.rewrite() == 1
    assert titles("q=inside") == ["Again"]


def test_another_spelling_is_offered_only_if_it_finds_something_she_may_see():
    record("Trafficking routes")
    record("Xylophone", "GREEN")
    asked = asking.read(QueryDict("q=trafficing"))
    assert finding.spelling(ANYBODY, asked, "en") == "trafficking"
    asked = asking.read(QueryDict("q=xylofone"))
    assert finding.spelling(ANYBODY, asked, "en") == ""
    assert finding.spelling(verified(people.member()), asked, "en") == "xylophone"


def test_latest_are_those_she_may_see(db):
    first, _hidden, third = record("1"), record("2", "GREEN"), record("3")
    assert finding.latest(ANYBODY, 5) == [third.pk, first.pk]

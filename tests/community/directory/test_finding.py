"""Who is found by what: words in all scripts, facets with counts, orders, pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from community.directory import asking, finding, memory, services
from community.directory.asking import Asked
from community.directory.kinds import Sight
from community.directory.models import DirectoryChange, Profile
from portal.accounts import step_up
from portal.accounts.models import User
from portal.organisations import merging
from portal.organisations.models import FocalPoint
from portal.shared import clock
from portal.vetting.models import Membership
from tests.community.directory.entries import entry, focal_point, group, verified, viewer
from tests.people import organisation, staff

pytestmark = pytest.mark.django_db


def found(user, text: str = "", **chosen) -> set[int]:
    query = QueryDict(mutable=True)
    query["q"] = text
    for name, values in chosen.items():
        query.setlist(name, [values] if isinstance(values, str) else values)
    answer = finding.find(user, asking.read(query))
    assert answer.total == len(answer.keys)
    return set(answer.keys)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("José Muñoz", "munoz jose"), ("Мария Иваненко", "иван"), ("أحمد العلي", "احمد"),
        ("李小龙", "小龙"), ("Łukasz Ğül", "gul"), ("ANNE-MARIE O’Neil", "anne neil"),
    ],
)  # fmt: skip
def test_person_is_found_by_her_name_in_every_script(name, asked):
    row, other = entry(name), entry("Somebody Else")
    assert found(viewer(), asked) == {row.pk}
    assert other.pk not in found(viewer(), asked)


def test_person_is_found_by_organisation_post_work_and_expertise():
    office = organisation("Dirección de Armas", "GT")
    row = entry(of=office, post="Fiscal", work="Parcel cases at the airport", topics=["cases"])
    entry()
    me = viewer()
    for words in ("direccion", "fiscal", "parcel airport", "material", "case fiscal"):
        assert found(me, words) == {row.pk}, words
    assert found(me, "parcel train") == set()


def test_facets_narrow_and_values_of_one_widen():
    one = entry(of=organisation(country="SN", unit="customs"), languages=["fr"], topics=["cases"])
    two = entry(of=organisation(country="GT", unit="police"), languages=["es"], topics=["cases"])
    me = viewer(of=organisation(country="FR"))
    assert found(me, country="SN") == {one.pk}
    assert found(me, region="latin-america") == {two.pk}
    assert found(me, country=["SN", "GT"]) == {one.pk, two.pk}
    assert found(me, country=["SN", "GT"], language="es") == {two.pk}
    assert found(me, unit="customs", language="es") == set()
    assert found(me, organisation=str(one.person.membership.organisation.public_id)) == {one.pk}
    answer = finding.find(me, Asked(chosen={"language": ("fr",)}))
    assert answer.counts["country"] == {"SN": 1, "GT": 0}
    assert answer.counts["language"] == {"fr": 1, "es": 1}
    assert answer.counts["topic"] == {"cases": 1}


def test_functions_count_when_they_are_confirmed_and_hers():
    row = entry()
    me = viewer()
    point = focal_point(row.person, confirmed=False)
    assert found(me, function="tracing") == set()
    point.confirmed_at = clock.now()
    point.save()
    assert found(me, function="tracing") == {row.pk}
    FocalPoint.objects.filter(pk=point.pk).delete()
    assert found(me, function="tracing") == set()


def test_mentors_only():
    row = entry(mentor=True, mentor_topics=["cases"])
    entry()
    assert found(viewer(), mentor="yes") == {row.pk}


def test_whoever_is_in_her_region_or_group_is_found_as_she_says():
    here, far = organisation(country="SN"), organisation(country="GT")
    near = entry(of=here, show_name=Sight.REGION)
    mate = entry(of=here, show_name=Sight.GROUPS)
    neighbour, stranger = viewer(of=organisation(country="GH")), viewer(of=far)
    assert found(neighbour) == {near.pk}
    assert found(stranger) == set()
    made = group(mate.person, stranger)
    assert found(stranger) == {mate.pk}
    made.members.filter(person=stranger).update(state="asked")
    assert found(stranger) == set()


def test_she_does_not_find_herself_and_others_do():
    row = entry()
    assert found(verified(row.person)) == set()
    assert found(viewer()) == {row.pk}


def test_names_come_first_and_other_orders():
    with clock.held() as now:
        a = entry("Zoe Last", work="Amara is a colleague")
        now.advance(days=1)
        b = entry("Amara First")
    me = viewer()
    assert finding.find(me, Asked(terms=("amara",))).keys == [b.pk, a.pk]
    assert finding.find(me, Asked()).keys == [b.pk, a.pk]
    assert finding.find(me, Asked(sort="confirmed")).keys == [b.pk, a.pk]
    services.confirm(actor=verified(a.person))
    Profile.objects.filter(pk=b.pk).update(confirmed_at=clock.now() - timedelta(days=400))
    memory.forget()
    assert finding.find(me, Asked(sort="confirmed")).keys == [a.pk, b.pk]


def test_pages_go_on_where_the_last_one_ended():
    rows = [entry(f"Person {number:02}").pk for number in range(5)]
    me = viewer()
    pages = [finding.find(me, Asked(page=page), per_page=2).keys for page in (1, 2, 3)]
    assert pages == [rows[:2], rows[2:4], rows[4:]]
    assert finding.find(me, Asked(page=9), per_page=2).page == 3
    best = [
        finding.find(me, Asked(terms=("person",), page=page), per_page=2).keys for page in (1, 2, 3)
    ]
    assert best == pages


def test_nobody_reads_further_than_the_last_page(monkeypatch):
    monkeypatch.setattr(finding, "MOST_PAGES", 2)
    for number in range(5):
        entry(f"Person {number}")
    answer = finding.find(viewer(), Asked(page=3), per_page=1)
    assert (answer.total, answer.page, answer.pages, answer.is_cut) == (5, 2, 2, True)


# Memory


def test_every_change_of_a_person_is_seen_at_once():
    row = entry("Old Name")
    me, user = viewer(), row.person
    assert found(me, "old") == {row.pk}
    user.name = "New Name"
    user.save()
    assert (found(me, "old"), found(me, "new")) == (set(), {row.pk})
    office = user.membership.organisation
    office.country_id = "GT"
    office.save()
    assert found(me, country="GT") == {row.pk}
    services.save(actor=verified(user), **{f"show_{f}": "everybody" for f in row.sights}, work="x1")
    assert found(me, "x1") == {row.pk}


@pytest.mark.parametrize(
    "deed", ["hold", "inactive", "suspend", "lapse", "hide", "leave", "delete"]
)
def test_whoever_is_gone_is_in_no_result_and_no_count(deed):
    row, other = entry(topics=["cases"]), entry()
    me, user = viewer(), row.person
    assert found(me) == {row.pk, other.pk}
    if deed == "hold":
        user.hold = "suspended"
        user.save(update_fields=["hold"])
    elif deed == "inactive":
        user.is_active = False
        user.save()
    elif deed == "suspend":
        user.membership.state = Membership.State.SUSPENDED
        user.membership.save()
    elif deed == "lapse":
        Membership.objects.filter(user=user).update(lapses_at=clock.now() - timedelta(seconds=1))
        memory.forget()
    elif deed == "delete":
        User.objects.get(pk=user.pk).delete()
    else:
        getattr(services, deed)(actor=verified(user))
    answer = finding.find(me, Asked())
    assert answer.keys == [other.pk]
    assert not answer.counts["topic"]


def test_membership_that_runs_out_leaves_memory_by_the_clock_alone():
    row = entry()
    me = viewer()
    Membership.objects.filter(user=me).update(lapses_at=clock.now() + timedelta(days=999))
    me = verified(User.objects.get(pk=me.pk))
    with clock.held() as now:
        assert found(me) == {row.pk}
        kept = memory.current()
        now.advance(days=400)
        assert kept.current_bits(now.moment) == 0
        assert found(me) == set()


def test_other_process_hears_of_what_was_committed_late():
    row = entry()
    me = viewer()
    with clock.held() as now:
        assert found(me) == {row.pk}
        now.advance(seconds=30)
        services.hide(actor=verified(row.person))
        change = DirectoryChange.objects.latest("pk")
        DirectoryChange.objects.filter(pk=change.pk).update(mark=change.mark - 20_000_000)
        now.advance(seconds=10)
        assert found(me) == set()


def test_many_changes_are_read_anew(monkeypatch):
    monkeypatch.setattr(memory, "MOST_CHANGED", 2)
    me = viewer()
    rows = [entry(f"Person {number}").pk for number in range(2)]
    assert found(me) == set(rows)
    rows += [entry(f"Person {number}").pk for number in range(4)]
    assert found(me) == set(rows)
    rows.append(entry("Last").pk)
    assert found(me, "last") == {rows[-1]}


def test_merging_organisations_moves_their_people():
    keep, duplicate = organisation(country="SN"), organisation(country="GT")
    row = entry(of=duplicate)
    me, admin = viewer(), staff("administrator")
    assert found(me, country="GT") == {row.pk}
    with step_up.confirmed(admin):
        merging.merge(actor=admin, keep=keep, duplicate=duplicate)
    assert found(me, country="SN") == {row.pk}
    assert found(me, country="GT") == set()


def test_search_costs_two_queries_however_many_there_are():
    me = viewer()
    for size in (1, 3):
        for number in range(size):
            entry(f"P {size} {number}", languages=["fr"])
        finding.find(me, Asked())
        with CaptureQueriesContext(connection) as captured:
            finding.find(me, Asked(terms=("p",), chosen={"language": ("fr",)}))
        assert len(captured) == 2  # what changed; who is in a group with her


# Another spelling


@pytest.mark.parametrize(
    ("name", "asked", "offered"),
    [("José Muñoz", "jose munos", "jose munoz"), ("Мария Иваненко", "Ивоненко", "иваненко"),
     ("Katherine Ba", "catherine", "katherine"), ("Ali Omar", "omr", "omar"),
     ("José Muñoz", "muno", ""), ("Amara Diallo", "quixote", ""), ("Amara Diallo", "diallo xy", "")],
)  # fmt: skip
def test_another_spelling_is_offered(name, asked, offered):
    me = viewer()
    entry(name)
    kept = memory.current()
    other = finding.spelling(me, asking.read(QueryDict(f"q={asked}")))
    assert (other.text if other else "") == offered
    # The same for an entry that this process has read before, and for one that came since.
    assert kept is memory.current()
    entry(name)
    again = finding.spelling(me, asking.read(QueryDict(f"q={asked}")))
    assert again == other


def test_spelling_keeps_filters_where_they_find_somebody():
    entry("Amara Diallo", of=organisation(country="SN"), topics=["cases"])
    entry("Zoe", of=organisation(country="GT"))
    me = viewer(of=organisation(country="FR"))
    other = finding.spelling(me, asking.read(QueryDict("q=amarra&topic=cases&page=2")))
    assert (other.text, other.chosen, other.page) == ("amara", {"topic": ("cases",)}, 1)
    other = finding.spelling(me, asking.read(QueryDict("q=amarra&country=GT")))
    assert (other.text, other.chosen) == ("amara", {})


def test_word_of_who_left_is_offered_no_more():
    row, me = entry("Amara Diallo"), viewer()
    entry("Zoe")
    asked = asking.read(QueryDict("q=amarra"))
    assert finding.spelling(me, asked)
    services.hide(actor=verified(row.person))
    assert finding.spelling(me, asked) is None


# What an address asks


def test_address_is_read_strictly():
    query = QueryDict(
        "q=a&country=SN&country=xx&topic=cases&organisation=1&page=x&sort=age&mentor=no"
    )
    asked = asking.read(query)
    assert asked.error
    assert asked.chosen == {"country": ("SN",), "topic": ("cases",)}
    assert (asked.page, asked.sort) == (1, "")
    assert len(asked.notes) == 5
    again = asking.read(QueryDict(Asked(text="ab", chosen=asked.chosen).query(page=2)))
    assert (again.text, again.chosen, again.page) == ("ab", asked.chosen, 2)

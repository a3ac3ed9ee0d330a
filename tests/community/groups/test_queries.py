"""How many queries the pages of groups cost, whatever is in them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.groups import commenting, group_page, list_page, paper_page, papers
from community.groups.asking import Asked
from community.library import keeping
from portal.permissions import forget
from tests.community.groups.made import group, inside, member, paper, put
from tests.community.library.finds import record

pytestmark = pytest.mark.django_db


def cost(page) -> int:
    """Queries of what a page shows, and of the lists in it that the template reads."""
    with CaptureQueriesContext(
        connection,
    ) as found:
        shown = page()
        for value in shown.values():
            if hasattr(value, "_result_cache"):
                for row in value:
                    str(getattr(row, "person", ""))
    return len(found)


def fill(where, lead, times: int) -> None:
    for number in range(times):
        person = inside(where)
        put(where, member(), "asked", reason="x")
        group(name=f"Other {number}")
        made = paper(where, lead, f"Text {number}")
        commenting.say(actor=person, version=made.versions.get(), text="Words")
        row = record(f"Record {number}", "GREEN", terms={"topic": ["cases"]})
        keeping.put_for_group(actor=lead, group=where, publication=row)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("list", 6),
        ("overview", 14),
        ("members", 13),
        ("inviting", 11),
        ("shelf", 15),
        ("papers", 11),
    ],
)
def test_pages_cost_the_same_however_much_is_in_them(name, most):
    lead = member()
    where = group("request", leader=lead)
    pages = {
        "list": lambda: list_page.page(lead, Asked()),
        "overview": lambda: group_page.overview(lead, where),
        "members": lambda: group_page.members(lead, where, 1),
        "inviting": lambda: group_page.inviting(lead, where, "Person"),
        "shelf": lambda: group_page.shelf(lead, where, "en"),
        "papers": lambda: paper_page.listed(lead, where, 1),
    }
    fill(where, lead, 2)
    forget(lead)
    few = cost(pages[name])
    fill(where, lead, 6)
    forget(lead)
    assert cost(pages[name]) == few
    assert few == most


def test_a_version_costs_the_same_however_much_was_said():
    lead = member()
    where = group(leader=lead)
    made = paper(where, lead)

    def shown():
        made.refresh_from_db()
        row = made.versions.select_related("author", "file").get(number=1)
        row.paper = made
        forget(lead)
        return cost(lambda: paper_page.version(lead, row))

    def say(times):
        for number in range(times):
            said = commenting.say(
                actor=inside(where), version=made.versions.get(number=1), text=f"{number}"
            )
            commenting.answer(actor=lead, comment=said, text="Yes.")
            papers.write(actor=lead, paper=made, base=made.latest, text=f"{made.latest}")
            made.refresh_from_db()

    say(1)
    few = shown()
    say(4)
    assert shown() == few
    assert few == 11

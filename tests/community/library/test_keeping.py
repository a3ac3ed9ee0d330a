"""Searches a member keeps, her shelves, and notices that say nothing."""

import pytest

from community.library import alerts, keeping
from community.library.models import Saved, Shelf, ShelfItem
from portal.notifications.models import Notification
from portal.rights import registry
from portal.shared import clock, ratelimit
from portal.shared.errors import Invalid, NotAllowed
from tests import people
from tests.community.library.finds import record, verified

pytestmark = pytest.mark.django_db
BASE = "/en/community/library/"


@pytest.fixture
def user():
    return people.member()


def keep(user, query="q=marking", name="Mine", alert=True):
    return keeping.keep_search(actor=user, name=name, query=query, alert=alert)


def test_a_search_is_kept_as_the_page_understands_it(user):
    row = keep(user, "kind=study&kind=nonsense&utm=1&page=4&q=marking")
    assert row.query == "q=marking&kind=study"


@pytest.mark.parametrize("query", ["", "page=1", "utm=1", "q=%21", "kind=nonsense"])
def test_nothing_asked_for_is_not_kept(user, query):
    with pytest.raises(Invalid):
        keep(user, query)


def test_names_are_hers_alone_and_once(user):
    keep(user)
    keep(people.member())
    with pytest.raises(Invalid):
        keep(user)
    with pytest.raises(Invalid):
        keep(user, name=" \u202e ")
    with pytest.raises(Invalid):
        keep(user, name="x" * 121)
    with pytest.raises(NotAllowed):
        keep(people.person())


def test_limits_hold(user, monkeypatch):
    few = dict.fromkeys(("saved-searches", "shelves", "shelf-records"), 1)
    real = ratelimit.get
    monkeypatch.setattr(
        ratelimit, "get",
        lambda name: ratelimit.Limit(name, "reading", few[name], "") if name in few else real(name),
    )  # fmt: skip
    keep(user)
    with pytest.raises(Invalid):
        keep(user, name="Second")
    shelf = keeping.make_shelf(actor=user, name="One")
    with pytest.raises(Invalid):
        keeping.make_shelf(actor=user, name="Two")
    keeping.put(actor=user, shelf=shelf, publication=record("A"))
    with pytest.raises(Invalid):
        keeping.put(actor=user, shelf=shelf, publication=record("B"))


def test_nobody_touches_what_is_another_persons(user):
    row, shelf = keep(user), keeping.make_shelf(actor=user, name="Mine")
    other = verified(people.member())
    for deed in (
        lambda: keeping.see(actor=other, saved=row),
        lambda: keeping.choose_alert(actor=other, saved=row, alert=False),
        lambda: keeping.drop_search(actor=other, saved=row),
        lambda: keeping.rename_shelf(actor=other, shelf=shelf, name="x"),
        lambda: keeping.drop_shelf(actor=other, shelf=shelf),
        lambda: keeping.put(actor=other, shelf=shelf, publication=record("A")),
        lambda: keeping.take(actor=other, shelf=shelf, publication=record("A")),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_record_she_may_not_see_is_not_put_on_a_shelf(user):
    shelf = keeping.make_shelf(actor=user, name="Mine")
    with pytest.raises(NotAllowed):
        keeping.put(actor=verified(user), shelf=shelf, publication=record("Hidden", "RED"))
    assert keeping.put(actor=user, shelf=shelf, publication=(row := record("Open"))) is True
    assert keeping.put(actor=user, shelf=shelf, publication=row) is False


def test_notices_once_and_only_of_what_she_may_see(user):
    with clock.held() as now:
        keep(user)
        now.advance(days=1)
        assert alerts.tell() == 0
        record("Marking hidden", "RED", first_published_at=clock.now())
        record("Something else", first_published_at=clock.now())
        now.advance(days=1)
        assert alerts.tell() == 0
        record("Marking of parts", "GREEN", first_published_at=clock.now())
        now.advance(days=1)
        assert alerts.tell() == 1
        assert alerts.tell() == 0
        now.advance(days=1)
        assert alerts.tell() == 0
    notice = Notification.objects.get(user=user)
    assert (notice.verb, notice.place, notice.key, notice.count) == (
        "library-saved", "members_saved", "", 1,
    )  # fmt: skip


def test_no_notice_without_alert_or_membership(user):
    with clock.held() as now:
        keep(user, alert=False)
        other = people.member()
        keep(other)
        other.membership.state = "suspended"
        other.membership.save()
        now.advance(days=1)
        record("Marking of parts", first_published_at=clock.now())
        now.advance(days=1)
        assert alerts.tell() == 0


def test_looking_makes_everything_seen(user):
    with clock.held() as now:
        row = keep(user)
        now.advance(days=1)
        record("Marking of parts", first_published_at=clock.now())
        now.advance(days=1)
        assert alerts.fresh(verified(user), [row]) == {row.pk: 1}
        alerts.tell()
        assert keeping.see(actor=user, saved=row) == "q=marking"
        assert alerts.fresh(user, [Saved.objects.get(pk=row.pk)]) == {row.pk: 0}
        assert Notification.objects.get(user=user).read_at is not None


def test_pages_of_searches(user):
    browser = people.signed_in(user)
    answer = browser.post(f"{BASE}saved/", {"name": "Mine", "query": "q=marking", "alert": "on"})
    assert answer.status_code == 302
    row = Saved.objects.get()
    assert row.alert
    assert "Mine" in browser.get(f"{BASE}saved/").content.decode()
    assert browser.get(f"{BASE}saved/{row.public_id}/open/").status_code == 405
    answer = browser.post(f"{BASE}saved/{row.public_id}/open/")
    assert answer["Location"] == f"{BASE}?q=marking"
    browser.post(f"{BASE}saved/{row.public_id}/alert/", {})
    assert not Saved.objects.get().alert
    assert browser.post(f"{BASE}saved/", {"name": "Mine", "query": "q=x1"}).status_code == 400
    browser.post(f"{BASE}saved/{row.public_id}/delete/")
    assert not Saved.objects.exists()


def test_pages_of_shelves(user):
    browser = people.signed_in(user)
    seen, later_hidden = record("On the shelf"), record("Gone from sight")
    assert browser.post(f"{BASE}shelves/", {"name": "Mine"}).status_code == 302
    shelf = Shelf.objects.get()
    for row in (seen, later_hidden):
        browser.post(f"{BASE}{row.public_id}/shelve/", {"shelf": str(shelf.public_id)})
    later_hidden.label = "RED"
    later_hidden.save()
    text = browser.get(f"{BASE}shelves/{shelf.public_id}/").content.decode()
    assert "On the shelf" in text
    assert "Gone from sight" not in text
    assert "1 document<" in browser.get(f"{BASE}shelves/").content.decode()
    browser.post(f"{BASE}shelves/{shelf.public_id}/{seen.public_id}/take/")
    assert ShelfItem.objects.count() == 1
    assert browser.post(f"{BASE}shelves/{shelf.public_id}/", {"name": ""}).status_code == 400
    browser.post(f"{BASE}shelves/{shelf.public_id}/", {"name": "Yours"})
    assert Shelf.objects.get().name == "Yours"
    browser.post(f"{BASE}shelves/{shelf.public_id}/delete/")
    assert not Shelf.objects.exists()


def test_own_data_holds_searches_and_shelves_and_goes(user):
    keep(user)
    shelf = keeping.make_shelf(actor=user, name="Mine")
    row = record("A")
    keeping.put(actor=user, shelf=shelf, publication=row)
    given = registry.collect(user)["library"]
    assert [one["kind"] for one in given] == ["saved search", "shelf"]
    assert given[1]["records"] == [str(row.public_id)]
    registry._keepers["library"].erase(user)
    assert not Saved.objects.exists()
    assert not Shelf.objects.exists()

"""Pages of groups: what a member does in them, and what she is told."""

import pytest

from community.groups.models import Group, GroupAnswer, GroupMember
from community.library.models import Shelf, ShelfItem
from tests.community.groups.made import at, group, inside, maker, member, people, put
from tests.community.library.finds import record

pytestmark = pytest.mark.django_db
LIST = "/en/community/groups/"


def shown(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def main(text):
    return text.split("<main", 1)[1].split("</main", 1)[0]


def test_the_first_page_leads_to_groups_and_counts_what_waits():
    lead, her = member(), member()
    where = group("request", leader=lead)
    put(where, member(), "asked", reason="Please.")
    put(group("invitation", name="Quiet"), her, "invited")
    home = shown(people.signed_in(lead), "/en/community/")
    assert f'href="{LIST}"' in home
    assert "1 person asks to join a group you lead" in home
    assert "You are invited to 1 group" in shown(people.signed_in(her), "/en/community/")


def test_list_shows_hers_and_others_and_empty_states():
    her = member()
    browser = people.signed_in(her)
    text = shown(browser, LIST)
    assert "You are in no group yet." in text
    assert "There are no other groups at present." in text
    assert "Make a group" not in text
    mine, other = group(name="Mine"), group(name="Theirs")
    put(mine, her)
    group("invitation", name="Hidden one")
    text = shown(browser, LIST)
    assert text.index("Groups you are in") < text.index("Mine") < text.index("Theirs")
    assert "Hidden one" not in text
    assert str(other.public_id) in text
    assert "No group fits all of this." in shown(browser, f"{LIST}?q=nonsense")


def test_words_and_facets_narrow_with_counts():
    group(name="Ports", purpose="Containers.", kind="region", region_id="west-africa", topic="")
    group(name="Laboratories", purpose="Ballistics in Dakar.", kind="region", region_id="SN")
    group(name="Standard", purpose="A standard for marking.", kind="drafting", topic="guidance")
    browser = people.signed_in(member())
    text = main(shown(browser, LIST))
    assert "3 groups" in text
    text = main(shown(browser, f"{LIST}?kind=region&q=ballistics"))
    assert "1 group<" in text
    assert "Laboratories" in text
    assert "Ports" not in text
    assert "Remove filter:" in text
    text = main(shown(browser, f"{LIST}?kind=drafting"))
    # What the other kind would give is still counted; values of other facets are under the choice.
    assert '<span>Regional network</span><span class="facet-count">2</span>' in text
    assert '<span>West Africa</span><span class="facet-count">0</span>' in text
    text = main(shown(browser, f"{LIST}?kind=nonsense&page=x"))
    assert "has no such value" in text
    assert "3 groups" in text
    assert "Write at least two letters." in shown(browser, f"{LIST}?q=a")


def test_open_group_is_joined_and_left_by_pages():
    lead, her = member("Lead Person"), member()
    where, browser = group(leader=lead), people.signed_in(her)
    text = shown(browser, at("community_group", where))
    assert "Join this group" in text
    assert "Lead Person" in text
    assert "Papers" not in main(text)
    assert browser.get(at("community_group_members", where)).status_code == 404
    answer = browser.post(at("community_group_join", where), follow=True)
    assert "You are in the group." in answer.content.decode()
    text = shown(browser, at("community_group_members", where))
    assert "2 members" in text
    assert lead.membership.organisation.name in text
    assert lead.email not in text
    assert "Remove" not in main(text)
    assert "loose" not in shown(browser, at("community_group_leave", where))
    browser.post(at("community_group_leave", where))
    assert not GroupMember.objects.filter(person=her).exists()


def test_last_leader_reads_what_to_do():
    lead = member()
    where = group(leader=lead)
    inside(where)
    answer = people.signed_in(lead).post(at("community_group_leave", where))
    assert answer.status_code == 409
    assert "Name another leader first, then leave." in answer.content.decode()


def test_asking_by_pages_keeps_what_was_typed():
    lead, her = member(), member("Awa Asks")
    where = group("request", leader=lead)
    browser, leading = people.signed_in(her), people.signed_in(lead)
    address = at("community_group_ask", where)
    assert browser.post(address, {"reason": ""}).status_code == 400
    long = "y" * 1001
    answer = browser.post(address, {"reason": long})
    assert answer.status_code == 400
    assert long in answer.content.decode()
    assert browser.post(address, {"reason": "I control parcels."}).status_code == 302
    assert "Take the request back" in shown(browser, at("community_group", where))
    members = shown(leading, at("community_group_members", where))
    assert "I control parcels." in members
    decline = at("community_group_decline", where, her)
    assert leading.post(decline, {"reason": ""}).status_code == 400
    leading.post(decline, {"reason": "Not now."})
    assert "Not now." in shown(browser, LIST)
    assert "Not now." in shown(browser, at("community_group", where))
    browser.post(at("community_group_seen", where))
    assert not GroupAnswer.objects.exists()
    browser.post(address, {"reason": "Again."})
    leading.post(at("community_group_accept", where, her))
    assert "About the group" in shown(browser, at("community_group", where))


def test_inviting_by_name():
    lead, her = member(), member("Zita Zimmermann")
    member(tier="courier", name="Zita Courier")
    where = group("invitation", leader=lead)
    browser = people.signed_in(lead)
    invite = at("community_group_invite", where)
    text = shown(browser, f"{invite}?q=zita")
    assert "Zita Zimmermann" in text
    assert "Zita Courier" not in text
    assert her.email not in text
    assert "Nobody fits." in shown(browser, f"{invite}?q=qqqqq")
    assert browser.post(invite, {"person": "nonsense"}).status_code == 400
    browser.post(invite, {"person": str(her.public_id)})
    assert "Nobody fits." in shown(browser, f"{invite}?q=zita")
    guest = people.signed_in(her)
    assert "Road controls" in shown(guest, LIST)
    guest.post(at("community_group_invitation", where), {"choice": "accept"})
    assert "2 members" in shown(guest, at("community_group_members", where))


def test_leaders_name_end_and_remove_by_pages():
    lead, her = member(), member("Rita Removed")
    where, browser = group("invitation", leader=lead), people.signed_in(lead)
    put(where, her)
    lead_url = at("community_group_lead", where, her)
    browser.post(lead_url, {"choice": "name"})
    assert GroupMember.objects.get(person=her).leads
    browser.post(lead_url, {"choice": "end"})
    remove = at("community_group_remove", where, her)
    assert "Rita Removed" in shown(browser, remove)
    browser.post(remove, {"reason": "Another task."})
    guest = people.signed_in(her)
    assert guest.get(at("community_group", where)).status_code == 404
    assert "Another task." in shown(guest, LIST)


def test_making_editing_closing():
    browser = people.signed_in(maker())
    new = at("community_group_new")
    sent = {"name": "Net", "purpose": "We meet.", "kind": "region", "joining": "open",
            "language": "fr"}  # fmt: skip
    answer = browser.post(new, sent)
    assert answer.status_code == 400
    assert "Choose the region of the network." in answer.content.decode()
    assert "We meet." in answer.content.decode()
    assert browser.post(new, sent | {"region": "west-africa"}).status_code == 302
    where = Group.objects.get()
    edit = at("community_group_edit", where)
    sent = {"purpose": "We meet.", "kind": "region", "region": "west-africa", "version": "1"}
    browser.post(edit, sent | {"name": "Net 2"})
    answer = browser.post(edit, sent | {"name": "Net 3"})
    assert answer.status_code == 409
    assert 'value="Net 3"' in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    browser.post(at("community_group_state", where), {"choice": "close"})
    assert "This group is closed." in shown(browser, at("community_group", where))
    browser.post(at("community_group_state", where), {"choice": "reopen"})
    where.refresh_from_db()
    assert where.closed_at is None
    assert people.signed_in(member()).get(new).status_code == 404


def test_shelf_of_a_group_shows_what_each_may_see():
    one, two = member(), member()
    where = group(name="Road controls")
    put(where, one)
    put(where, two)
    open_one = record("Open study", "GREEN")
    hers = record("Own study", "AMBER", source=one.membership.organisation, marked_by=one)
    browser = people.signed_in(one)
    page = shown(browser, f"/en/community/library/{open_one.public_id}/")
    assert f'<option value="{where.public_id}">Road controls' in page
    for row in (open_one, hers):
        answer = browser.post(
            f"/en/community/library/{row.public_id}/shelve/", {"shelf": str(where.public_id)}
        )
        assert answer.status_code == 302
    address = at("community_group_shelf", where)
    assert "Own study" in shown(browser, address)
    other = people.signed_in(two)
    text = shown(other, address)
    assert "Open study" in text
    assert "Own study" not in text
    assert 'Shelf <span class="section-nav-count">1</span>' in text
    take = at("community_group_shelf_take", where, open_one)
    other.post(take)
    assert ShelfItem.objects.count() == 1
    assert "You see no document on this shelf." in shown(other, address)
    shelf = Shelf.objects.get()
    assert (shelf.person, shelf.group) == (None, where)
    # It is nobody's own shelf: the library's pages of shelves do not know it.
    assert browser.get(f"/en/community/library/shelves/{shelf.public_id}/").status_code == 404
    stranger = people.signed_in(member())
    sent = {"shelf": str(where.public_id)}
    answer = stranger.post(f"/en/community/library/{open_one.public_id}/shelve/", sent)
    assert answer.status_code == 404
    assert stranger.post(take).status_code == 404


def test_a_closed_group_keeps_its_shelf_as_it_is():
    her = member()
    where = group(leader=her)
    row, browser = record("Open study", "GREEN"), people.signed_in(her)
    sent = {"shelf": str(where.public_id)}
    browser.post(f"/en/community/library/{row.public_id}/shelve/", sent)
    browser.post(at("community_group_state", where), {"choice": "close"})
    assert "Open study" in shown(browser, at("community_group_shelf", where))
    assert browser.post(at("community_group_shelf_take", where, row)).status_code == 404
    assert str(where.public_id) not in shown(browser, f"/en/community/library/{row.public_id}/")


@pytest.mark.parametrize("code", ["fr", "ar", "zh-hans", "uk"])
def test_pages_open_in_every_direction(code):
    her = member()
    where = group(leader=her)
    browser = people.signed_in(her)
    for name in ("community_group", "community_group_members", "community_group_papers"):
        address = at(name, where).replace("/en/", f"/{code}/", 1)
        assert browser.get(address)["Content-Language"] == code

"""Asking for contact: who may, what each is told, what both see, and what a block never tells."""

import pytest
from django.core import mail
from django.urls import reverse

from community.directory import contact_page, contacts, services
from community.directory.contact_permissions import (
    contacts as contacts_of,
)
from community.directory.contact_permissions import requests_by, requests_to, with_person
from community.directory.kinds import Sight
from community.directory.models import ContactRequest
from community.rooms.models import Block
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.vetting.models import Membership
from tests.community.directory.entries import entry, verified, viewer
from tests.people import signed_in

pytestmark = pytest.mark.django_db
REASON = "Zaunkoenig: I prepare a training on parcels."


@pytest.fixture
def people():
    """Who asks, and who is asked."""
    return viewer("Ada Asks"), verified(entry("Bea Asked", email="bea@example.org").person)


def ask(asker, asked, reason=REASON):
    return contacts.ask(actor=asker, profile=asked.directory_profile, reason=reason)


def block(blocker, blocked):
    Block.objects.create(blocker=blocker, blocked=blocked, created=clock.now())


def told(user):
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("verb", "key", "count"))


def test_both_agree_and_see_what_the_other_gives(people):
    ada, bea = people
    row = ask(ada, bea)
    assert told(bea) == [("contact-request", "", 1)]
    assert contact_page.contact_row(ada, row).email == ""
    contacts.accept(actor=bea, row=row)
    assert told(ada) == [("contact-answer", "", 1)]
    shown = contact_page.lists(ada).contacts[0]
    assert (shown.name, shown.email) == ("Bea Asked", "bea@example.org")
    assert shown.message_url.endswith("/community/messages/#p=new-message&q=Bea+Asked")
    assert contact_page.lists(bea).contacts[0].name == "Ada Asks"
    contacts.end(actor=ada, row=row)
    assert contact_page.lists(ada).contacts == contact_page.lists(bea).contacts == []
    assert with_person(ada, bea.pk) is None
    assert told(bea)[-1][0] == "contact-answer"


def test_declined_with_or_without_a_reason(people):
    ada, bea = people
    row = ask(ada, bea)
    contacts.decline(actor=bea, row=row, answer="Please write to our desk.")
    assert contact_page.lists(ada).asked[0].answer == "Please write to our desk."
    with pytest.raises(Conflict):
        ask(ada, bea)
    with clock.held() as now:
        now.advance(days=31)
        assert ask(ada, bea).state == "waiting"


def test_withdrawn_is_gone_and_can_be_asked_again(people):
    ada, bea = people
    contacts.withdraw(actor=ada, row=ask(ada, bea))
    assert contact_page.lists(bea).to_answer == []
    assert ask(ada, bea).state == "waiting"


def test_not_twice_while_one_is_open_in_either_direction(people):
    ada, bea = people
    entry(user=ada)
    row = ask(ada, bea)
    for asker, asked in ((ada, bea), (bea, ada)):
        with pytest.raises(Conflict):
            ask(asker, asked)
    contacts.accept(actor=bea, row=row)
    with pytest.raises(Conflict):
        ask(ada, bea)


def test_reason_is_needed_and_short(people):
    for text in ("", "  \n ", "\u202e", "x" * 501):
        with pytest.raises(Invalid):
            ask(*people, reason=text)
    assert not ContactRequest.objects.exists()


def test_whoever_does_not_find_her_cannot_ask(people):
    ada, bea = people
    row = bea.directory_profile
    row.show_name = Sight.GROUPS
    row.save()
    with pytest.raises(NotAllowed):
        ask(ada, bea)
    with pytest.raises(NotAllowed):
        ask(bea, bea)


def test_only_the_two_have_a_say(people):
    ada, bea = people
    row, other = ask(ada, bea), viewer()
    for actor in (ada, other):
        for deed in (contacts.accept, contacts.decline):
            with pytest.raises(NotAllowed):
                deed(actor=actor, row=row)
    for actor in (bea, other):
        with pytest.raises(NotAllowed):
            contacts.withdraw(actor=actor, row=row)
    with pytest.raises(NotAllowed):
        contacts.end(actor=bea, row=row)
    contacts.accept(actor=bea, row=row)
    with pytest.raises(NotAllowed):
        contacts.end(actor=other, row=row)
    for deed in (contacts.accept, contacts.decline):
        with pytest.raises(Conflict):
            deed(actor=bea, row=row)


def test_limit_a_day(people, monkeypatch):
    ada, _bea = people
    limit = ratelimit.get("contact-requests").amount
    for _ in range(limit):
        assert ratelimit.wait(str(ada.pk), "contact-requests") == 0
    with pytest.raises(TooMany):
        ask(*people)


def test_who_is_blocked_is_told_the_same_and_reaches_nobody(people):
    ada, bea = people
    free = viewer("Free")
    block(bea, ada)
    seen = []
    for asker in (ada, free):
        browser = signed_in(asker)
        address = reverse("members_person", args=[bea.directory_profile.public_id])
        before = browser.get(address).content.decode()
        sent = browser.post(f"{address}contact/", {"reason": REASON})
        after = browser.get(address).content.decode()
        lists = contact_page.lists(asker)
        seen.append((
            sent.status_code, sent["Location"], "Request contact" in before,
            "Take this request back" in after, [row.state for row in lists.asked],
        ))  # fmt: skip
    assert seen[0] == seen[1]
    assert [row.asker for row in requests_to(bea)] == [free]
    assert told(bea) == [("contact-request", "", 1)]
    with pytest.raises(NotAllowed):
        contacts.accept(actor=bea, row=requests_by(ada).get())
    Block.objects.all().delete()
    assert requests_to(bea).count() == 2


def test_who_has_blocked_is_told_to_take_it_back(people):
    ada, bea = people
    block(ada, bea)
    with pytest.raises(Conflict, match="blocked"):
        ask(ada, bea)


@pytest.mark.parametrize("state", ["suspended", "ended", "lapsed"])
def test_ended_membership_is_in_no_list(people, state):
    ada, bea = people
    row = ask(ada, bea)
    third = verified(entry("Cleo").person)
    contacts.accept(actor=third, row=ask(ada, third))
    assert contacts_of(third).exists()
    Membership.objects.filter(user=ada).update(state=state)
    assert not requests_to(bea).exists()
    assert not contacts_of(third).exists()
    with pytest.raises(NotAllowed):
        contacts.accept(actor=bea, row=row)


def test_deleted_account_leaves_nothing(people):
    ada, bea = people
    contacts.accept(actor=bea, row=ask(ada, bea))
    bea.delete()
    assert not ContactRequest.objects.exists()
    assert contact_page.lists(ada).contacts == []


def test_what_asks_says_who_asks_and_nothing_else_is_given_away(people):
    """Who is asked need not show where she works; who asks says it."""
    ada, bea = people
    row = bea.directory_profile
    row.show_organisation = row.show_country = Sight.NOBODY
    row.save()
    ask(ada, bea)
    assert contact_page.lists(ada).asked[0].organisation == ""
    assert contact_page.lists(bea).to_answer[0].organisation


def test_notices_and_record_hold_no_words(people):
    ada, bea = people
    contacts.decline(actor=bea, row=ask(ada, bea), answer="Zaunkoenig answers")
    rows = AuditRow.objects.filter(event__startswith="contact.")
    assert sorted(rows.values_list("event", flat=True)) == ["contact.asked", "contact.declined"]
    assert not [row for row in rows if "Zaunk" in repr(row.__dict__)]
    assert not [row for row in Notification.objects.all() if "Zaunk" in repr(row.__dict__)]
    assert not [sent for sent in mail.outbox if "Zaunk" in sent.body + sent.subject]
    notify(bea, "contact-request", place="members_contacts")


def test_lists_cost_the_same_with_one_and_three(django_assert_num_queries):
    me = viewer()

    def more(count):
        for _ in range(count):
            contacts.accept(actor=(other := verified(entry().person)), row=ask(me, other))
            asker = viewer()
            ask(asker, verified(me))

    entry(user=me)
    more(1)
    with django_assert_num_queries(5):
        contact_page.lists(me)
    more(2)
    with django_assert_num_queries(5):
        assert len(contact_page.lists(me).contacts) == 3


def test_leaving_the_directory_keeps_contacts(people):
    ada, bea = people
    contacts.accept(actor=bea, row=ask(ada, bea))
    services.leave(actor=bea)
    row = contact_page.lists(ada).contacts[0]
    assert (row.name, row.url, row.email) == ("Bea Asked", "", "")

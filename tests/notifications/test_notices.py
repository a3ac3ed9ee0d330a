"""Notices: one row a thing, a mail that says nothing, and nobody told who may not be."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import transaction
from django.utils import translation

from portal.languages.table import CODES
from portal.notifications import mailing, services
from portal.notifications.models import Notification, NotificationChoice
from portal.notifications.queries import unread
from portal.notifications.verbs import VERBS, Verb, ask_before_mail
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain_verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One verb that waits and one that does not, without a further condition."""
    words = "An application waits for a decision."
    monkeypatch.setitem(VERBS, "decision", Verb(words))
    monkeypatch.setitem(VERBS, "sponsor", Verb("words", at_once=True))


@pytest.fixture
def happen(plain_verbs: None, django_capture_on_commit_callbacks: Any) -> Any:
    def run(user: Any, verb: str = "decision", place: str = "notifications", key: str = "") -> None:
        with django_capture_on_commit_callbacks(execute=True):
            services.notify(user, verb, place=place, key=key)

    return run


def test_same_thing_twice_is_one_notice_with_a_count(happen: Any) -> None:
    user = people.member()
    happen(user)
    happen(user)
    happen(user, key="other")
    assert sorted(Notification.objects.values_list("key", "count")) == [("", 2), ("other", 1)]
    assert unread(user) == 3


def test_seen_notice_starts_anew(happen: Any) -> None:
    user = people.member()
    happen(user)
    services.mark_all_read(user=user)
    happen(user)
    assert unread(user) == 1
    assert Notification.objects.filter(user=user).count() == 2


def test_unknown_verb_is_refused() -> None:
    with pytest.raises(KeyError):
        services.notify(people.member(), "anything a person wrote", place="notifications")


def notify_and_fail(user: Any) -> None:
    services.notify(user, "sponsor", place="notifications")
    raise RuntimeError


def test_nothing_is_told_when_the_deed_is_undone(django_capture_on_commit_callbacks: Any) -> None:
    user = people.member()
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        notify_and_fail(user)
    assert not Notification.objects.exists()
    assert not mail.outbox


def test_what_cannot_wait_is_mailed_at_once_and_the_rest_at_the_chosen_pace(happen: Any) -> None:
    user = people.member()
    happen(user, "decision")
    assert not mail.outbox
    happen(user, "sponsor")
    assert len(mail.outbox) == 1
    with clock.held(clock.now() + timedelta(days=1)):
        happen(user, "decision", key="new")
        assert mailing.tell_everybody() == 1
        assert mailing.tell_everybody() == 0
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(("pace", "days"), [("daily", 1), ("weekly", 7)])
def test_mails_come_no_oftener_than_chosen(happen: Any, pace: str, days: int) -> None:
    user = people.member()
    services.choose_pace(user=user, pace=pace)
    sent = 0
    start = clock.now()
    for day in range(15):
        with clock.held(start + timedelta(days=day)):
            happen(user, "decision", key=str(day))
            sent += mailing.tell_everybody()
    assert sent == len(range(0, 15, days))


def test_never_means_only_what_cannot_wait(happen: Any) -> None:
    user = people.member()
    services.choose_pace(user=user, pace="never")
    happen(user, "decision")
    assert mailing.tell_everybody() == 0
    happen(user, "sponsor")
    assert len(mail.outbox) == 1


def test_at_once_is_at_once(happen: Any) -> None:
    user = people.member()
    services.choose_pace(user=user, pace="at-once")
    happen(user, "decision")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("what", ["closed", "held", "unproven"])
def test_person_who_cannot_sign_in_is_sent_nothing(happen: Any, what: str) -> None:
    user = people.member()
    if what == "unproven":
        EmailAddress.objects.filter(user=user).update(verified=False)
    else:
        user.is_active, user.hold = what != "closed", "suspended" if what == "held" else ""
        user.save()
    happen(user, "sponsor")
    assert not mail.outbox


def test_right_is_asked_again_when_the_mail_goes(happen: Any) -> None:
    allowed = {"key": True}
    ask_before_mail("decision", lambda user, key: allowed["key"])
    user = people.member()
    happen(user, "decision", key="x")
    allowed["key"] = False
    assert mailing.tell_everybody() == 0
    allowed["key"] = True
    assert mailing.tell_everybody() == 1


@pytest.mark.parametrize(("language", "verb"), list(itertools.product(CODES, VERBS)))
def test_mail_holds_nothing_but_count_sentence_and_link(language: str, verb: str) -> None:
    canaries = ["KANARIE", "كناري", "канарейка", "金丝雀", "canary@example.org"]
    user = people.person(name=" ".join(canaries[:4]), email=canaries[4], language=language)
    people.organisation(name=canaries[0])
    row = Notification(user=user, verb=verb, place="vetting_case", key="KANARIE", count=7,
                       first_at=clock.now(), last_at=clock.now())  # fmt: skip
    message = mailing.message(user, [row])
    text = f"{message.subject}\n{message.body}"
    assert not [word for word in canaries if word in text]
    assert "vetting" not in text
    assert "7" in text
    assert "\n" not in message.subject
    assert f"/{language}/account/notifications/" in message.body
    with translation.override(language):
        assert str(VERBS[verb].outside) in message.body


def test_only_own_notices_can_be_opened(happen: Any) -> None:
    owner, other = people.member(), people.member()
    happen(owner)
    notice = Notification.objects.get()
    with pytest.raises(NotAllowed):
        services.mark_read(user=other, notice=str(notice.public_id))
    answer = people.signed_in(other).post(
        "/en/account/notifications/open/", {"notice": notice.public_id}
    )
    assert answer.status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_opening_marks_and_leads_there(happen: Any) -> None:
    user = people.member()
    happen(user, place="account_profile")
    client = people.signed_in(user)
    page = client.get("/en/account/notifications/")
    assert "An application waits for a decision." in page.content.decode()
    answer = client.post(
        "/en/account/notifications/open/", {"notice": Notification.objects.get().public_id}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/en/account/profile/")
    assert unread(user) == 0


@pytest.mark.parametrize(
    "data", [{}, {"notice": "x"}, {"notice": "0" * 32}, {"notice": "' or 1=1"}]
)
def test_nonsense_is_refused_politely(data: dict[str, str]) -> None:
    client = people.signed_in(people.member())
    assert client.post("/en/account/notifications/open/", data).status_code in (400, 404)


def test_place_that_is_gone_leads_back_to_the_list(happen: Any) -> None:
    user = people.member()
    happen(user, place="no_such_place", key="1")
    answer = people.signed_in(user).post(
        "/en/account/notifications/open/", {"notice": Notification.objects.get().public_id}
    )
    assert answer["Location"] == "/en/account/notifications/"


def test_empty_list_says_so_and_pace_is_kept() -> None:
    user = people.member()
    client = people.signed_in(user)
    assert "There is nothing new." in client.get("/en/account/notifications/").content.decode()
    client.post("/en/account/notifications/", {"pace": "weekly"})
    assert NotificationChoice.objects.get(user=user).pace == "weekly"
    assert client.post("/en/account/notifications/", {"pace": "hourly"}).status_code == 400
    with pytest.raises(Invalid):
        services.choose_pace(user=user, pace="")

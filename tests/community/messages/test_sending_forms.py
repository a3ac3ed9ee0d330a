"""Bodies of PUT events that are not as specified, or come too fast."""

import uuid
from datetime import timedelta

import pytest

from community.messages.models import Event
from portal.shared import clock
from tests.community.messages.made import Ready, new_txn, path, room_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return Ready()


@pytest.fixture
def room(host):
    return room_of(host.user, Ready().user)


def refused(answer):
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("field", ["class", "content", "members_seq", "devices_pos"])
def test_missing_field_is_refused(host, room, field):
    body = host.event(room)
    del body[field]
    assert refused(host.put(f"{path(room)}/events/t", body)) == (400, "bad_request")


def test_unknown_field_is_refused(host, room):
    assert refused(host.send(room, body="in clear")) == (400, "bad_request")


@pytest.mark.parametrize(
    ("days", "status"), [(-1, 400), (0, 400), (1, 201), (365, 201), (366, 400)]
)
def test_event_expires_within_a_year_or_not_at_all(host, room, days, status):
    with clock.held():
        when = (clock.now() + timedelta(days=days)).isoformat()
        assert host.send(room, expires_at=when).status_code == status
    assert Event.objects.filter(expires_at__isnull=False).count() == (status == 201)


@pytest.mark.parametrize(
    "text", ["tomorrow", "2999-01-01T00:00:00", 5, "", "0001-01-01T00:00+23:59"]
)
def test_other_forms_of_expiry_are_refused(host, room, text):
    assert refused(host.send(room, expires_at=text)) == (400, "bad_request")


@pytest.mark.parametrize("names", [["bob"], ["@bob"], [1], [f"@{uuid.uuid4()}:example.org"]])
def test_names_to_notify_have_the_form_of_names(host, room, names):
    assert refused(host.send(room, notify=names)) == (400, "bad_request")


@pytest.mark.parametrize("txn", ["a" * 65, "ü", "a.b", "a b"])
def test_transaction_id_of_other_letters_is_refused(host, room, txn):
    assert refused(host.send(room, txn)) == (400, "bad_request")


@pytest.mark.parametrize("kind", ["x", "M", "", None, 1])
def test_class_of_the_server_cannot_be_sent(host, room, kind):
    assert refused(host.send(room, **{"class": kind})) == (400, "bad_request")


@pytest.mark.parametrize("content", [None, [], "text", {}])
def test_content_of_another_form_is_refused(host, room, content):
    assert refused(host.send(room, content=content)) == (400, "bad_request")


def test_eleventh_event_in_five_seconds_has_to_wait(host, room):
    moment = clock.now().replace(second=0, microsecond=0)
    with clock.held(moment) as now:
        codes = [
            host.put(f"{path(room)}/events/{new_txn()}", host.event(room)).status_code
            for _ in range(11)
        ]
        assert codes == [201] * 10 + [429]
        now.advance(seconds=5)
        assert host.put(f"{path(room)}/events/x", host.event(room)).status_code == 201


def test_repetition_counts_against_no_limit(host, room):
    moment = clock.now().replace(second=0, microsecond=0)
    with clock.held(moment):
        codes = [
            host.put(f"{path(room)}/events/same", host.event(room)).status_code for _ in range(15)
        ]
    assert codes == [201] + [200] * 14

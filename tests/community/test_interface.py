"""Whatever a request holds, the interface answers in its own form and never with a fault."""

import json
import uuid

import pytest
from django.test import Client

from community.messages.models import Event
from community.rooms.models import Room
from tests.community.paper import ORIGIN, PREFIX
from tests.community.rooms.world import Case, code, sealed
from tests.limits import forget_limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    forget_limits()
    return sealed("Ana")


class TestNumbers:
    @pytest.fixture
    def long_room(self, ana):
        case = Case(ana)
        Event.objects.bulk_create(
            Event(
                room=case.row, seq=seq, event_id=uuid.uuid4(), ts=1, event_class="m",
                content=json.dumps(ana.megolm()), size=1,
            )
            for seq in range(2, 302)
        )  # fmt: skip
        Room.objects.filter(public_id=case.id).update(last_seq=301)
        return case

    @pytest.mark.parametrize(
        "limit", ["201", "00000000000000000001000", "0" * 30 + "1", "9" * 25, "9" * 5000, "١", "+1"]
    )
    def test_page_of_events_is_never_larger(self, ana, long_room, limit):
        answer = long_room.get(ana, f"/events?after=0&limit={limit}")
        assert code(answer) == (400, "bad_request")

    def test_zeros_before_a_number_are_nothing(self, ana, long_room):
        answer = long_room.get(ana, "/events?after=0&limit=0000000000000200")
        assert len(answer.json()["events"]) == 200

    @pytest.mark.parametrize("name", ["after", "before"])
    @pytest.mark.parametrize("number", ["0" * 20 + "9" * 25, "9" * 17, "9007199254740993"])
    def test_place_in_a_room_is_a_number_of_the_interface(self, ana, long_room, name, number):
        answer = long_room.get(ana, f"/events?{name}={number}")
        assert code(answer) == (400, "bad_request")

    @pytest.mark.parametrize("query", ["limit=" + "0" * 20 + "501", "after=" + "0" * 20 + "9" * 30])
    def test_page_of_the_backup_is_never_larger(self, ana, query):
        answer = ana.get(f"backup/1/rooms/{uuid.uuid4()}/keys?{query}")
        assert code(answer) == (400, "bad_request")


class TestCharacterZero:
    """PostgreSQL refuses it with a fault; what cannot be an id is not asked for."""

    @pytest.mark.parametrize(
        ("method", "path", "body", "refusal"),
        [
            ("GET", "secrets/%00", None, (404, "not_found")),
            ("PUT", "secrets/%00", {"v": 1, "iv": "A" * 16, "ct": "AAAA"}, (404, "not_found")),
            ("DELETE", "devices/%00", None, (404, "not_found")),
            ("POST", "devices/%00/rename", {"name": "x"}, (404, "not_found")),
            ("POST", "devices/%00/challenge", {}, (404, "not_found")),
            ("POST", "devices/%00/bind", {"nonce": "x", "signature": "x"}, (404, "not_found")),
            ("GET", "sync?cursor=%00", None, (400, "bad_request")),
            ("PUT", "to-device/%00/t", {"messages": {}}, (400, "type_not_allowed")),
            ("PUT", "to-device/m.room.encrypted/%00", {"messages": {}}, (400, "bad_request")),
        ],
    )  # fmt: skip
    def test_in_an_address_is_refused(self, ana, method, path, body, refusal):
        assert code(ana.call(method, path, body)) == refusal

    @pytest.mark.parametrize("text", ["%00", "a%00b", "%0A", "%20", "x" * 65, "%C3%A9"])
    def test_as_the_session_of_a_key_is_refused(self, ana, text):
        answer = ana.get(f"backup/1/rooms/{uuid.uuid4()}/keys?session_id={text}")
        assert code(answer) == (400, "bad_request")

    @pytest.mark.parametrize("path", ["secrets/nothing", "devices/short", "devices/AAAAAAAAAA"])
    def test_no_more_is_said_of_what_is_only_unknown(self, ana, path):
        method = "GET" if path.startswith("secrets") else "DELETE"
        assert code(ana.call(method, path)) == (404, "not_found")


class TestForms:
    """The check of the token reads forms before the interface sees them."""

    @pytest.fixture
    def browser(self, ana):
        ana.client.handler.enforce_csrf_checks = True
        token = ana.get("config").json()["csrf_token"]

        def post(body, kind, **headers):
            return ana.client.generic(
                "POST", PREFIX + "people/search", body, content_type=kind, HTTP_ORIGIN=ORIGIN,
                HTTP_X_CSRFTOKEN=token, **headers,
            )  # fmt: skip

        return post

    MULTIPART = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nana\r\n--x--\r\n'

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("multipart/form-data; boundary=x", MULTIPART),
            ("multipart/form-data; boundary=x", b"--x\r\n"),
            ("multipart/form-data", MULTIPART),
            ("multipart/form-data; boundary=\xe9", MULTIPART),
            ("application/x-www-form-urlencoded", b"q=ana"),
        ],
    )  # fmt: skip
    def test_is_no_body_of_this_interface(self, ana, browser, kind, body):
        answer = browser(body, kind)
        assert answer.headers["Content-Type"] == "application/json"
        assert code(answer) == (400, "bad_request")

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("application/x-www-form-urlencoded", b"x" * (3 * 2**20)),
            ("application/x-www-form-urlencoded", b"&".join([b"q=a"] * 10_001)),
            ("text/plain", b"x" * (2**20 + 1)),
            ("application/json", b"x" * (3 * 2**20)),
        ],
    )  # fmt: skip
    def test_that_is_too_large_is_told_so(self, ana, browser, kind, body):
        answer = browser(body, kind)
        assert answer.headers["Content-Type"] == "application/json"
        assert code(answer) == (413, "too_large")

    def test_pages_answer_a_form_that_is_too_large_as_pages(self, ana):
        answer = Client(enforce_csrf_checks=True).post(
            "/en/account/sign-in/", b"x" * (3 * 2**20), "application/x-www-form-urlencoded"
        )
        assert answer.headers["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize("length", ["-1", "x", "1" * 17, "9" * 5000])
    def test_length_that_is_none_is_refused(self, ana, browser, length):
        answer = browser(b'{"q":"ana"}', "application/json", CONTENT_LENGTH=length)
        assert code(answer) == (400, "bad_request")

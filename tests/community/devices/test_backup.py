"""Backup of room keys: signed versions, the better key, places to go on from."""

import json
import uuid

import pytest

from community.devices.models import BackupKey, BackupVersion
from community.ids import room_name
from community.rooms.models import Room
from portal.shared import clock
from tests.community.devices.help import code, join
from tests.community.paper import Key, Paper
from tests.limits import forget_limits
from tests.people import member

pytestmark = pytest.mark.django_db
ROOM, OTHER = uuid.UUID(int=2), uuid.UUID(int=3)
DOMAIN = "community.backup.v1"
IV = "AAECAwQFBgcICQoL"


@pytest.fixture
def anna(anna: Paper) -> Paper:
    """She is in the two rooms of these keys."""
    for number in (ROOM, OTHER):
        room = Room.objects.create(public_id=number, kind="case", created=clock.now())
        join(room, anna.user)
    return anna


def key(session: str = "S", first: int = 0, forwarded: int = 0, room=ROOM, **fields) -> dict:
    return {
        "room": room_name(room), "session_id": session, "first_index": first,
        "forwarded": forwarded, "iv": IV, "data": "md3mZ8XoukDe4lwfrynsBOGB",
    } | fields  # fmt: skip


def put(paper: Paper, *keys: dict, version: int = 1):
    return paper.put(f"backup/{version}/keys", {"keys": keys})


def get(paper: Paper, query: str = "", version: int = 1, room=ROOM) -> dict:
    answer = paper.get(f"backup/{version}/rooms/{room}/keys{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def begin(paper: Paper, **fields):
    text = json.dumps({"user": paper.name, "check": "8kqVqE7cH0QC+2dAhx5XfQ=="})
    body = {"algorithm": DOMAIN, "auth": paper.sign_text(DOMAIN, text)}
    return paper.post("backup/version", body | fields)


class TestVersions:
    def test_first_one_is_there_as_it_was_written(self):
        paper = Paper(member())
        paper.register()
        assert code(paper.get("backup/version")) == (404, "not_found")
        paper.post("keys/signing", paper.signing_keys())
        text = json.dumps({"check": "é ", "user": paper.name}, indent=1, ensure_ascii=False)
        auth = paper.sign_text(DOMAIN, text)
        auth["signatures"]["@other"] = {"ed25519:x": "y"}
        answer = begin(paper, auth=auth)
        assert (answer.status_code, answer.json()) == (201, {"version": "1"})
        assert paper.get("backup/version").json() == {
            "version": "1", "algorithm": DOMAIN, "auth": auth, "count": 0, "etag": "0",
        }  # fmt: skip

    def test_newer_one_is_present_and_the_older_one_can_still_be_read(self, anna):
        put(anna, key())
        assert begin(anna).json() == {"version": "2"}
        assert anna.get("backup/version").json()["version"] == "2"
        assert get(anna, version=1)["keys"] == [key()]
        answer = put(anna, key(), version=1)
        assert code(answer) == (409, "wrong_version")
        assert answer.json()["version"] == "2"

    def test_deleted_one_is_gone_and_its_number_never_comes_back(self, anna):
        put(anna, key())
        for _ in range(2):
            answer = anna.delete("backup/version/1")
            assert (answer.status_code, answer.content) == (204, b"")
        assert not BackupKey.objects.exists()
        assert code(anna.get("backup/version")) == (404, "not_found")
        assert code(anna.get(f"backup/1/rooms/{ROOM}/keys")) == (404, "not_found")
        refused = put(anna, key())
        assert code(refused) == (409, "wrong_version")
        assert refused.json()["version"] is None
        assert begin(anna).json() == {"version": "2"}

    def test_of_somebody_else_is_not_there(self, anna, bruno):
        begin(anna)
        put(anna, key(), version=2)
        assert code(bruno.delete("backup/version/2")) == (404, "not_found")
        assert code(bruno.get(f"backup/2/rooms/{ROOM}/keys")) == (404, "not_found")
        assert get(bruno)["keys"] == []

    @pytest.mark.parametrize("wrong", ["key", "domain", "changed", "missing", "nobody"])
    def test_text_the_master_key_did_not_sign_is_refused(self, anna, wrong):
        text = json.dumps({"user": anna.name, "check": "x"})
        auth = anna.sign_text("community.roster.v1" if wrong == "domain" else DOMAIN, text)
        if wrong == "key":
            anna.master = Key()
            auth = anna.sign_text(DOMAIN, text)
        elif wrong == "changed":
            auth["text"] = text + " "
        elif wrong == "missing":
            auth["signatures"] = {}
        elif wrong == "nobody":
            auth["signatures"] = {anna.name: []}
        assert code(begin(anna, auth=auth)) == (422, "bad_signature")
        assert BackupVersion.objects.count() == 1

    def test_without_an_identity_is_refused(self):
        paper = Paper(member())
        paper.register()
        assert code(begin(paper)) == (422, "bad_signature")

    @pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"user": "@x", "check": "x"}'])
    def test_other_texts_are_refused(self, anna, text):
        answer = begin(anna, auth=anna.sign_text(DOMAIN, text))
        assert code(answer) == (400, "bad_request")

    @pytest.mark.parametrize("fields", [{"algorithm": "m.megolm_backup.v1"}, {"more": 1}])
    def test_other_bodies_are_refused(self, anna, fields):
        assert code(begin(anna, **fields)) == (400, "bad_request")

    def test_needs_a_device(self):
        assert code(begin(Paper(member()))) == (403, "device_required")


class TestKeys:
    def test_are_counted_and_come_back_as_written(self, anna):
        keys = [key("A"), key("B", 3, 1), key("A", room=OTHER)]
        assert put(anna, *keys).json() == {"etag": "1", "count": 3}
        assert get(anna) == {"keys": keys[:2], "next": None}
        assert get(anna, room=OTHER)["keys"] == keys[2:]
        body = anna.get("backup/version").json()
        assert (body["count"], body["etag"]) == (3, "1")

    @pytest.mark.parametrize(
        ("old", "new", "kept"),
        [((5, 0), (4, 9), "new"), ((5, 1), (5, 0), "new"), ((5, 0), (5, 0), "old"),
         ((5, 0), (5, 1), "old"), ((4, 9), (5, 0), "old")],
    )  # fmt: skip
    def test_better_one_is_kept(self, anna, old, new, kept):
        first, second = key("S", *old, data="AAAA"), key("S", *new, data="BBBB")
        put(anna, first)
        etag = "2" if kept == "new" else "1"
        assert put(anna, second).json() == {"etag": etag, "count": 1}
        assert get(anna)["keys"] == [second if kept == "new" else first]

    def test_best_of_one_request_is_kept(self, anna):
        keys = [key("S", first, data="AAA" + str(first)) for first in (3, 1, 2)]
        assert put(anna, *keys).json()["count"] == 1
        assert get(anna)["keys"] == [keys[1]]

    def test_nothing_new_leaves_the_etag(self, anna):
        put(anna, key())
        assert put(anna, key()).json() == put(anna).json() == {"etag": "1", "count": 1}

    def test_of_a_room_are_read_in_parts(self, anna):
        keys = [key(f"S{number}") for number in range(5)]
        put(anna, *keys[:3], key("X", room=OTHER), *keys[3:])
        found, query, parts = [], "?limit=2", 0
        while query:
            answer = get(anna, query)
            found += answer["keys"]
            parts += 1
            query = f"?limit=2&after={answer['next']}" if answer["next"] else ""
        assert (found, parts) == (keys, 3)

    def test_exactly_one_part_has_no_next(self, anna):
        put(anna, key("A"), key("B"))
        assert get(anna, "?limit=2")["next"] is None

    def test_of_one_session_are_found(self, anna):
        put(anna, key("A"), key("B"))
        assert get(anna, "?session_id=B")["keys"] == [key("B")]

    @pytest.mark.parametrize("query", ["?limit=501", "?limit=0", "?after=x", "?after=-1"])
    def test_other_queries_are_refused(self, anna, query):
        answer = anna.get(f"backup/1/rooms/{ROOM}/keys{query}")
        assert code(answer) == (400, "bad_request")

    @pytest.mark.parametrize(
        "fields",
        [{"room": str(ROOM)}, {"room": f"!{ROOM}:else"}, {"session_id": ""}, {"more": 1},
         {"session_id": "S\n"}, {"session_id": "x" * 65}, {"first_index": -1}, {"iv": "AAAA"},
         {"first_index": 2**31}, {"forwarded": 1.5}, {"data": ""}, {"data": "AAA"}, {"iv": IV + "\n"},
         {"data": "AAAA\n"}, {"data": "A" * 2052}],
    )  # fmt: skip
    def test_other_keys_are_refused_and_none_is_kept(self, anna, fields):
        assert code(put(anna, key("A"), key() | fields)) == (400, "bad_request")
        assert not BackupKey.objects.exists()

    def test_longest_one_is_kept(self, anna):
        assert put(anna, key(data="A" * 2048)).json()["count"] == 1

    def test_hundred_and_one_at_once_are_refused(self, anna):
        keys = [key(f"S{number}") for number in range(101)]
        assert put(anna, *keys[:100]).json()["count"] == 100
        assert code(put(anna, *keys)) == (400, "bad_request")

    def test_request_above_the_limit_of_a_minute_waits(self, anna):
        with clock.held():
            forget_limits()  # the set-up asked once already
            answers = [put(anna).status_code for _ in range(121)]
        assert answers == [200] * 120 + [429]


class TestSecrets:
    NAMES = ("cross_signing_master", "cross_signing_self_signing", "cross_signing_user_signing",
             "anchors")  # fmt: skip

    @pytest.mark.parametrize("name", NAMES)
    def test_comes_back_as_written_and_is_replaced(self, anna, name):
        for ct in ("Jh1sRpyV8mDh0QVMK/byiiCebAA=", "AAAAAAAA"):
            body = {"v": 1, "iv": IV, "ct": ct}
            assert anna.put(f"secrets/{name}", body).json() == {}
            assert anna.get(f"secrets/{name}").json() == body

    def test_of_a_new_person_is_not_there(self):
        paper = Paper(member())
        for name in self.NAMES:
            assert code(paper.get(f"secrets/{name}")) == (404, "not_found")

    def test_of_another_name_is_not_taken(self, anna):
        body = {"v": 1, "iv": IV, "ct": "AAAA"}
        assert code(anna.put("secrets/recovery_key", body)) == (404, "not_found")
        assert code(anna.get("secrets/recovery_key")) == (404, "not_found")

    def test_of_somebody_else_is_not_there(self, anna):
        paper = Paper(member())
        assert code(paper.get("secrets/cross_signing_master")) == (404, "not_found")

    @pytest.mark.parametrize(
        ("name", "most"), [("cross_signing_master", 1024), ("anchors", 262144)]
    )
    def test_has_a_size(self, anna, name, most):
        for size, status in ((most, 200), (most + 4, 413)):
            body = {"v": 1, "iv": IV, "ct": "A" * size}
            assert anna.put(f"secrets/{name}", body).status_code == status

    @pytest.mark.parametrize(
        "fields", [{"v": 2}, {"v": True}, {"iv": "AAAA"}, {"ct": ""}, {"ct": "A-_A"}, {"more": 1}]
    )
    def test_other_forms_are_refused(self, anna, fields):
        body = {"v": 1, "iv": IV, "ct": "AAAA"} | fields
        assert code(anna.put("secrets/anchors", body)) == (400, "bad_request")

    def test_needs_a_device_to_be_written(self):
        body = {"v": 1, "iv": IV, "ct": "AAAA"}
        answer = Paper(member()).put("secrets/anchors", body)
        assert code(answer) == (403, "device_required")

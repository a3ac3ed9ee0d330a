"""Two people from nothing to a closed room, over the interface alone."""

import pytest

from tests import people
from tests.community.paper import Paper, sha256_b64
from tests.community.rooms.world import Case

pytestmark = pytest.mark.django_db


def test_two_people_from_set_up_to_a_closed_room():
    ana = Paper(people.member("Ana")).set_up_by_requests()
    ben = Paper(people.member("Ben")).set_up_by_requests()
    case = Case(ana, ben, join=False, history="shared")
    assert case.answer.status_code == 201
    heard = ben.get("rooms").json()["rooms"]
    assert [(row["room_id"], row["membership"]) for row in heard] == [
        (f"!{case.id}:members.invalid", "invited")
    ]
    rosters = case.get(ben, "/rosters").json()["rosters"]
    assert rosters[0]["text"] == case.text
    inside = case.post(ben, "join").json()
    position = ben.get("sync").json()["devices_pos"]
    sent = ben.put(
        f"rooms/{case.id}/events/t1",
        {
            "class": "m", "content": ben.megolm(), "members_seq": inside["members_seq"],
            "devices_pos": position, "expires_at": None, "media": [], "notify": [],
        },
    )  # fmt: skip
    assert sent.status_code == 201
    assert case.get(ana).json()["unread"] == 1
    assert case.post(ana, "close", {"step": "closing"}).json()["state"] == "closing"
    sha = sha256_b64("manifest")
    made = case.post(
        ana, "exports",
        {
            "manifest_sha256": sha, "from_seq": 1, "to_seq": case.row.last_seq, "unreadable": 0,
            "signatures": ana.sign_text("community.transcript.v1", sha)["signatures"],
            "red_consent": [],
        },
    )  # fmt: skip
    assert made.status_code == 201
    closed = case.post(ana, "close", {"step": "closed"} | made.json())
    assert closed.json()["state"] == "closed"
    assert [row["change"] for row in case.changes()] == ["created", "joined", "closing", "closed"]

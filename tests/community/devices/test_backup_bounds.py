"""What a backup holds at most, and what of backup and secrets wants a fresh second factor."""

import uuid
from dataclasses import replace

import pytest

from community.devices.models import BackupKey, BackupVersion, Secret
from community.rooms.models import Room
from portal.accounts import step_up
from portal.shared import clock, ratelimit
from tests.community.devices.help import STATE, code, join, room_of
from tests.community.devices.test_backup import begin, get, key, put
from tests.community.paper import Key, Paper
from tests.people import member

pytestmark = pytest.mark.django_db
ROOM = uuid.UUID(int=2)
REAUTH = (403, "reauth_required")
SECRETS = ("cross_signing_master", "cross_signing_self_signing", "cross_signing_user_signing")


@pytest.fixture
def room(anna: Paper) -> Room:
    """The room of the keys; she is in it."""
    room = Room.objects.create(public_id=ROOM, kind="case", created=clock.now())
    join(room, anna.user)
    return room


def fresh(paper: Paper, is_fresh: bool = True) -> None:
    """Let this sign-in have confirmed its second factor just now, or too long ago."""
    session = paper.client.session
    session[step_up.SESSION_KEY] = clock.now().timestamp() if is_fresh else 0
    session.save()


def secret(paper: Paper, name: str, ct: str = "BBBB"):
    return paper.put(f"secrets/{name}", {"v": 1, "iv": "A" * 16, "ct": ct})


def few(monkeypatch: pytest.MonkeyPatch, name: str, amount: int) -> None:
    small = {name: replace(ratelimit.get(name), amount=amount)}
    monkeypatch.setattr(ratelimit, "BY_NAME", ratelimit.BY_NAME | small)


class TestBounds:
    def test_keys_of_rooms_she_never_had_a_place_in_are_passed_over(self, anna, bruno, room):
        strange = room_of(bruno).public_id
        nowhere = uuid.uuid4()
        keys = [key("A"), key("B", room=strange), key("C", room=nowhere)]
        assert put(anna, *keys).json() == {"etag": "1", "count": 1}
        assert put(anna, keys[1]).json() == {"etag": "1", "count": 1}
        assert get(anna)["keys"] == [keys[0]]
        assert get(anna, room=strange)["keys"] == get(anna, room=nowhere)["keys"] == []

    @pytest.mark.parametrize("state", STATE.values)
    def test_keys_of_rooms_she_was_in_are_kept(self, anna, bruno, state):
        room = room_of(bruno)
        join(room, anna.user, state)
        made = key(room=room.public_id)
        assert put(anna, made).json()["count"] == 1
        assert get(anna, room=room.public_id)["keys"] == [made]

    def test_full_backup_takes_better_keys_and_no_more(self, anna, room, monkeypatch):
        assert ratelimit.get("backup-keys").amount == 100_000
        few(monkeypatch, "backup-keys", 2)
        assert put(anna, key("A", 5), key("B")).json()["count"] == 2
        assert code(put(anna, key("C"), key("A", 4))) == (413, "too_large")
        assert get(anna)["keys"] == [key("A", 5), key("B")]
        assert put(anna, key("A", 4)).json() == {"etag": "2", "count": 2}

    def test_oldest_of_eleven_versions_goes(self, anna, room, monkeypatch):
        few(monkeypatch, "backup-versions", 99)
        put(anna, key())
        for number in range(2, 12):
            assert begin(anna).json() == {"version": str(number)}
        kept = BackupVersion.objects.filter(deleted_at=None)
        assert sorted(row.version for row in kept) == list(range(2, 12))
        assert not BackupKey.objects.exists()
        gone = BackupVersion.objects.get(version=1)
        assert (gone.auth, gone.count) == ({}, 0)

    def test_eleventh_version_of_a_day_waits_and_refused_ones_count_nothing(self, anna):
        with clock.held():
            wrong = anna.sign_text("community.roster.v1", "{}")
            for _ in range(3):
                assert begin(anna, auth=wrong).status_code in (400, 422)
            answers = [begin(anna).status_code for _ in range(10)]
        assert answers == [201] * 9 + [429]  # the set-up made one


class TestFreshFactor:
    def test_set_up_asks_for_none_after_the_signing_keys(self):
        paper = Paper(member())
        paper.register()
        assert paper.post("keys/signing", paper.signing_keys()).status_code == 200
        fresh(paper, False)
        assert begin(paper).status_code == 201
        for name in SECRETS:
            for ct in ("AAAA", "BBBB"):  # begun again before it was complete
                last = name == SECRETS[-1] and ct == "BBBB"
                assert secret(paper, name, ct).status_code == (403 if last else 200)

    @pytest.mark.parametrize("name", SECRETS)
    def test_another_signing_key_wants_one(self, anna, name):
        fresh(anna, False)
        refused = secret(anna, name)
        assert code(refused) == REAUTH
        assert refused.json()["confirm_url"]
        assert Secret.objects.get(user=anna.user, name=name).ct == "AAAA"
        assert secret(anna, name, "AAAA").status_code == 200  # what is there already
        fresh(anna)
        assert secret(anna, name).status_code == 200
        assert Secret.objects.get(user=anna.user, name=name).ct == "BBBB"

    def test_anchors_want_none(self, anna):
        fresh(anna, False)
        for ct in ("AAAA", "BBBB"):
            assert secret(anna, "anchors", ct).status_code == 200

    def test_another_version_wants_one(self, anna):
        fresh(anna, False)
        assert code(begin(anna)) == REAUTH
        assert BackupVersion.objects.count() == 1
        fresh(anna)
        assert begin(anna).status_code == 201

    def test_deleting_the_present_version_wants_one(self, anna, room):
        put(anna, key())
        fresh(anna, False)
        assert code(anna.delete("backup/version/1")) == REAUTH
        assert get(anna)["keys"] == [key()]
        fresh(anna)
        assert anna.delete("backup/version/1").status_code == 204
        fresh(anna, False)
        assert anna.delete("backup/version/1").status_code == 204  # it is gone

    def test_deleting_an_older_one_wants_one_until_the_newer_one_holds_as_much(self, anna, room):
        """A browser moves its keys in its own time, perhaps long after the recovery key was made."""
        put(anna, key("A"), key("B"))
        begin(anna)
        put(anna, key("A"), version=2)
        fresh(anna, False)
        assert code(anna.delete("backup/version/1")) == REAUTH
        put(anna, key("B"), version=2)
        assert anna.delete("backup/version/1").status_code == 204
        assert get(anna, version=2)["keys"] == [key("A"), key("B")]

    def test_reset_writes_everything_anew_in_one_fresh_window_and_drops_the_old(self, anna, room):
        put(anna, key("A"), key("B"))
        anna.master, anna.self_signing, anna.user_signing = Key(), Key(), Key()
        assert anna.post("keys/signing", anna.signing_keys()).status_code == 200
        assert begin(anna).json() == {"version": "2"}
        for name in SECRETS:
            assert secret(anna, name).status_code == 200
        fresh(anna, False)
        # Nobody opens the old one any more: no recovery key and no identity goes with it.
        assert anna.delete("backup/version/1").status_code == 204

    def test_old_text_sent_again_is_no_way_around(self, anna, room):
        """The text of the present version can be read by whoever has the cookie."""
        put(anna, key())
        auth = anna.get("backup/version").json()["auth"]
        fresh(anna, False)
        assert code(begin(anna, auth=auth)) == REAUTH
        assert anna.get("backup/version").json()["version"] == "1"

"""A second client, written from the text alone, plays one scene against the real site.

``second_client/main.mjs`` (Node) knows messaging.md 4.1-4.3 and 10 and nothing of the first client or
of the server. What it finds missing, of another type or refused without a word in the text is a fault
of the text or of the server.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from launcher import frontend, places
from tests.e2e import serving
from tests.e2e.serving import Site

PROGRAM = Path(__file__).parent / "second_client" / "main.mjs"
PATIENCE = 240  # seconds, on a busy machine

# Three vetted members of one office, each signed in with a second factor just confirmed; B in four
# browsers. Each once more with a second factor that is not fresh, and once without one.
PEOPLE = """
import json
from django.conf import settings
from tests import people
office = people.organisation("Office of the second client")
def session(user, **how):
    return people.signed_in(user, **how).cookies[settings.SESSION_COOKIE_NAME].value
made = {}
for key, name, count in (("a", "Awa Second", 1), ("b", "Bilal Second", 4), ("c", "Chen Second", 1)):
    user = people.member(name, of=office, email=f"{key}.second@example.org")
    made[key] = {
        "full_name": user.name, "sessions": [session(user) for _ in range(count)],
        "stale": session(user, fresh=False), "unverified": session(user, verified=False),
    }
print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "people": made}))
"""


def make_people(data: Path) -> dict[str, Any]:
    """Make the people in a data folder; return what the program wants of them."""
    printed = serving.manage(data, "shell", "-v", "0", "-c", PEOPLE)
    made: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return made


def play(base: str, made: dict[str, Any]) -> dict[str, Any]:
    """Run the program in the folder whose packages it uses; return what it saw."""
    _, env = frontend.node()
    run = subprocess.run(
        ["node", str(PROGRAM)], input=json.dumps(made | {"base": base}), cwd=places.STATIC, env=env,
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
    seen: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return seen


@pytest.fixture(scope="module")
def seen(site: Site) -> dict[str, Any]:
    """What the program saw in the one scene of this module."""
    report = play(site.base, make_people(site.data))
    assert report["failed"] is None, report["failed"]
    return report


# What is said between the opening of the room and C's coming, as A reads it.
FIRST_DAYS = [
    "message: Who handles the parcels?", "message: We do. 我们来。 نحن.", "reaction: 👍",
    "edit: We do, from Monday.", "poll: Which day?\nMonday\nTuesday", "vote: 1", "pin: ",
    "reaction: 👀", "message: The list.", "message: Live.", "message: Still live.",
]  # fmt: skip
WITH_C = ["room_meta", "message: Welcome.", "message: Thank you."]
AFTER_C = ["message: Without C.", "message: To both of your devices."]
CHARTER = 'room_meta: {"type":"community.charter.v1"'

STEPS = (
    "vectors doors set_up open_room join talk read_position refusals roles file socket_doors live "
    "add_c remove_c second_device devices device_refusals direct declined redact_and_report backup close"
)
FRAMES = "bye events heads member pong receipt sync typing welcome"
REFUSALS = (
    "bad_request bad_roster bad_signature csrf_failed device_id_used device_keys_changed "
    "device_required device_revoked hash_mismatch not_found read_only reauth_required room_closed "
    "room_exists second_factor_required setup_incomplete sign_in_has_device signed_out stale_devices "
    "stale_members stale_roster too_large type_not_allowed wrong_offset wrong_version"
)
# There is no dehydrated device yet, a hold is the operators' (both answer 404 here), and pushes are
# off where no key for them is set.
NOT_CALLED = ["dehydrated", "hold", "subscribe", "unsubscribe"]


def plain(lines: list[str]) -> list[str]:
    """The charter is long: its kind is enough."""
    return ["room_meta" if line.startswith(CHARTER) else line for line in lines]


def test_the_scene_is_played_to_its_end(seen: dict[str, Any]) -> None:
    assert list(seen["steps"]) == STEPS.split()
    assert seen["notes"] == []  # nothing sealed for a device arrived unreadable
    assert seen["steps"]["direct"]["state"] == ["joined", "left"]
    assert seen["steps"]["close"] == {"late": "room_closed", "state": "closed"}


def test_the_vectors_are_found_again(seen: dict[str, Any]) -> None:
    vectors = seen["steps"]["vectors"]
    assert len(vectors) == 15
    assert [name for name, same in vectors.items() if not same] == []


def test_answers_frames_and_events_have_the_shapes_of_the_text(seen: dict[str, Any]) -> None:
    assert seen["faults"] == []
    assert seen["unnamed"] == []  # nor is there a field the text does not name


def test_every_call_frame_and_refusal_that_can_be_met_was_met(seen: dict[str, Any]) -> None:
    assert seen["not_called"] == NOT_CALLED
    assert seen["frames"] == FRAMES.split()
    assert set(REFUSALS.split()) <= set(seen["refusals"])


def test_both_read_what_the_other_wrote(seen: dict[str, Any]) -> None:
    talk = seen["steps"]["talk"]
    assert plain(talk["a"]) == ["room_meta", *FIRST_DAYS[:6]]  # the pin is sent last, by A
    assert plain(talk["b"]) == ["MissingRoomKey", *FIRST_DAYS[:7]]  # she came after the charter
    assert seen["steps"]["join"]["folded"] == ["stale_members"]
    assert seen["steps"]["read_position"]["before"]["unread"] == 3  # question, answer, poll


def test_who_is_added_with_history_reads_the_earlier_messages(seen: dict[str, Any]) -> None:
    added = seen["steps"]["add_c"]
    assert set(added["before"]) == {"MissingRoomKey"}
    assert plain(added["after"]) == ["room_meta", *FIRST_DAYS, *WITH_C]
    assert added["first"] == 1


def test_who_is_removed_gets_neither_key_nor_event_nor_file(seen: dict[str, Any]) -> None:
    removed = seen["steps"]["remove_c"]
    assert removed["stolen"] == {"code": "MissingRoomKey", "withheld": None}
    assert removed["leaked"] == 0
    assert removed["listed"] == []
    assert removed["shares"] == 1  # a new key was given to those who stayed


def test_a_second_device_restores_the_history_from_the_recovery_key(seen: dict[str, Any]) -> None:
    second = seen["steps"]["second_device"]
    said = [*FIRST_DAYS, *WITH_C, *AFTER_C]
    # The charter was sealed before B joined; restored keys say so in another word.
    assert plain(second["second"]) == ["UnknownMessageIndex", *said]
    assert plain(second["first"])[1:] == [*said, "message: Read on the second one."]
    assert second["restored"]["imported"] == second["restored"]["fetched"] > 1  # pages of one key
    assert second["folded"] == ["stale_devices"]


def test_a_device_that_was_removed_gets_no_key(seen: dict[str, Any]) -> None:
    assert seen["steps"]["devices"]["folded"] == ["stale_devices"]
    assert seen["steps"]["devices"]["lost"] == {"code": "MissingRoomKey", "withheld": None}
    assert seen["steps"]["device_refusals"]["confirm"].startswith(("/", "http"))

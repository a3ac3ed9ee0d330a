"""The shells of the sealed screens: for members alone, and with nothing of a room in them."""

import gzip
import html
import json
import re
import uuid

import pytest
from django.urls import reverse

from community.rooms.models import Room, RoomMembership
from portal.shared import clock
from tests import people

pytestmark = pytest.mark.django_db
SHELLS = ("/en/community/messages/", "/en/community/rooms/new/", "/en/account/devices/")
ABOUT = "/en/about/sealed-messages/"


def room_of(user, state="joined", kind="case"):
    room = Room.objects.create(public_id=uuid.uuid4(), kind=kind, created=clock.now())
    RoomMembership.objects.create(room=room, user=user, role="host", state=state)
    return room


def page(user, path):
    return people.signed_in(user).get(path)


def words_in(answer):
    found = re.search(
        r'<script id="sealed-words" type="application/json">(.*?)</script>',
        answer.content.decode(),
        re.S,
    )
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("path", SHELLS)
def test_shell_opens_for_a_member(path):
    answer = page(people.member(), path)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'id="sealed"' in text
    assert "<noscript>" in text
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", SHELLS)
@pytest.mark.parametrize("kind", ["learner", "courier", "lapsed"])
def test_shell_is_not_there_for_others(path, kind):
    user = people.person() if kind == "learner" else people.member()
    if kind == "courier":
        user = people.member(tier="courier")
    if kind == "lapsed":
        user.membership.lapses_at = clock.now()
        user.membership.save()
    assert page(user, path).status_code == 404


@pytest.mark.parametrize("path", SHELLS)
def test_shell_asks_for_sign_in_and_second_factor(client, path):
    assert client.get(path).status_code == 302
    answer = people.signed_in(people.member(), verified=False).get(path)
    assert answer.status_code == 302
    assert "/account/" in answer["Location"]


@pytest.mark.parametrize("name", ["room", "room_join"])
@pytest.mark.parametrize("state", ["joined", "invited"])
def test_room_opens_for_who_is_in_it(name, state):
    user = people.member()
    room = room_of(user, state)
    answer = page(user, reverse(name, args=[room.public_id]))
    assert answer.status_code == 200
    assert f'data-room="{room.public_id}"' in answer.content.decode()


@pytest.mark.parametrize("name", ["room", "room_join"])
@pytest.mark.parametrize("state", ["left", "removed", "declined"])
def test_room_of_others_is_like_one_that_does_not_exist(name, state):
    user = people.member()
    client = people.signed_in(user)
    never = client.get(reverse(name, args=[uuid.uuid4()]))
    foreign = client.get(reverse(name, args=[room_of(people.member()).public_id]))
    before = client.get(reverse(name, args=[room_of(user, state).public_id]))
    assert [never.status_code, foreign.status_code, before.status_code] == [404, 404, 404]


def test_shell_names_the_addresses_the_screens_need():
    text = page(people.member(), SHELLS[0]).content.decode()
    found = dict(re.findall(r'data-([\w-]+)="([^"]*)"', text.split('id="sealed"')[1].split(">")[0]))
    nil = "00000000-0000-0000-0000-000000000000"
    assert found["messages-url"] == "/en/community/messages/"
    assert found["room-url"] == f"/en/community/rooms/{nil}/"
    assert found["join-url"] == f"/en/community/rooms/{nil}/join/"
    assert found["devices-url"] == "/en/account/devices/"
    assert found["about-url"] == ABOUT
    assert found["domain"] == "members.invalid"
    assert int(found["file-limit"]) == 20 * 1024 * 1024
    assert found["socket"] == "/ws/chat/"


def test_name_of_a_person_cannot_break_out_of_the_shell():
    answer = page(people.member('"><script>alert(1)</script>'), SHELLS[0])
    text = answer.content.decode()
    assert "<script>alert(1)" not in text
    found = re.search(r'data-name="([^"]*)"', text)
    assert found
    assert html.unescape(found[1]) == '"><script>alert(1)</script>'


@pytest.mark.parametrize("code", ["en", "fr", "es", "ru", "ar", "zh-hans", "uk"])
def test_shell_stays_within_the_budget_of_html(code):
    answer = page(people.member(), f"/{code}/community/messages/")
    assert words_in(answer)["text"].keys()
    assert len(gzip.compress(answer.content, 9)) <= 30_000


def test_shell_loads_only_its_own_script():
    text = page(people.member(), SHELLS[0]).content.decode()
    scripts = re.findall(r'<script[^>]*src="([^"]+)"', text)
    assert scripts
    assert all(source.startswith("/static/assets/") for source in scripts)
    assert "/assets/sealed-" in text
    assert page(people.member(), "/en/community/").content.decode().count("/assets/sealed-") == 0


def test_about_page_is_open_and_says_what_must_be_said(client):
    answer = client.get(ABOUT)
    assert answer.status_code == 200
    assert not answer.cookies
    text = html.unescape(" ".join(answer.content.decode().split()))
    for sentence in (
        (
            "This protects your messages if the database is stolen, if a backup leaks or if an "
            "administrator is curious."
        ),
        "It cannot protect you if this site is changed to send your browser altered program code.",
        "JITs collaboration platform",
        "Regulation (EU) 2023/969",
        "Implementing Decision (EU) 2025/1274",
        "never replace it",
        "Firefox 129 or newer",
        "Do not post classified information here.",
    ):
        assert sentence in text, sentence
    assert "audited" not in text.lower()


def test_about_page_lists_what_the_server_sees_and_what_not(client):
    text = client.get(ABOUT).content.decode()
    sees, hidden = text.split('id="sees"')[1].split('id="does-not-see"')
    hidden = hidden.split('id="not-here"')[0]
    assert sees.count("<li>") >= 11
    for word in ("which room", "time", "writing", "emoji", "internet address", "backup", "hold"):
        assert word in sees, word
    for word in ("text", "files", "reactions", "polls", "TLP", "name", "purpose", "recovery"):
        assert word in hidden, word


@pytest.mark.parametrize(("asked", "code"), [("ar", "ar"), ("xx", "en"), ("", "en")])
def test_manifest_opens_messages_in_the_language_of_the_page(client, asked, code):
    answer = client.get("/manifest.webmanifest", {"lang": asked})
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["start_url"] == f"/{code}/community/messages/"
    assert manifest["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}


def test_icons_of_the_manifest_exist(client):
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        assert client.get(icon["src"]).status_code == 200, icon["src"]

"""A server that lies, in a real browser: what it invents gets no key and is not believed.

The answers of the real site are changed on their way into the browser of one person. Each pitfall
that has a screen; the engine alone meets the rest in ``static/src/community/crypto``.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from tests.community.paper import Key, canonical
from tests.e2e.chatting_people import Member, Stage, bodies, cast
from tests.e2e.serving import Site

EVA, NOEL = "Eva Lund", "Noel Diop"
SEALED = "m.room.encrypted"
INVENTED = "INVENTED00"
Lie = Callable[[dict[str, Any]], None]


@dataclass
class Pair:
    """Two people in direct messages; the server lies to Eva."""

    stage: Stage
    eva: Member
    noel: Member
    room: str
    sent: list[tuple[str, set[str]]] = field(default_factory=list)

    def lie(self, address: str, change: Lie) -> None:
        """Change what the server answers to Eva at an address, from now on."""

        def answer(route: Route) -> None:
            real = route.fetch()
            body = real.json()
            change(body)
            route.fulfill(response=real, body=json.dumps(body))

        self.eva.reader.context.route(re.compile(address), answer)

    def honest(self) -> None:
        self.eva.reader.context.unroute_all()

    def note(self, request: Request) -> None:
        """Remember to which devices Eva sends what."""
        found = re.search(r"/to-device/([\w.]+)/", request.url)
        if found and request.method == "PUT":
            messages = json.loads(request.post_data or "{}")["messages"]
            self.sent.append((found[1], {device for each in messages.values() for device in each}))

    def given(self, kind: str) -> set[str]:
        """Return the devices to which Eva sent something of a kind."""
        return {device for one, devices in self.sent if one == kind for device in devices}


@pytest.fixture(scope="module")
def pair(site: Site, chromium: Browser) -> Iterator[Pair]:
    stage = Stage(site, chromium, cast(site.data, EVA, NOEL))
    eva, noel = stage.member(EVA), stage.member(NOEL)
    eva.set_up()
    noel.set_up()
    room = eva.write_to(NOEL)
    eva.tell("Before any lie.")
    noel.enter(EVA)
    noel.sees("Before any lie.")
    made = Pair(stage, eva, noel, room)
    eva.reader.context.on("request", made.note)
    yield made
    stage.close()


@pytest.fixture(autouse=True)
def watching(pair: Pair) -> Iterator[None]:
    """No page of anybody may break the rules every page keeps."""
    yield
    pair.honest()
    pair.stage.guard.check()


def away(pair: Pair, *texts: str) -> None:
    """Noel writes while Eva's page is closed: she will ask for it by HTTP."""
    pair.eva.page.goto("about:blank")
    for text in texts:
        pair.noel.tell(text)
        pair.noel.sees(text)
        expect(pair.noel.message(text)).not_to_contain_text(re.compile("Sending|Waits"))


def back(pair: Pair) -> None:
    pair.eva.page.goto(pair.room)
    expect(pair.eva.composer).to_be_visible()


def test_an_invented_device_gets_no_key(pair: Pair) -> None:
    noel = name_of(pair.noel)

    def plant(body: dict[str, Any]) -> None:
        devices = body["device_keys"].get(noel, {})
        for device in list(devices.values())[:1]:
            text = json.dumps(device).replace(device["device_id"], INVENTED)
            devices[INVENTED] = json.loads(text)

    pair.lie(r"/keys/query$", plant)
    have_asked_again(pair)
    pair.sent.clear()
    pair.eva.tell("Not for devices nobody has signed.")
    pair.eva.sees("Not for devices nobody has signed.")
    pair.noel.sees("Not for devices nobody has signed.")
    assert INVENTED not in pair.given(SEALED)


def test_a_message_under_another_name_is_refused(pair: Pair) -> None:
    away(pair, "I am Noel.")
    eva = name_of(pair.eva)

    def rename(body: dict[str, Any]) -> None:
        for event in body["events"]:
            if event["class"] == "m":
                event["sender"] = eva

    pair.lie(r"/events\?", rename)
    back(pair)
    refused = "Refused: this message does not come from the person it names."
    expect(pair.eva.page.get_by_text(refused).last).to_be_visible()
    assert "I am Noel." not in bodies(pair.eva.page)


def test_a_message_that_is_held_back_leaves_a_hole_that_is_said(pair: Pair) -> None:
    away(pair, "The first of two.", "The second of two.")

    def hold(body: dict[str, Any]) -> None:
        body["events"] = [each for each in body["events"] if each["seq"] != held["seq"]]

    held = {"seq": int(seq_of(pair, "The first of two."))}
    pair.lie(r"/events\?", hold)
    back(pair)
    expect(pair.eva.page.get_by_text("Messages are missing here.").first).to_be_visible()
    assert "The first of two." not in bodies(pair.eva.page)
    pair.honest()
    pair.eva.page.get_by_role("button", name="Fetch them again").last.click()
    pair.eva.sees("The first of two.")
    pair.eva.sees("The second of two.")


def seq_of(pair: Pair, text: str) -> str:
    """Return the number of a message, as Noel's page knows it."""
    row = pair.noel.page.locator("li.row").filter(has_text=text).last
    return str(row.get_attribute("data-seq"))


def test_a_swapped_identity_stops_sending(pair: Pair) -> None:
    noel = name_of(pair.noel)
    master, self_signing = identity_of(noel)

    def swap(body: dict[str, Any]) -> None:
        if noel in body["master_keys"]:
            body["master_keys"][noel] = master
            body["self_signing_keys"][noel] = self_signing

    pair.lie(r"/keys/query$", swap)
    have_asked_again(pair)
    pair.eva.tell("For the real Noel alone.")
    changed = f"{NOEL}'s security identity has changed. Nothing is sent to this room"
    expect(pair.eva.page.get_by_text(re.compile(changed)).first).to_be_visible()
    assert "For the real Noel alone." not in bodies(pair.noel.page)


def test_a_copy_is_shown_once_and_named(pair: Pair) -> None:
    """The last lie of all: the number it took is never given to another message again."""
    away(pair, "Once is enough.")

    def double(body: dict[str, Any]) -> None:
        last = body["events"][-1] if body["events"] else None
        if last and last["class"] == "m":
            copy = {**last, "seq": last["seq"] + 1, "event_id": f"${uuid.uuid4()}"}
            body["events"].append(copy)
            body["last_seq"] = copy["seq"]

    pair.lie(r"/events\?", double)
    back(pair)
    pair.eva.sees("Once is enough.")
    expect(pair.eva.page.get_by_text(re.compile("Refused: this is a copy"))).to_be_visible()
    assert bodies(pair.eva.page).count("Once is enough.") == 1


def identity_of(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a master and a self-signing key as somebody could make them who is not this person."""
    keys = {"master": Key(), "self_signing": Key()}
    master, own = (
        {"user_id": name, "usage": [usage], "keys": {f"ed25519:{key.public}": key.public}}
        for usage, key in keys.items()
    )
    made = keys["master"].sign(canonical(own))
    signed = {"signatures": {name: {f"ed25519:{keys['master'].public}": made}}}
    return master, own | signed


def name_of(person: Member) -> str:
    """Return the messaging id of somebody."""
    base = person.reader.site.base
    config = person.reader.context.request.get(f"{base}/api/e2ee/v1/config")
    return str(config.json()["user_id"])


def have_asked_again(pair: Pair) -> None:
    """The server refuses one message and says that Noel's devices have changed."""
    changed = [name_of(pair.noel)]
    told: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method != "PUT" or told:
            return route.fallback()
        told.append(route.request.url)
        known = json.loads(route.request.post_data or "{}")["devices_pos"]
        body = {"code": "stale_devices", "detail": "x", "changed": changed, "devices_pos": known}
        return route.fulfill(status=409, json=body)

    pair.eva.reader.context.route(re.compile(r"/events/[\w-]+$"), refuse)

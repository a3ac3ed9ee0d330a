"""The search finds words wherever they are: without this, finding nothing would prove nothing."""

import base64
import json
import logging
import os
import pickle
import quopri
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection

from portal.notifications import push
from portal.notifications.tasks import tell_now
from portal.sockets import groups
from tests import people
from tests.community.canary.stores import REDIS, Stores
from tests.community.canary.words import LABEL, REACTION, Search, named, new_words

SQLITE = not os.environ.get("DATABASE_URL")
WRITERS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "in an address": lambda text: quote(text).encode(),
    "in an address, small digits": lambda text: "".join(
        char if char.isascii() else "".join(f"%{byte:02x}" for byte in char.encode())
        for char in text.replace("+", "%2b")
    ).encode(),
    "in an address in an address": lambda text: quote(quote(text)).encode(),
    "JSON": lambda text: json.dumps({"body": text}).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps([text])).encode(),
    "bytes as Python shows them": lambda text: repr(text.encode()).encode(),
    "text as Python shows it": lambda text: ascii(text).encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).replace(b"=\n", b""),
    "HTML": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "read as Latin-1": lambda text: text.encode().decode("latin-1").encode(),
    "pickled, in base64": lambda text: base64.b64encode(pickle.dumps({"body": text})),
    "UTF-16 in base64": lambda text: base64.b64encode(text.encode("utf-16-le")),
    "JSON in base64": lambda text: base64.b64encode(json.dumps({"body": text}).encode()),
} | {
    f"base64 after {count}": lambda text, count=count: base64.b64encode(b"\3" * count + text.encode())
    for count in range(3)
} | {
    f"base64 of an address after {count}": lambda text, count=count: base64.urlsafe_b64encode(
        b"\xff" * count + text.encode()
    )
    for count in range(3)
}  # fmt: skip


@pytest.mark.parametrize("form", WRITERS)
def test_words_are_found_in_every_form(form: str) -> None:
    words = new_words() | {"label": LABEL, "reaction": REACTION}
    search = Search(words)
    for name, word in words.items():
        place = WRITERS[form](f"before {word}17 after")
        assert named(search.hits({"here": place}), "here") == {name}


def test_ciphertext_has_no_word() -> None:
    noise = os.urandom(500_000)
    places = {"bytes": noise, "base64": base64.b64encode(noise), "hex": noise.hex().encode()}
    assert Search(new_words() | {"label": LABEL, "reaction": REACTION}).hits(places) == []


def _fails(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("community").exception("something failed")


def _signs_in(text: str) -> None:
    session = SessionStore()
    session["words"] = text * 20  # so long that it is packed
    session.save()


PLANTS: dict[str, Callable[[Stores, str], object]] = {
    "table portal_user": lambda stores, text: people.person(text[:100]),
    "sessions, unpacked": lambda stores, text: _signs_in(text),
    "table django_tasks": lambda stores, text: tell_now.enqueue(text),
    "mail 2": lambda stores, text: send_mail(text[:70], "", None, ["one@example.org"]),
    "mail ": lambda stores, text: send_mail("x", text, None, ["one@example.org"]),
    "file private/name": lambda stores, text: (stores.data / "private" / f"name {text}").touch(),
    "file private/x": lambda stores, text: (stores.data / "private/x").write_text(text, "utf-8"),
    "file temporary/x": lambda stores, text: (stores.data / "temporary/x").write_text(text, "utf-16"),
    "log": lambda stores, text: logging.getLogger("community").debug("said: %s", text),
    "log ": lambda stores, text: _fails(text),
    "console": lambda stores, text: print(text),
    "channel layer": lambda stores, text: groups.tell("somebody", {"type": "x", "words": text}),
    "channel layer ": lambda stores, text: async_to_sync(get_channel_layer().send)(
        "somebody", {"type": "x", "words": text}
    ),
    "pushes": lambda stores, text: push.requests.post("https://example.org", data=text),
    "table portal_cache" if not REDIS else "keys of Redis": lambda stores, text: cache.set("x", text),
}  # fmt: skip
if SQLITE:
    PLANTS["file test.sqlite3-wal"] = PLANTS["table portal_user"]
if REDIS:
    PLANTS["keys of Redis "] = PLANTS["traffic of Redis"] = PLANTS["channel layer "]


@pytest.mark.slow
def test_words_are_found_in_every_store(stores: Stores) -> None:
    assert (connection.vendor == "sqlite") is SQLITE
    words = {place: new_words() for place in PLANTS}
    before = stores.all()
    for place, plant in PLANTS.items():
        plant(stores, " ".join(words[place].values()))
    after = stores.all()
    for place, planted in words.items():
        search = Search(planted)
        for places, found in ((before, set()), (after, set(planted))):
            of_kind = {name: content for name, content in places.items() if place.strip() in name}
            assert named(search.hits(of_kind), place.strip()) == found, place

"""Which signed lists are accepted, one rule at a time."""

import json
import uuid

import pytest

from community.ids import room_name, user_name
from community.rooms import roster_rules as rules
from tests.community.paper import Key, sha256_b64

ROOM, OTHER_ROOM = uuid.UUID(int=2**64 + 7), uuid.UUID(int=2**64 + 8)


class Person:
    """A name and a master key, without account."""

    def __init__(self, number: int, key: Key | None = None):
        self.name = user_name(uuid.UUID(int=number))
        self.key = key or Key()

    def entry(self, role="member", history=False, **other):
        return {
            "user": self.name, "name": f"Person {self.name[-22]}", "role": role,
            "master": self.key.public, "history": history,
        } | other  # fmt: skip


A, B, C, D = (Person(number) for number in range(1, 5))


def body(members, **other):
    return {
        "type": "community.roster.v1", "room": room_name(ROOM), "kind": "case", "version": 1,
        "prev": None, "history": "shared", "charter": sha256_b64("charter"), "signer": A.name,
        "ts": 0, "members": members,
    } | other  # fmt: skip


def text_of(thing):
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def signed(text, by=A, name=None):
    data = f"community.roster.v1\n{text}".encode()
    return {name or by.name: {f"ed25519:{by.key.public}": by.key.sign(data)}}


def after(previous, members, by=A, **other):
    """The body of the version that follows a text."""
    last = json.loads(previous)
    return body(
        members, version=last["version"] + 1, prev=sha256_b64(previous), signer=by.name,
        kind=last["kind"], charter=last["charter"], history=last["history"],
    ) | other  # fmt: skip


BASE = [A.entry("host"), B.entry("host"), C.entry()]
FIRST = text_of(body(BASE))
DIRECT = text_of(body(BASE[:2], kind="direct", charter=None))


def accept(previous, thing, by=A, signatures=None, caller=None):
    text = thing if isinstance(thing, str) else text_of(thing)
    made = signed(text, by) if signatures is None else signatures
    return rules.follows(previous, text, made, caller=(caller or by).name)


def refuse(words, previous, thing, **how):
    with pytest.raises(rules.BadRoster, match=words):
        accept(previous, thing, **how)


def opened(thing, *, by=A, published=None, room=ROOM, kind="case", signatures=None, caller=None):
    text = thing if isinstance(thing, str) else text_of(thing)
    return rules.opens(
        text, signed(text, by) if signatures is None else signatures, caller=(caller or by).name,
        room=room_name(room), kind=kind, published=published or by.key.public,
    )  # fmt: skip


# version 1


def test_first_version_is_accepted():
    roster = opened(body(BASE))
    assert [row.role for row in roster.members] == ["host", "host", "member"]
    assert opened(DIRECT, kind="direct").charter is None


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("begins with version 1", {"version": 2, "prev": sha256_b64("x")}),
        ("another room or kind", {"room": room_name(OTHER_ROOM)}),
        ("another room or kind", {"kind": "direct", "charter": None, "members": BASE[:2]}),
        ("signer is not the one", {"signer": B.name}),
        ("signer is not a host", {"members": [A.entry("member"), B.entry("host")]}),
        ("signer is not a host", {"members": [B.entry("host")]}),
        ("no host", {"members": [A.entry("member")]}),
        ("no host", {"members": []}),
    ],
)
def test_first_version_is_refused(words, change):
    with pytest.raises(rules.BadRoster, match=words):
        opened(body(BASE) | change)


def test_first_version_needs_the_published_key():
    with pytest.raises(rules.BadRoster, match="not her published key"):
        opened(body(BASE), published=Key().public)
    text = text_of(body(BASE))
    nobody = {"caller": A.name, "room": room_name(ROOM), "kind": "case", "published": None}
    with pytest.raises(rules.BadRoster, match="not her published key"):
        rules.opens(text, signed(text), **nobody)


def test_first_version_signed_by_another_key_is_refused():
    stranger = Person(1)
    text = text_of(body(BASE))
    with pytest.raises(rules.BadRoster, match="signature"):
        opened(text, signatures=signed(text, stranger))
    with pytest.raises(rules.BadRoster, match="signature"):
        opened(text, signatures=signed(text, B, name=A.name))
    with pytest.raises(rules.BadRoster, match="signature"):
        opened(text, signatures={})


# the form of one version


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("room is not", {"room": str(ROOM)}),
        ("room is not", {"room": f"!{ROOM}:example.org"}),
        ("signer is not the name", {"signer": "@bob"}),
        ("prev is null", {"prev": sha256_b64("x")}),
        ("charter is null", {"charter": None}),
        ("charter is not a SHA-256", {"charter": "abc"}),
        ("not a roster", {"history": "invited"}),
        ("not a roster", {"kind": "open"}),
        ("not a roster", {"type": "community.roster.v2"}),
        ("not a roster", {"version": "1"}),
        ("not a roster", {"version": True}),
        ("not a roster", {"version": 1.0}),
        ("not a roster", {"version": 0}),
        ("not a roster", {"ts": -1}),
        ("not a roster", {"ts": 2**53}),
        ("not a roster", {"extra": 1}),
        ("not a roster", {"members": [A.entry("host", extra=1)]}),
        ("not a roster", {"members": [A.entry("owner")]}),
        ("not a roster", {"members": [A.entry("host", history="yes")]}),
        ("not a roster", {"members": [A.entry("host") | {"name": None}]}),
        ("not a roster", {"members": {}}),
        ("name of a person", {"members": [A.entry("host", user="@bob")]}),
        ("name of a person", {"members": [A.entry("host", user=A.name.upper())]}),
        ("twice", {"members": [A.entry("host"), A.entry("member")]}),
        ("unpadded base64", {"members": [A.entry("host", master=A.key.public + "=")]}),
        ("unpadded base64", {"members": [A.entry("host", master="AAAA")]}),
        ("not clean", {"members": [A.entry("host", name="")]}),
        ("not clean", {"members": [A.entry("host", name=" Ana")]}),
        ("not clean", {"members": [A.entry("host", name="Ana  Bel")]}),
        ("not clean", {"members": [A.entry("host", name="Ana\u202egnp")]}),
        ("not clean", {"members": [A.entry("host", name="Ana\u0000")]}),
        ("not clean", {"members": [A.entry("host", name="Ana\u2060")]}),
        ("not clean", {"members": [A.entry("host", name="Ana\u3164")]}),
        ("not clean", {"members": [A.entry("host", name="A\u200dna")]}),
        ("not clean", {"members": [A.entry("host", name="Ana\nBel")]}),
        ("not clean", {"members": [A.entry("host", name="e\u0301")]}),
        ("not clean", {"members": [A.entry("host", name="x" * 151)]}),
    ],
)
def test_form_is_refused(words, change):
    with pytest.raises(rules.BadRoster, match=words):
        rules.parse(text_of(body(BASE) | change))


@pytest.mark.parametrize("missing", list(body(BASE)))
def test_missing_field_is_refused(missing):
    thing = body(BASE)
    del thing[missing]
    with pytest.raises(rules.BadRoster, match="not a roster"):
        rules.parse(text_of(thing))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", "[" * 50_000, FIRST + "x", FIRST.replace('"ts":0', '"ts":0,"ts":0'),
     FIRST.replace('"ts":0', '"ts":NaN'), FIRST.replace("Person", "\\ud800"), "\ud800"],
)  # fmt: skip
def test_text_that_is_no_roster_is_refused(text):
    with pytest.raises(rules.BadRoster):
        rules.parse(text)


def test_field_twice_inside_an_entry_is_refused():
    text = FIRST.replace('"role":"member"', '"role":"member","role":"host"')
    with pytest.raises(rules.BadRoster, match="twice"):
        rules.parse(text)


def test_hundred_people_are_the_most():
    many = [Person(number, A.key) for number in range(1, 102)]
    rows = [person.entry("host" if person.name == A.name else "member") for person in many]
    assert len(rules.parse(text_of(body(rows[:100]))).members) == 100
    with pytest.raises(rules.BadRoster, match="more than 100"):
        rules.parse(text_of(body(rows)))


def test_length_is_counted_in_bytes():
    text = text_of(body([A.entry("host", name="枪" * 150)]))
    rules.parse(text + " " * (rules.MOST_BYTES - len(text.encode())))
    with pytest.raises(rules.BadRoster, match="longer than"):
        rules.parse(text + " " * (rules.MOST_BYTES - len(text.encode()) + 1))


def test_names_of_every_script_are_clean():
    for name in ("José Ángel", "Олена", "عمر", "王小明", "Nguyễn Văn", "می‌خواهم"):
        assert rules.is_clean(name), name


def test_too_many_signatures_are_refused():
    many = signed(FIRST) | {f"@{n}": {"ed25519:x": "y" * 100} for n in range(100)}
    with pytest.raises(rules.BadRoster, match="too many"):
        opened(FIRST, signatures=many)


# what may follow


def changed(*rows):
    """The base with some entries replaced, by user."""
    by_user = {row["user"]: row for row in rows}
    return [by_user.pop(row["user"], row) for row in BASE] + list(by_user.values())


NEW_KEY = Key().public


@pytest.mark.parametrize(
    ("kind", "users", "members", "other"),
    [
        ("invite", [D], changed(D.entry()), {}),
        ("remove", [C], BASE[:2], {}),
        ("remove", [B, C], BASE[:1], {}),
        ("remove", [A], BASE[1:], {}),
        ("role", [C], changed(C.entry("records")), {}),
        ("role", [A], changed(A.entry("observer")), {}),
        ("identity", [C], changed(C.entry(master=NEW_KEY)), {}),
        ("identity", [B], changed(B.entry("host", master=NEW_KEY)), {}),
        ("identity", [C], changed(C.entry(name="Another Name")), {}),
        ("history", [], BASE, {"history": "joined"}),
        ("history", [C], changed(C.entry(history=True)), {}),
        ("charter", [], BASE, {"charter": sha256_b64("other")}),
    ],
)
def test_one_kind_of_change_is_accepted_and_named(kind, users, members, other):
    _, change = accept(FIRST, after(FIRST, members, **other))
    assert change == rules.Change(kind, tuple(sorted(person.name for person in users)))


def test_order_of_people_is_no_change():
    refuse("nothing changes", FIRST, after(FIRST, BASE[::-1]))
    accept(FIRST, after(FIRST, [*BASE[::-1], D.entry()]))


@pytest.mark.parametrize(
    ("words", "members", "other"),
    [
        ("nothing changes", BASE, {}),
        ("nothing changes", BASE, {"ts": 5}),
        ("invite, remove", [*BASE[:2], D.entry()], {}),
        ("invite, charter", [*BASE, D.entry()], {"charter": sha256_b64("other")}),
        ("role, history", changed(C.entry("observer", history=True)), {}),
        ("remove, history", BASE[:2], {"history": "joined"}),
        ("does not follow", BASE[:2], {"version": 3}),
        ("not a roster", BASE[:2], {"version": 0}),
        ("not the hash", BASE[:2], {"prev": sha256_b64(FIRST + " ")}),
        ("another room or kind", BASE[:2], {"room": room_name(OTHER_ROOM)}),
        ("another room or kind", BASE[:2], {"kind": "direct", "charter": None}),
        ("no host", BASE[2:], {}),
        ("her own new key", changed(A.entry("host", master=NEW_KEY)), {}),
        ("signer is not the one", BASE[:2], {"signer": B.name}),
    ],
)
def test_version_that_may_not_follow(words, members, other):
    refuse(words, FIRST, after(FIRST, members, **other))


def test_member_who_is_no_host_cannot_sign():
    refuse("not a host", FIRST, after(FIRST, changed(C.entry("host")), by=C), by=C)
    refuse("not a host", FIRST, after(FIRST, [*BASE, D.entry("host")], by=D), by=D)


def test_caller_and_signer_are_one_person():
    thing = after(FIRST, BASE[:2])
    refuse("not the one who sends it", FIRST, thing, caller=B)


def test_key_counts_as_the_previous_version_has_it():
    fresh = Person(2)  # B with another key
    second = text_of(after(FIRST, changed(fresh.entry("host"))))
    accept(FIRST, second)
    third = after(second, [*json.loads(second)["members"], D.entry()], by=B)
    refuse("signature", second, third, by=B)
    accept(second, third, by=fresh)


def test_nobody_signs_in_her_own_new_key():
    fresh = Person(1)
    thing = after(FIRST, changed(fresh.entry("host")))
    refuse("signature", FIRST, thing, by=fresh)
    refuse("her own new key", FIRST, thing)


def test_signature_over_another_text_is_refused():
    refuse("signature", FIRST, after(FIRST, BASE[:2]), signatures=signed(FIRST))


# direct messages


def test_direct_lets_the_others_key_change():
    thing = after(DIRECT, [BASE[0], B.entry("host", master=NEW_KEY)])
    assert accept(DIRECT, thing)[1].kind == "identity"


@pytest.mark.parametrize(
    ("words", "members", "other"),
    [
        ("exactly two hosts", BASE, {}),
        ("exactly two hosts", [A.entry("host"), B.entry("host"), D.entry("host")], {}),
        ("exactly two hosts", BASE[:1], {}),
        ("exactly two hosts", [A.entry("host"), B.entry("member")], {}),
        ("only the other", [A.entry("host"), B.entry("host", history=True)], {}),
        ("only the other", [A.entry("host"), B.entry("host", name="Other")], {}),
        ("only the other", [A.entry("host", name="Other"), B.entry("host")], {}),
        ("her own new key", [A.entry("host", master=NEW_KEY), B.entry("host")], {}),
        ("only the other", BASE[:2], {"history": "joined"}),
        ("charter is null", BASE[:2], {"charter": sha256_b64("x")}),
        ("invite, remove", [A.entry("host"), D.entry("host")], {}),
    ],
)
def test_direct_refuses_everything_else(words, members, other):
    refuse(words, DIRECT, after(DIRECT, members, **other))

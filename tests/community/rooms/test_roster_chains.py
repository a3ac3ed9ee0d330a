"""Random chains of lists: accepted exactly when a small model of the room says so."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from community.rooms import roster_rules as rules
from tests.community.paper import Key
from tests.community.rooms.test_roster_rules import Person, body, signed, text_of

PEOPLE = [Person(number) for number in range(1, 7)]
WHO = st.sampled_from([0, 1, 0, 1, 2, 3, 4, 5])
SPARE = [Key() for _ in range(3)]  # keys that people take on later, or forgers use
ROLES = ("host", "member", "observer", "records")
DEEDS = ("invite", "remove", "role", "key", "name", "give", "history", "charter", "nothing")
FAULTS = (*["none"] * 6, "fork", "skip", "repeat", "no prev", "forged", "other text")


def sha(text):
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


@dataclass
class Model:
    """What a room is, told without the rules' code: numbers of people → [role, key, name, given]."""

    direct: bool
    inside: dict[int, list] = field(default_factory=dict)
    shared: bool = True
    charter: int = 0

    def copy(self):
        rows = {number: list(row) for number, row in self.inside.items()}
        return Model(self.direct, rows, self.shared, self.charter)

    def hosts(self):
        return [number for number, row in self.inside.items() if row[0] == "host"]

    def body(self, **head):
        members = [
            PEOPLE[number].entry(role, given, master=key.public, name=f"N{name}")
            for number, (role, key, name, given) in self.inside.items()
        ]
        return body(
            members, kind="direct" if self.direct else "case",
            history="shared" if self.shared else "joined",
            charter=None if self.direct else sha(str(self.charter)), **head,
        )  # fmt: skip


def do(model, deed, who, draw):
    """Carry out one deed on a copy of the room, whether or not it is allowed."""
    row = model.inside.get(who)
    if deed == "invite" and row is None:
        model.inside[who] = [draw(st.sampled_from(ROLES)), PEOPLE[who].key, 0, False]
    elif deed == "remove" and row:
        del model.inside[who]
    elif deed == "role" and row:
        row[0] = draw(st.sampled_from(ROLES))
    elif deed == "key" and row:
        row[1] = draw(st.sampled_from(SPARE))
    elif deed == "name" and row:
        row[2] += 1
    elif deed == "give" and row:
        row[3] = not row[3]
    elif deed == "history":
        model.shared = not model.shared
    elif deed == "charter" and not model.direct:
        model.charter += 1


def kinds(old, new):
    """The kinds of change between two rooms, counted by hand."""
    found = set()
    for number in range(len(PEOPLE)):
        was, now = old.inside.get(number), new.inside.get(number)
        if was is None and now is not None:
            found.add("invite")
        elif was is not None and now is None:
            found.add("remove")
        elif was and now:
            found |= {
                kind
                for kind, same in (
                    ("role", was[0] == now[0]),
                    ("identity", was[1].public == now[1].public and was[2] == now[2]),
                    ("history", was[3] == now[3]),
                )
                if not same
            }
    found |= {"history"} if old.shared != new.shared else set()
    return found | ({"charter"} if old.charter != new.charter else set())


def allowed(old, new, signer, fault, key):
    """Say whether the room may become ``new`` by the hand of ``signer``."""
    if fault != "none" or signer not in old.hosts() or len(kinds(old, new)) != 1:
        return False
    if key.public != old.inside[signer][1].public or not new.hosts():
        return False
    own = new.inside.get(signer)
    if own and own[1].public != key.public:
        return False
    if old.direct:
        only_keys = all(
            row[0] == "host" and row[2:] == old.inside.get(number, [0, 0, -1, -1])[2:]
            for number, row in new.inside.items()
        )
        return kinds(old, new) == {"identity"} and only_keys
    return True


def write(new, text, older, version, signer, key, fault, draw):
    """The next text with its signatures, with the fault built in."""
    head = {"version": version + 1, "prev": sha(text), "signer": PEOPLE[signer].name}
    if fault == "fork":
        head["prev"] = sha(draw(st.sampled_from([*older, "x"])))
    elif fault == "skip":
        head["version"] = version + 2
    elif fault == "repeat":
        head["version"] = max(version, 1)
    elif fault == "no prev":
        head["prev"] = None
    made = text_of(new.body(**head))
    by = Person(signer + 1, SPARE[2] if fault == "forged" else key)
    what = text if fault == "other text" else made
    return made, signed(what, by, name=PEOPLE[signer].name)


@pytest.mark.slow
@settings(max_examples=400)
@given(st.data(), st.booleans())
def test_chain_is_accepted_exactly_when_the_model_says_so(data, direct):
    draw = data.draw
    room = Model(direct, {n: ["host", PEOPLE[n].key, 0, False] for n in range(2)})
    text, version, older = text_of(room.body(signer=PEOPLE[0].name)), 1, []
    rules.opens(
        text, signed(text, PEOPLE[0]), caller=PEOPLE[0].name, room=room.body()["room"],
        kind=room.body()["kind"], published=PEOPLE[0].key.public,
    )  # fmt: skip
    for _ in range(draw(st.integers(1, 12))):
        new = room.copy()
        for _ in range(draw(st.sampled_from([1, 1, 2]))):
            do(new, draw(st.sampled_from(DEEDS)), draw(WHO), draw)
        # Mostly a host who makes no mistake, or nothing but the first refusal would be tested.
        signer = draw(st.sampled_from([*room.hosts(), *room.hosts(), *range(6)]))
        fault = draw(st.sampled_from(FAULTS))
        holds = room.inside.get(signer)
        key = holds[1] if holds and draw(st.integers(0, 9)) else PEOPLE[signer].key
        if fault == "forged" and key.public == SPARE[2].public:
            fault = "none"
        made, signatures = write(new, text, older, version, signer, key, fault, draw)
        expected = allowed(room, new, signer, fault, key)
        note(f"{signer=} {fault=} {kinds(room, new)} {expected=}")
        try:
            _, change = rules.follows(text, made, signatures, caller=PEOPLE[signer].name)
        except rules.BadRoster as refusal:
            note(str(refusal))
            assert not expected
        else:
            assert expected
            assert kinds(room, new) == {change.kind}
            room, older, text, version = new, [*older, text], made, version + 1

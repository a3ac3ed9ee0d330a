"""Hints for what was left in a digest: found in several scripts, and never in the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.digests import rules
from community.digests.hints import hints_for
from tests import people
from tests.community.digests.digests import drafted, sent, verified
from tests.community.events.meetings import group


def kinds(text: str, known=()) -> set[str]:
    return {hint.kind for hint in rules.leftovers({"facts": text}, known)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to someone@agency.example now.", "mail"), ("Call +221 33 123 45 67.", "phone"),
        ("Call (033) 123-4567.", "phone"), ("File 2019/ABC/004711 was opened.", "number"),
        ("The serial was 88412937.", "number"), ("On 3.4.2021 it began.", "date"),
        ("On 2021-04-03 it began.", "date"), ("On 3 April it began.", "date"),
        ("On April 3rd it began.", "date"), ("Le 3 avril, tout a commencé.", "date"),
        ("El 3 de abril empezó.", "date"), ("Началось 3 апреля.", "date"),
        ("3 квітня все почалося.", "date"), ("在4月3日开始。", "date"), ("في 3 أبريل بدأ.", "date"),
        ("The buyer Joana Exempla paid.", "name"), ("Покупатель Иван Примеров заплатил.", "name"),
        ("The officer of ACME customs.", "name"),
    ],
)  # fmt: skip
def test_leftovers_are_seen(text, kind):
    assert kind in kinds(text, ["ACME customs"])


@pytest.mark.parametrize(
    "text",
    ["The buyer paid in 2021.", "It took three weeks and 12 requests.", "", "In April it began.",
     "Two people were charged under article 5."],
)  # fmt: skip
def test_what_tells_nothing_is_left_alone(text):
    assert kinds(text) == set()


@given(st.text(max_size=400), st.lists(st.text(max_size=12), max_size=4))
def test_no_text_breaks_the_hints(text, known):
    assert len(rules.leftovers({"facts": text}, known)) <= rules.MOST_HINTS


def test_the_checklist_is_whole_with_ticks_or_reasons():
    assert not rules.is_whole({})
    assert rules.is_whole({code: {"done": True, "why": ""} for code in rules.CHECKS})
    assert rules.is_whole({code: {"done": False, "why": "none"} for code in rules.CHECKS})


@pytest.mark.django_db
def test_known_names_are_looked_for_and_tell_nobody_who_is_a_member():
    """In a script without capitals nothing but what she knows already makes a name a hint."""
    people.organisation("منظمة الجمارك")
    stranger, fellow = people.member("نادية فلان"), people.member("سامي علان")
    author = people.member()
    group(author, fellow)
    digest = drafted(author, facts=f"{stranger.name} {fellow.name} منظمة الجمارك")
    found = {hint.words for hint in hints_for(verified(author), digest)}
    assert found == {fellow.name, "منظمة الجمارك"}


@pytest.mark.django_db
def test_hints_stand_in_nobodys_way():
    digest = sent(facts="Write to someone@agency.example on 3 April 2021.")
    assert digest.state == "review"
    address = f"/en/community/cases/{digest.public_id}/"
    for person in (digest.author, people.staff("reviewer")):
        text = people.signed_in(person).get(address).content.decode()
        assert "someone@agency.example</q>" in text

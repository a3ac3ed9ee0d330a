"""What changed between two texts: true whatever the texts are, and never slow."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from community.groups.compare import IN, OUT, SAME, compare

texts = st.text(alphabet="ab \n.枪é", max_size=60)


def rebuilt(difference, *kinds):
    return "\n".join(
        "".join(part.text for part in line.parts if part.kind in kinds) for line in difference.lines
    )


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_words_of_both_texts_are_all_there(old, new):
    found = compare(old, new)
    if old == new:
        assert found.is_same
    if not any(line.skipped for line in found.lines):
        squeeze = str.maketrans("", "", "\n")
        assert rebuilt(found, SAME, IN).translate(squeeze) == new.translate(squeeze)
        assert rebuilt(found, SAME, OUT).translate(squeeze) == old.translate(squeeze)


def test_a_word_is_shown_and_far_lines_are_folded():
    old = "\n".join(f"line {number}" for number in range(40))
    found = compare(old, old.replace("line 20\n", "line twenty\n"))
    changed = [line for line in found.lines if any(part.kind != SAME for part in line.parts)]
    assert [(part.kind, part.text) for part in changed[0].parts] == [
        (SAME, "line "), (OUT, "20"), (IN, "twenty"),
    ]  # fmt: skip
    assert [line.skipped for line in found.lines if line.skipped] == [18, 17]
    assert (found.taken, found.added) == (1, 1)


def test_chinese_is_compared_sign_by_sign():
    parts = compare("枪支贩运", "枪支走私").lines[0].parts
    assert [(part.kind, part.text) for part in parts] == [
        (SAME, "枪支"), (OUT, "贩运"), (IN, "走私"),
    ]  # fmt: skip


def test_hostile_texts_take_no_time():
    for old, new in (
        ("a\n" * 30_000, "a\nb\n" * 15_000),
        ("a " * 30_000, "a b " * 15_000),
        ("\n" * 60_000, "\n" * 59_999),
        (" ".join(f"w{n}" for n in range(9_000)), " ".join(f"w{n}" for n in range(9_000, 0, -1))),
        ("\n".join(f"{n % 200}" for n in range(3_000)), "\n".join(f"{n % 199}" for n in range(3_000))),
    ):  # fmt: skip
        began = time.perf_counter()
        compare(old[:60_000], new[:60_000])
        assert time.perf_counter() - began < 5

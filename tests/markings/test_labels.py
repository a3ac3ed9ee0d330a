"""Traffic Light Protocol 2.0 as pure rules, and as it is printed."""

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.markings.labels import FRESH, Label, is_lower, label_of, strictest

LABELS = st.sampled_from(["", *Label])


def test_labels_are_written_as_the_standard_writes_them():
    assert [label.tlp for label in Label] == [
        "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED",
    ]  # fmt: skip
    assert all(label.tlp == label.tlp.upper() and " " not in label.tlp for label in Label)


def test_unlabelled_is_amber_and_nonsense_is_an_error():
    assert label_of("") == label_of(None) == Label.AMBER
    for wrong in ("WHITE", "amber", "TLP:RED", "RED "):
        with pytest.raises(ValueError, match=r"not a valid"):
            label_of(wrong)


@given(st.lists(LABELS))
def test_strictest_is_one_of_them_and_none_is_stricter(values):
    found = strictest(values)
    assert found in {label_of(value) for value in values} | ({Label.AMBER} if not values else set())
    assert not any(is_lower(found, value) for value in values)


@given(st.lists(LABELS, min_size=1), st.lists(LABELS, min_size=1))
def test_strictest_does_not_depend_on_order_or_grouping(left, right):
    assert strictest(left + right) == strictest([strictest(right), strictest(left)])


@given(LABELS, LABELS)
def test_lower_is_a_strict_order(one, other):
    assert not (is_lower(one, other) and is_lower(other, one))
    assert is_lower(one, other) or is_lower(other, one) or label_of(one) == label_of(other)


def test_fresh_check_is_asked_for_the_two_strictest():
    assert {Label.AMBER_STRICT, Label.RED} == FRESH


CHIP = Template("{% load markings %}{% tlp_chip label %}")
BANNER = Template("{% load markings %}{% tlp_banner label %}")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar", "zh-hans", "uk"])
@pytest.mark.parametrize("label", ["", *Label])
def test_chip_and_banner_never_translate_or_turn_the_label(label, language):
    with translation.override(language):
        for template in (CHIP, BANNER):
            found = template.render(Context({"label": label}))
            assert f'dir="ltr" translate="no">{label_of(label).tlp}</span>' in found


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("RED", "Only for the people it was given to"),
        ("AMBER+STRICT", "Only inside your own organisation"),
        ("AMBER", "Inside your organisation and with its clients"),
        ("GREEN", "Inside the community. Not for the public"),
        ("CLEAR", "May be passed on to anyone"),
        ("", "Not yet labelled. Treat it as TLP:AMBER: inside your organisation and with its"),
    ],
)
def test_banner_says_what_the_standard_says(label, words):
    with translation.override("en"):
        assert words in BANNER.render(Context({"label": label}))


def test_tags_take_the_thing_itself():
    class Thing:
        label = Label.RED

    assert "TLP:RED" in CHIP.render(Context({"label": Thing()}))
    with pytest.raises(ValueError, match="not a valid"):
        CHIP.render(Context({"label": "PINK"}))

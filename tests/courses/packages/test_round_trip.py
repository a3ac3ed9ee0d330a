"""What is written is what was read: the promise on which exchange of packs stands."""

import unicodedata

from hypothesis import HealthCheck, Phase, given, settings

from courses.packages.canonical import resolve
from courses.packages.reader import read_files
from courses.packages.writer import files
from tests.courses.packages.pack_strategies import FAMILY, packs

slow = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


@slow
@given(packs())
def test_round_trip_of_a_random_pack_changes_nothing(pack):
    canonical = resolve(pack)
    written = files(canonical)
    again, findings = read_files(written)
    assert findings == []
    assert _without_paths(again) == _without_paths(canonical)
    assert files(again) == written
    assert resolve(again) == again


@slow
@given(packs())
def test_format_of_an_uncanonical_pack_keeps_its_words_and_its_identities(pack):
    read, findings = read_files(files(pack))
    assert [finding for finding in findings if finding.blocking] == []
    assert files(resolve(read)) == files(resolve(pack))
    assert read.meta["family"] == FAMILY
    written = b"".join(files(resolve(pack)).values())
    assert b"@b1" not in written.replace(b"\\@b1", b"")
    assert unicodedata.is_normalized("NFC", written.decode("utf-8", "replace"))


def _without_paths(pack):
    for text in [*pack.texts.values(), *(t for m in pack.modules for t in _texts(m))]:
        text.path = ""
    for question in pack.questions.values():
        question.path = ""
    return pack


def _texts(module):
    yield from module.texts.values()
    for lesson in module.lessons:
        yield from lesson.texts.values()
        yield from lesson.alternatives

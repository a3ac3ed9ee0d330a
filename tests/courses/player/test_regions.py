"""The order of choice: for all pairs of languages and depths of region (learning.md 1)."""

from itertools import product

import pytest
from django.test import Client

from courses.catalogue.models import BlockAlternative, Course
from courses.catalogue.regions import Offer, chain, choose
from courses.catalogue.releases import publish_release
from portal.accounts.models import User
from portal.languages.table import CODES
from tests.courses import minipack
from tests.courses.player.conftest import canonical_files, import_mini
from tests.courses.player.steps import changed_note, complete, url

PATH = ["SN", "west-africa", "africa"]


@pytest.mark.parametrize(("language", "depth"), list(product(CODES, range(3))))
def test_the_nearest_region_in_the_readers_language_comes_first(language: str, depth: int) -> None:
    offers = [Offer(PATH[n], language, f"r{n}") for n in range(depth, 3)]
    offers += [Offer(None, code, f"plain-{code}") for code in CODES]
    for regional in ("no", "may", "must"):
        choice = choose(
            offers, language=language, nearest=["en"], region_path=PATH, regional=regional
        )
        assert choice.offer is not None
        assert choice.offer.ref == f"r{depth}"


@pytest.mark.parametrize(("language", "other"), list(product(CODES, CODES)))
def test_a_wrong_law_is_worse_than_a_foreign_word(language: str, other: str) -> None:
    offers = [Offer("west-africa", other, "law"), Offer(None, language, "plain")]
    must = choose(offers, language=language, nearest=[other], region_path=PATH, regional="must")
    may = choose(offers, language=language, nearest=[other], region_path=PATH, regional="may")
    assert must.offer is not None
    assert (must.offer.ref, must.foreign) == ("law", language != other)
    assert may.offer is not None
    assert may.offer.ref == ("law" if language == other else "plain")


@pytest.mark.parametrize("language", CODES)
def test_a_region_without_its_law_is_told_so(language: str) -> None:
    offers = [Offer(None, language, "plain")]
    choice = choose(offers, language=language, nearest=[], region_path=PATH, regional="must")
    assert choice.offer is None
    assert choice.missing_region
    without = choose(offers, language=language, nearest=[], region_path=[], regional="must")
    assert without.offer is not None


def test_a_loop_among_regions_ends() -> None:
    assert chain("a", {"a": "b", "b": "a"}) == ["a", "b"]


def alternative(region: str, words: str, **fields: object) -> None:
    kind = {"type": "text", "id": minipack.key("one-t1"), "value": {"text": f"<p>{words}</p>"}}
    BlockAlternative.objects.create(
        lesson=minipack.key("one"), block=minipack.key("one-t1"), region_id=region, language="fr",
        content=[kind], state="ready", **fields,
    )  # fmt: skip
    publish_release(family=minipack.FAMILY)


@pytest.mark.parametrize(
    ("region", "words"),
    [("SN", "Le texte du Sénégal."), ("ML", "Le texte de la région."), ("UA", "Un agent voit")],
)
def test_a_learner_reads_her_countrys_text_or_its_parents(
    mini: Course, learner: User, signed_in: Client, region: str, words: str
) -> None:
    alternative("west-africa", "Le texte de la région.")
    alternative("SN", "Le texte du Sénégal.")
    learner.region_id = region
    learner.save()
    assert words in signed_in.get(url("one", 1, "fr")).content.decode()


def test_a_regional_text_behind_its_source_says_so(
    mini: Course, learner: User, signed_in: Client
) -> None:
    alternative("SN", "Le texte du Sénégal.", basis="0123456789abcdef")
    learner.region_id = "SN"
    learner.save()
    assert changed_note() in signed_in.get(url("one", 1, "fr")).content.decode()


def test_progress_is_the_same_with_a_regional_text(
    mini: Course, learner: User, signed_in: Client
) -> None:
    alternative("SN", "Le texte du Sénégal.")
    learner.region_id = "SN"
    learner.save()
    complete(signed_in, "one", 1, "fr")
    assert signed_in.get(url("one", 2, "fr")).status_code == 200
    assert 'class="step-done"' in signed_in.get(url("one", 1, "fr")).content.decode()


def regional_files(words: str = "Le texte du Sénégal.") -> dict[str, bytes]:
    path = "modules/01-first/lessons/01-one/lesson.fr@SN.md"
    text = (
        f"---\npack: 1\nlesson: {minipack.key('one')}\n---\n"
        f"::: text {{id={minipack.key('one-t1')} mode=replace {minipack.SOURCE}}}\n{words}\n:::\n"
    )
    files = canonical_files() | {path: text.encode()}
    files["pack.yaml"] = files["pack.yaml"].replace(b"regions: []", b"regions:\n- SN")
    return files


def test_a_regional_text_of_a_pack_is_imported_once_and_kept_when_a_person_changes_it(
    mini: Course, learner: User, signed_in: Client
) -> None:
    assert import_mini(regional_files(), publish=True).counts["new"] == 1
    learner.region_id = "SN"
    learner.save()
    assert "Le texte du Sénégal." in signed_in.get(url("one", 1, "fr")).content.decode()
    again = import_mini(regional_files(), publish=True)
    assert set(again.counts) == {"unchanged"}
    row = BlockAlternative.objects.get()
    kind = dict(row.content.raw_data[0])
    row.content = [kind | {"value": dict(kind["value"]) | {"text": "<p>Mes mots.</p>"}}]
    row.save()
    kept = import_mini(regional_files("Un autre texte."), publish=True)
    assert kept.kept == [f"SN fr {minipack.key('one')}"]
    assert "Mes mots." in str(BlockAlternative.objects.get().content.raw_data[0])
    import_mini(regional_files("Un autre texte."), publish=True, overwrite=True)
    assert "Un autre texte." in str(BlockAlternative.objects.get().content.raw_data[0])

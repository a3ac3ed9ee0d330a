"""The judge of content: silent on a good pack, precise on a bad one."""

import pytest

from courses.catalogue import kinds
from courses.packages import blocks, schema, sources
from courses.packages.canonical import merged, resolve
from courses.packages.check import check
from courses.packages.glossary import Term, has_term, terms_in
from courses.packages.hashes import block_hash
from courses.packages.numbers import compare_numbers, numbers
from courses.packages.reader import read_files
from courses.packages.writer import files
from tests.courses.packages.test_reader import LESSON, LESSON_FR, LESSON_PATH, QUESTION, small

FR = LESSON_PATH.replace("en.md", "fr.md")
QUESTION_PATH = "questions/c9/C9-Q01.yaml"


def reasons(blocking=True, **changes):
    pack, findings = read_files(small(**changes))
    assert pack is not None, findings
    return [f.reason for f in check(pack) if f.blocking is blocking]


def lesson(old, new):
    assert old in LESSON
    return {LESSON_PATH: LESSON.replace(old, new)}


def french(old, new):
    assert old in LESSON_FR
    return {FR: LESSON_FR.replace(old, new)}


def question(old, new):
    assert old in QUESTION
    return {QUESTION_PATH: QUESTION.replace(old, new)}


def test_a_good_pack_has_nothing_that_blocks_before_and_after_format():
    pack, _ = read_files(small())
    assert [f for f in check(pack) if f.blocking] == []
    again, _ = read_files(files(resolve(pack)))
    assert [f for f in check(again) if f.blocking] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lesson('::: step {id=@s title="Begin" minutes=2} :::\n\n', ""), "is a step"),
        (lesson("C9-Q01", "C9-Q77"), "no question C9-Q77"),
        (lesson("[there](#@q)", "[there](#@nowhere)"), "there is no block #"),
        (lesson("see [", "see <b>[x](http://x.org)["), "not allowed"),
        (lesson("{id=@q ", "{id=@t "), "used twice"),
        (lesson("::: question", "::: image {id=@i figure=x alt=a} :::\n\n::: question"), "x.svg is not in"),
        (lesson("::: question", "::: image {id=@i} :::\n\n::: question"), "alt, or decorative"),
        (lesson(' sources="002 ¶11 secretariat 2014-05"}\nThree', "}\nIn 2014 three"), "without sources"),
        (lesson(' sources="002 ¶11 secretariat 2014-05"}\nThree', "}\nThe Secretariat says three"),
         "without sources"),
        (lesson("002 ¶11 secretariat", "001 ¶11 recommendation"), "holds no recommendation"),
        (lesson("minutes: 5", "minutes: 5\ncomplete: {score: 70}\nkind: test")
         | {"questions/c9/C9-Q01.yaml": QUESTION}, None),
        (french("::: step {id=@s title=\"Commencer\"} :::\n", ""), "is missing"),
        (french("id=@t", "id=@other"), "no block with this id"),
        (french("::: text {id=@t}", "::: callout {id=@t}"), "is a text in the source"),
        (french("Trois", "Тrois"), "two scripts"),
        (french("Trois", "Tro\u202eis"), "turns the direction"),
        (french("Trois", "Tro\u00adis"), "invisible"),
        (french("Trois **groupes** d’infractions, voir [là](#@q).",
                "Three **groups** of offences, see [there](#@q)."), "same as the source"),
        (french("[là](#@q)", "là"), "links to other blocks"),
        (question("fraction: 0", "fraction: 1"), "exactly one"),
        (question("id: true", "id: yes"), "'true' and 'false'"),
        (question("explained_by: '@l@t'", "explained_by: '@l@none'"), "explained_by"),
        (question("explained_by: '@l@t'\n", ""), "explained_by"),
        (question("module: '@m'", "module: '@x'"), "module must name"),
        (question("{en: No., fr: Non.}", "{en: No.}"), "why is missing in fr"),
        (question("{en: No., fr: Non.}", "{en: No., fr: Non  plus.}"), "two spaces"),
        (lesson("::: question {id=@q question=C9-Q01} :::", "").copy()
         | french("voir [là](#@q)", "rien"), "no lesson asks"),
    ],
)  # fmt: skip
def test_check_finds_a_fault_that_blocks(change, reason):
    found = reasons(**change)
    if reason is None:
        assert found == []
    else:
        assert any(reason in one for one in found), found


def test_check_advises_to_open_an_address_nobody_has_opened():
    resource = '::: resource {id=@r title="A" url="https://x.org"}\nX.\n:::\n\n::: question'
    pack, _ = read_files(small(**lesson("::: question", resource)))
    found = [f for f in check(pack) if "nobody has opened" in f.reason]
    assert [f.blocking for f in found] == [False]


def test_check_asks_for_no_source_in_an_invented_case():
    change = lesson(
        ' sources="002 ¶11 secretariat 2014-05"}\nThree', "}\n**Invented case.** In 2014 three"
    )
    assert not any("sources" in reason for reason in reasons(**change))


def test_check_says_that_a_translation_is_behind_when_the_source_has_changed():
    pack, _ = read_files(small())
    written = files(resolve(pack))
    del written["checksums.txt"]
    again, _ = read_files(written)
    assert not any("behind" in f.reason for f in check(again))
    written[LESSON_PATH] = written[LESSON_PATH].replace(b"Three", b"The three")
    changed, _ = read_files(written)
    found = [f for f in check(changed) if "behind" in f.reason]
    assert [(f.path, f.blocking) for f in found] == [(FR, False)]
    kept = files(resolve(changed))[FR]
    assert kept == written[FR]


def test_merged_takes_what_a_translation_leaves_out_from_the_source():
    pack, _ = read_files(small())
    texts = resolve(pack).modules[0].lessons[0].texts
    whole = merged(texts["en"].blocks[0], texts["fr"].blocks[0])
    assert whole.attributes == {"title": "Commencer", "minutes": "2"}
    assert merged(texts["en"].blocks[1], texts["fr"].blocks[1]).sources[0].document == "002"
    assert texts["fr"].blocks[1].basis == block_hash(texts["en"].blocks[1])


@pytest.mark.parametrize(
    ("source", "text", "language", "blocks"),
    [
        ("In 2014, 6,500 weapons", "En 2014, 6\u202f500 armes", "fr", []),
        ("In 2014, 6,500 weapons", "في عام ٢٠١٤، ٦٬٥٠٠ قطعة", "ar", []),
        ("On 10 to 12 May 2021", "2021年5月10日至12日", "zh-hans", []),
        ("article 1 and 122 States", "article premier et 122 États", "fr", []),
        ("article 3", "третья статья", "ru", []),
        ("about 90,000 weapons", "约9万件武器", "zh-hans", []),
        ("2 million rounds", "200多万发弹药", "zh-hans", []),
        ("target 16.4", "الغاية 16-4", "ar", []),
        ("twenty offices", "20 бюро", "ru", [False]),
        ("In 2014, 122 States", "En 2014, 112 États", "fr", [True]),
        ("In 2014", "En 2015", "fr", [True]),
        ("article 5", "el artículo", "es", [False]),
    ],
)
def test_compare_numbers_finds_what_is_lost_and_not_what_is_written_differently(
    source, text, language, blocks
):
    assert [blocking for _, blocking in compare_numbers(source, text, language)] == blocks


def test_numbers_of_all_scripts_and_groupings_have_one_form():
    assert numbers("6,500 6 500 6.500 6’500 ٦٬٥٠٠") == {"6500"}
    assert numbers("5.3 5,3 ٥٫٣") == {"5.3"}


@pytest.mark.parametrize(
    ("text", "term", "language", "found"),
    [
        ("des armes à feu illicites", "arme à feu", "fr", True),
        ("незаконного оборота оружия", "незаконный оборот", "ru", True),
        ("الأسلحة النارية", "سلاح ناري", "ar", True),
        ("вогнепальною зброєю", "вогнепальна зброя", "uk", True),
        ("《枪支议定书》规定", "《枪支议定书》", "zh-hans", True),
        ("枪械", "枪支", "zh-hans", False),
        ("les fusils", "arme à feu", "fr", False),
        ("أسلحة صغيرة", "سلاح ناري", "ar", False),
    ],
)
def test_has_term_knows_the_endings_of_words(text, term, language, found):
    assert has_term(text, term, language) is found


def test_terms_in_counts_a_word_for_its_longest_term_only():
    terms = [Term("Firearms Protocol", {}), Term("firearm", {})]
    assert [t.english for t in terms_in("the Firearms Protocol", terms)] == ["Firearms Protocol"]
    assert [t.english for t in terms_in("the Firearms Protocol and firearms", terms)] == [
        "Firearms Protocol", "firearm",
    ]  # fmt: skip


def test_check_compares_with_the_glossary_of_the_pack(tmp_path):
    glossary = tmp_path / "terms.csv"
    glossary.write_text("en,fr\noffence,infraction\ngroup,bande\n", "utf-8")
    pack, _ = read_files(small())
    found = [f.reason for f in check(pack, glossary) if "glossary" in f.reason]
    assert len(found) == 1
    assert "“group” is “bande”" in found[0]


def test_check_refuses_localizacion_where_nothing_is_traced():
    spanish = LESSON_FR.replace("d’infractions", "de localización")
    pack, _ = read_files(small(**{
        "pack.yaml": small()["pack.yaml"].decode().replace("fr]", "fr, es]"),
        LESSON_PATH.replace("en.md", "es.md"): spanish,
    }))  # fmt: skip
    assert any("tracing only" in f.reason and f.blocking for f in check(pack))


def test_lists_of_the_format_are_those_of_the_catalogue():
    def keys(choices):
        return tuple(key for key, _ in choices)

    assert keys(kinds.LEVELS) == schema.LEVELS
    assert keys(kinds.DELIVERIES) == schema.DELIVERIES
    assert keys(kinds.ACCESS) == schema.ACCESS
    assert keys(kinds.LABELS) == schema.LABELS
    assert keys(kinds.TOPICS) == schema.TOPICS
    assert keys(kinds.LESSON_KINDS) == schema.LESSON_KINDS
    assert keys(kinds.AUDIENCES) == blocks.AUDIENCES
    assert keys(kinds.WEIGHTS) == sources.WEIGHTS
    assert tuple(kinds.DOCUMENTS) == sources.DOCUMENTS


def test_kinds_of_block_are_those_of_the_catalogue():
    from courses.catalogue.blocks import LESSON_BLOCKS

    assert {name for name, _ in LESSON_BLOCKS} == set(blocks.KINDS)


def test_words_in_a_figure_and_its_description_do_not_make_a_lesson_longer():
    words = "word " * 500
    figure = (
        f'::: image {{id=@i figure=x alt="{words[:300]}"}}\n:: label {{key=a}}\n{words}\n'
        f":: description\n{words}\n:::\n\n::: question"
    )
    counted = [
        next(r for r in reasons(blocking=False, **change) if "words; a lesson has" in r)
        for change in ({}, lesson("::: question", figure))
    ]
    assert counted[0] == counted[1]

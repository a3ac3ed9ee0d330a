"""The check of the translations finds what it is for."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.checks.extraction import sources, texts
from tests.checks.translations import check, load, write


@pytest.fixture
def code(tmp_path: Path) -> Path:
    templates = tmp_path / "portal" / "templates"
    templates.mkdir(parents=True)
    (tmp_path / "static" / "src").mkdir(parents=True)
    (tmp_path / "portal" / "views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        '_("Save")\npgettext("verb", "Open")\nngettext("%(n)s step", "%(n)s steps", 2)\n'
    )
    (templates / "page.html").write_text(
        '{% load i18n %}\n    <p title=\'it"s\'>{% translate "Back" %}</p>\n'
        "{% blocktranslate trimmed with name=x %}\n  Hello\n  <b>{{ name }}</b>\n"
        "{% endblocktranslate %}{# translate this: no #}"
    )
    (tmp_path / "static" / "src" / "a.ts").write_text(
        'export const f = (n: number): string => gettext("Saved");'
        ' ngettext("%s file", "%s files", n)\n'
    )
    (tmp_path / "static" / "src" / "a.test.ts").write_text('gettext("Not shown")')
    return tmp_path


def ids(catalogue: Catalog) -> set[str]:
    return {row.id if isinstance(row.id, str) else row.id[0] for row in catalogue if row.id}


def test_texts_of_python_and_templates_are_found(code: Path) -> None:
    found = texts("django", code)
    assert ids(found) == {"Save", "Open", "%(n)s step", "Back", "Hello <b>%(name)s</b>"}
    assert found.get("Open", context="verb") is not None


def test_texts_of_typescript_are_found_but_not_those_of_its_tests(code: Path) -> None:
    assert ids(texts("djangojs", code)) == {"Saved", "%s file"}


def filled(code: Path, tmp_path: Path, **changes: object) -> list[str]:
    """Translate everything into Russian, spoil what ``changes`` says, and check."""
    template = texts("django", code)
    catalogue = load("ru", "django", tmp_path / "none")
    good: dict[str, object] = {
        "Save": "Сохранить",
        "Open": "Открыть",
        "%(n)s step": ("%(n)s шаг", "%(n)s шага", "%(n)s шагов"),
        "Back": "Назад",
        "Hello <b>%(name)s</b>": "Здравствуйте, <b>%(name)s</b>",
    }
    fuzzy = changes.pop("fuzzy", None)
    good |= {key.replace("_", " "): value for key, value in changes.items()}
    for row in template:
        key = row.id if isinstance(row.id, str) else row.id[0] if row.id else ""
        if key and good[key] is not None:
            flags = ["fuzzy"] if key == fuzzy else []
            catalogue.add(row.id, good[key], context=row.context, flags=flags)
    return check(template, catalogue)


def test_complete_catalogue_has_no_fault(code: Path, tmp_path: Path) -> None:
    assert filled(code, tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Save": None}, "missing from the catalogue: “Save”"),
        ({"Save": ""}, "not translated: “Save”"),
        ({"Save": "  "}, "not translated: “Save”"),
        ({"fuzzy": "Back"}, "fuzzy: “Back”"),
        ({"%(n)s step": ("%(n)s шаг", "%(n)s шага")}, "needs 3 plural forms, has 2"),
        ({"%(n)s step": ("%(n)s", "%(n)s", "")}, "not translated"),
        ({"%(n)s step": ("%(n)s", "%(n)s", "шагов")}, "placeholder %(n)s is missing"),
        ({"%(n)s step": ("%(m)s", "%(n)s", "%(n)s")}, "unknown placeholder %(m)s"),
        ({"Hello <b>%(name)s</b>": "<b>%(nom)s</b>"}, "unknown placeholder %(nom)s"),
        ({"Hello <b>%(name)s</b>": "Привет, %(name)s"}, "other tags"),
    ],
)
def test_faulty_translation_is_named(
    code: Path, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    found = filled(code, tmp_path, **changes)
    assert len(found) == 1
    assert said in found[0]


def test_form_for_one_may_leave_out_the_number(code: Path, tmp_path: Path) -> None:
    assert filled(code, tmp_path, **{"%(n)s step": ("один шаг", "%(n)s шага", "%(n)s шагов")}) == []


def test_writing_keeps_what_is_translated_and_fills_english(code: Path, tmp_path: Path) -> None:
    root = tmp_path / "locales"
    template = texts("django", code)
    write(template, "en", "django", root)
    path = write(template, "zh-hans", "django", root)
    assert path == root / "zh_Hans" / "LC_MESSAGES" / "django.po"
    assert check(template, load("en", "django", root)) == []
    before = path.read_text()
    path.write_text(before.replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "保存"'))
    write(texts("django", code), "zh-hans", "django", root)
    kept = load("zh-hans", "django", root)
    assert kept.get("Save").string == "保存"
    assert kept.get("%(n)s step").string in ("", ("",)), "Chinese has one form"
    write(template, "ar", "django", root)
    assert len(load("ar", "django", root).get("%(n)s step").string) == 6
    assert "POT-Creation-Date: 2026-01-01" in path.read_text()


def test_no_text_hides_behind_another_name_of_gettext() -> None:
    """What is called by a name the extraction does not know is in no catalogue."""
    for path in sources("django"):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                names = {row.asname for row in node.names if "gettext" in row.name}
                assert names <= {None, "_"}, path

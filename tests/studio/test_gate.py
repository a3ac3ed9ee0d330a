"""Every address of the studio × every kind of person: foreign, own, unknown (security.md 5)."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from portal.roles.studio_gate import CLOSED, DOORS, RULES, rule_for
from portal.roles.studio_rules import nobody
from tests.studio.conftest import ACTORS, Studio

pytestmark = pytest.mark.first_database
UNNAMED = {"studio/login/", "studio/password_reset/", "studio/test404/", "studio/^.*/$"}
REFUSED = {403, 404, 405}


def walk(resolver: URLResolver, path: str = "", spaces: tuple[str, ...] = ()):
    for pattern in resolver.url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern, here, inner)
        elif isinstance(pattern, URLPattern) and here.startswith("studio/"):
            yield here, ":".join((*spaces, pattern.name or "")), pattern


def addresses():
    return [row for row in walk(get_resolver()) if row[0] not in UNNAMED]


def test_every_address_of_the_studio_is_listed():
    unlisted = {name for _path, name, _p in addresses() if rule_for(name) is None} - DOORS
    assert unlisted == set()


def test_no_address_is_listed_that_does_not_exist():
    known = {name for _path, name, _pattern in addresses()}
    assert (set(RULES) | CLOSED) - known == set()


def test_an_address_nobody_listed_is_closed():
    assert rule_for("wagtailadmin_pages:something_new") is None
    assert rule_for("wagtailsnippets_courses_question:something_new") is None


PAGE_NAMES = ("page_id", "page_to_move_id", "parent_page_id")


def page_addresses():
    """Names of addresses that take a page, by how they take it."""
    found = []
    for _path, name, pattern in addresses():
        keys = set(pattern.pattern.converters) | set(
            (getattr(pattern.pattern, "regex", None) and pattern.pattern.regex.groupindex) or ()
        )
        takes = [key for key in PAGE_NAMES if key in keys]
        if takes or name.endswith(("revisions_compare", "api:pages:detail")):
            found.append((name, keys, takes[0] if takes else "pk"))
    return found


def filled(name: str, keys: set[str], key: str, page, own) -> str:
    """The address for a page; what else it takes belongs to that page too."""
    revision = page.latest_revision_id or 0
    values = {
        "revision_id": revision, "revision_id_a": revision, "revision_id_b": revision,
        "destination_id": own.pk, "content_type_app_name": "courses",
        "content_type_model_name": "lessonpage", "action_name": "approve", "task_state_id": 1,
        "task_id": 1, "workflow_state_id": 1, "app_label": "courses", "model_name": "lessonpage",
    }  # fmt: skip
    return reverse(name, kwargs={k: page.pk if k == key else values[k] for k in keys})


FOREIGN = [
    ("none", "alpha-lesson", "fr"),
    ("none", "help", "en"),
    ("trainer_a", "beta-lesson", "en"),
    ("trainer_a", "beta", "fr"),
    ("trainer_a", "help", "fr"),
    ("trainer_b", "alpha-lesson", "en"),
    ("trainer_b", "alpha-module", "fr"),
    ("reviewer_fr", "alpha-lesson", "en"),
    ("reviewer_fr", "help", "es"),
    ("translator_fr", "alpha-lesson", "es"),
    ("translator_fr", "help", "en"),
    ("translator_es", "beta-lesson", "fr"),
    ("translator_es", "help", "fr"),
]


@pytest.mark.parametrize(("actor", "slug", "language"), FOREIGN)
def test_no_address_opens_a_foreign_page(studio: Studio, actor, slug, language):
    """GET and POST of every address that names a page: refused, and the title is not said."""
    client, page = studio.clients[actor], studio.page(slug, language)
    own = studio.page("alpha-module", "en")
    asked = 0
    for name, keys, key in page_addresses():
        url = filled(name, keys, key, page, own)
        for ask in (client.get, client.post):
            response = ask(url)
            asked += 1
            assert response.status_code in REFUSED, (name, response.status_code)
            assert page.title not in response.content.decode(errors="replace"), name
    assert asked > 60
    page.refresh_from_db()
    assert page.live


@pytest.mark.parametrize(("actor", "slug", "language"), FOREIGN[2:])
def test_foreign_and_unknown_are_answered_alike(studio: Studio, actor, slug, language):
    client, page = studio.clients[actor], studio.page(slug, language)
    for name in ("edit", "history", "view_draft", "usage", "copy", "delete"):
        foreign = client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        unknown = client.get(reverse(f"wagtailadmin_pages:{name}", args=[999_999]))
        assert foreign.status_code == unknown.status_code == 404
        assert len(foreign.content) == len(unknown.content)


OWN = [
    ("trainer_a", "alpha-lesson", "en"),
    ("trainer_a", "alpha-module", "es"),
    ("trainer_b", "beta", "fr"),
    ("reviewer_fr", "alpha-lesson", "fr"),
    ("reviewer_fr", "help", "fr"),
    ("translator_fr", "help", "fr"),
    ("translator_es", "beta-lesson", "es"),
    ("admin", "help", "en"),
    ("admin", "alpha", "es"),
]


@pytest.mark.parametrize(("actor", "slug", "language"), OWN)
@pytest.mark.parametrize("name", ["edit", "history", "view_draft", "usage", "workflow_history"])
def test_own_page_opens(studio: Studio, actor, slug, language, name):
    page = studio.page(slug, language)
    url = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
    assert studio.clients[actor].get(url).status_code == 200


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor != "none"])
def test_frame_opens_for_every_role(studio: Studio, actor):
    client = studio.clients[actor]
    for url in (
        "/studio/",
        "/studio/pages/",
        "/studio/sprite/",
        "/studio/account/",
        "/studio/images/",
    ):
        assert client.get(url, follow=True).status_code == 200, url
    html = client.get("/studio/").content.decode()
    for closed in (
        "/studio/users/",
        "/studio/groups/",
        "/studio/workflows/",
        "/studio/collections/",
    ):
        assert f'"{closed}' not in html


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_reaches_what_is_closed(studio: Studio, actor):
    """Accounts, groups, workflows, sites, the API's deeds: closed for administrators as well."""
    client = studio.clients[actor]
    numbers = {"int": 1, "str": "1", "slug": "page", "uuid": "0" * 32}
    asked = 0
    for _path, name, pattern in addresses():
        if rule_for(name) is not nobody:
            continue
        kwargs = {k: numbers.get(type(c).__name__.removesuffix("Converter").lower().replace("string", "str"), "1") for k, c in getattr(pattern.pattern, "converters", {}).items()}  # fmt: skip
        try:
            url = reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
        for ask in (client.get, client.post):
            assert ask(url).status_code == 404, url
            asked += 1
    assert asked > 60


@pytest.mark.parametrize("actor", ["trainer_a", "reviewer_fr", "translator_es"])
def test_lists_and_reports_say_nothing_of_foreign_pages(studio: Studio, actor):
    client = studio.clients[actor]
    foreign = {"trainer_a": "beta", "reviewer_fr": "alpha en", "translator_es": "lesson fr"}[actor]
    asked = [
        "/studio/", "/studio/pages/search/?q=SECRET", "/studio/pages/search/results/?q=SECRET",
        "/studio/choose-page/search/?q=SECRET", "/studio/choose-page/?page_type=courses.lessonpage",
        "/studio/choose-page/", "/studio/api/main/pages/?limit=20", "/studio/localize/reports/translations/",
        "/studio/reports/site-history/", "/studio/reports/aging-pages/", "/studio/reports/locked/",
        "/studio/reports/workflow/", "/studio/reports/workflow_tasks/", "/studio/reports/page-types-usage/",
        "/studio/pages/usage/courses/lessonpage/", "/studio/snippets/courses/question/",
        "/studio/snippets/courses/question/results/?q=SECRET", "/studio/snippets/choose/courses/question/",
        "/studio/localize/api/snippets/courses/question/", "/studio/pages/create/courses/lessonpage",
    ]  # fmt: skip
    opened = 0
    for url in asked:
        response = client.get(url, follow=True)
        opened += response.status_code == 200
        words = response.content.decode()
        assert f"SECRET {foreign}" not in words, url
        assert not ("lesson" not in foreign and f"question {foreign}" in words), url
    assert opened >= 6


@pytest.mark.parametrize("actor", ["trainer_a", "reviewer_fr"])
def test_chooser_opens_no_foreign_branch(studio: Studio, actor):
    client, page = studio.clients[actor], studio.page("beta", "en")
    assert client.get(f"/studio/choose-page/{page.pk}/").status_code == 404
    url = f"/studio/choose-page/chosen-multiple/?id={page.pk}"
    assert client.get(url).status_code == 404
    assert client.get("/studio/choose-page/chosen-multiple/?id=1%20or%201").status_code == 404


def test_numbers_on_the_first_page_count_nothing_foreign(studio: Studio):
    assert "Pages</a>" not in " ".join(
        studio.clients["trainer_a"].get("/studio/").content.decode().split()
    )
    summary = studio.clients["admin"].get("/studio/").content.decode()
    assert "/studio/pages/" in summary


def test_reports_open_for_administrators(studio: Studio):
    for name in ("site_history", "workflow", "aging_pages", "locked_pages", "page_types_usage"):
        url = reverse(f"wagtailadmin_reports:{name}")
        assert studio.clients["admin"].get(url).status_code == 200


def test_learner_without_factor_is_led_away(studio: Studio):
    from tests import people

    client = people.signed_in(studio.people["trainer_a"], verified=False)
    page = studio.page("alpha-lesson", "en")
    assert client.get(f"/studio/pages/{page.pk}/edit/").status_code in {302, 404}
    assert "SECRET" not in client.get(f"/studio/pages/{page.pk}/edit/").content.decode()

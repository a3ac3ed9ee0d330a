"""Questions and regional alternatives open by course and language."""

import pytest
from django.urls import reverse
from wagtail.permissions import policy_registry

from courses.models import BlockAlternative, Question
from portal.roles.studio import sync_studio_rights
from tests import people
from tests.studio.conftest import A, B, Studio


@pytest.mark.parametrize(
    ("actor", "name", "language", "opens"),
    [
        ("trainer_a", "alpha", "en", True),
        ("trainer_a", "alpha", "fr", True),
        ("trainer_a", "beta", "en", False),
        ("trainer_b", "alpha", "fr", False),
        ("translator_fr", "beta", "fr", True),
        ("translator_fr", "beta", "es", False),
        ("translator_es", "alpha", "en", False),
        ("reviewer_fr", "alpha", "fr", False),
        ("none", "alpha", "fr", False),
        ("admin", "beta", "es", True),
    ],
)
def test_rows_open_by_course_and_language(studio: Studio, actor, name, language, opens):
    client = studio.clients[actor]
    for kind, row in (
        ("question", studio.question(name, language)),
        ("blockalternative", studio.alternative(name, language)),
    ):
        for view in ("edit", "usage", "history"):
            url = reverse(f"wagtailsnippets_courses_{kind}:{view}", args=[row.pk])
            assert (client.get(url).status_code == 200) is opens, url
    listed = client.get("/studio/snippets/courses/question/").content.decode()
    assert (f"question {name} {language}" in listed) is opens


def test_deleting_and_copying_a_question_is_for_administrators(studio: Studio):
    row = studio.question("alpha", "en")
    for view in ("delete", "copy"):
        url = reverse(f"wagtailsnippets_courses_question:{view}", args=[row.pk])
        assert studio.clients["trainer_a"].get(url).status_code == 404
        assert studio.clients["admin"].get(url).status_code == 200
    assert (
        studio.clients["trainer_a"].get("/studio/snippets/courses/question/add/").status_code == 404
    )


def test_alternative_is_not_moved_to_a_foreign_lesson_or_language(studio: Studio):
    client, row = studio.clients["trainer_a"], studio.alternative("alpha", "en")
    url = reverse("wagtailsnippets_courses_blockalternative:edit", args=[row.pk])
    foreign = studio.alternative("beta", "en")
    data = {"lesson": str(foreign.lesson), "block": str(row.block), "language": "en"}
    assert client.post(url, data).status_code == 404
    assert client.post(url, data | {"lesson": "x"}).status_code == 404
    add = reverse("wagtailsnippets_courses_blockalternative:add")
    assert client.post(add, data).status_code == 404
    row.refresh_from_db()
    assert str(row.lesson) != data["lesson"]


def test_form_of_an_alternative_lists_no_accounts(studio: Studio):
    row = studio.alternative("alpha", "en")
    url = reverse("wagtailsnippets_courses_blockalternative:edit", args=[row.pk])
    html = studio.clients["trainer_a"].get(url).content.decode()
    assert "Trainer B" not in html
    assert "Translator fr" not in html


@pytest.mark.parametrize("kind", [Question, BlockAlternative])
@pytest.mark.parametrize("action", ["add", "change", "delete", "view"])
def test_predicate_and_list_of_rows_agree(studio: Studio, kind, action):
    """Every person, every scope in use, every row: allowed on the row ⇔ in the list."""
    people.with_role(studio.people["none"], "trainer", language="es")
    people.with_role(studio.people["none"], "translator", course=B, language="fr")
    people.with_role(studio.people["reviewer_fr"], "translator", course=A)
    policy = policy_registry.get_by_type(kind)
    for person in studio.people.values():
        listed = set(
            policy.instances_user_has_permission_for(person, action).values_list("pk", flat=True)
        )
        for row in kind.objects.all():
            allowed = policy.user_has_permission_for_instance(person, action, row)
            assert allowed == (row.pk in listed), (person, row)


def test_row_without_a_course_is_nobodys_but_administrators(studio: Studio):
    row = studio.question("alpha", "en")
    Question.objects.filter(pk=row.pk).update(module=None)
    url = reverse("wagtailsnippets_courses_question:edit", args=[row.pk])
    assert studio.clients["trainer_a"].get(url).status_code == 404
    assert studio.clients["admin"].get(url).status_code == 200


def test_new_question_of_another_language_is_not_made(studio: Studio):
    person = people.staff("trainer", language="fr")
    sync_studio_rights(person)
    client = people.signed_in(person)
    add = reverse("wagtailsnippets_courses_question:add")
    assert client.get(f"{add}?locale=fr").status_code == 200
    for query in ("", "?locale=es", "?locale=xx"):
        assert client.get(add + query).status_code == 404
        assert client.post(add + query, {"code": "X"}).status_code == 404

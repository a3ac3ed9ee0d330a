"""The studio: a trainer sees a draft as a learner would, and Wagtail's addresses lead to ours."""

import pytest
from django.test import Client

from courses.catalogue.models import Course
from courses.catalogue.pages import CoursePage, LessonPage, ModulePage
from courses.models import Question
from portal.accounts.models import User
from portal.roles.studio import sync_studio_rights
from tests import people
from tests.courses import minipack


@pytest.fixture
def trainer(mini: Course) -> Client:
    person = people.staff("trainer", course=mini.family)
    sync_studio_rights(person)
    return people.signed_in(person)


@pytest.fixture
def root(mini: Course) -> Client:
    return people.signed_in(User.objects.create_superuser("root@example.org", "a-long-password-1"))


def page(model: type) -> object:
    return model.objects.filter(locale__language_code="en").first()


@pytest.mark.parametrize("model", [CoursePage, ModulePage, LessonPage])
def test_a_draft_is_previewed_in_our_frame(trainer: Client, model: type) -> None:
    found = page(model)
    response = trainer.get(f"/studio/pages/{found.pk}/view_draft/")
    assert response.status_code == 200
    words = response.content.decode()
    assert found.title in words
    assert "KEYWHY" not in words


@pytest.mark.parametrize("model", [CoursePage, ModulePage, LessonPage])
def test_every_page_can_be_edited(root: Client, model: type) -> None:
    assert root.get(f"/studio/pages/{page(model).pk}/edit/").status_code == 200


def test_a_question_can_be_edited(root: Client) -> None:
    question = Question.objects.filter(code="M-Q05").first()
    assert root.get(f"/studio/snippets/courses/question/edit/{question.pk}/").status_code == 200
    assert root.get("/studio/snippets/courses/question/").status_code == 200


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/en/courses/mini/first/", "/en/courses/mini/#first"),
        ("/en/courses/mini/first/one/", "/en/courses/mini/one/"),
    ],
)
def test_wagtails_own_address_leads_to_the_player(
    mini: Course, visitor: Client, path: str, target: str
) -> None:
    response = visitor.get(path)
    assert (response.status_code, response.headers.get("Location")) == (302, target)


def test_a_learner_has_no_studio(signed_in: Client) -> None:
    assert signed_in.get("/studio/").status_code in {302, 403, 404}
    lesson = page(LessonPage)
    assert signed_in.get(f"/studio/pages/{lesson.pk}/view_draft/").status_code != 200


def test_a_doubled_block_identity_is_refused(mini: Course) -> None:
    lesson = page(LessonPage)
    raw = [dict(block) for block in lesson.body.raw_data]
    raw[1]["id"] = raw[0]["id"]
    lesson.body = raw
    with pytest.raises(Exception, match="identity"):
        lesson.full_clean()


def test_the_course_is_found_by_search(mini: Course, visitor: Client) -> None:
    page = visitor.get("/en/search/?q=mini").content.decode()
    assert 'href="/en/courses/mini/"' in page or "/en/courses/mini/" in page
    assert minipack.key("one") not in page


def test_a_lesson_cannot_take_an_address_of_the_player(mini: Course) -> None:
    from courses.catalogue.pages import RESERVED
    from courses.player.urls import urlpatterns

    fixed = {
        str(p.pattern).split("/")[1]
        for p in urlpatterns
        if str(p.pattern).count("/") > 1 or "media" in str(p.pattern)
    }
    assert {name for name in fixed if not name.startswith("<")} == RESERVED
    lesson = page(LessonPage)
    lesson.slug = "result"
    with pytest.raises(Exception, match="Choose another"):
        lesson.full_clean()

"""The pages of a learner: what they show, what they cost, what they never give away."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.catalogue.models import Course
from courses.models import Attempt, Enrolment, LearningEvent, Response
from tests.courses import minipack
from tests.courses.player.steps import STEPS, answer, complete, do_everything, url

PAGES = [
    "/en/courses/", "/en/courses/mini/", "/en/courses/mini/result/", "/en/courses/mini/why/",
    *[url(*step) for step in STEPS],
]  # fmt: skip


def rows() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (Enrolment, LearningEvent, Attempt, Response, Course)
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_shown_to_a_visitor_and_changes_nothing(visitor: Client, page: str) -> None:
    before = rows()
    response = visitor.get(page)
    assert response.status_code == 200
    assert rows() == before
    assert "learning" not in response.cookies


@pytest.mark.parametrize("page", PAGES)
def test_reading_changes_nothing_for_somebody_signed_in(signed_in: Client, page: str) -> None:
    do_everything(signed_in)
    before = rows()
    assert signed_in.get(page).status_code == 200
    assert rows() == before


@pytest.mark.parametrize(("lesson", "step"), STEPS)
def test_the_key_never_reaches_the_page_before_an_answer(
    visitor: Client, lesson: str, step: int
) -> None:
    page = visitor.get(url(lesson, step)).content.decode()
    assert "KEYWHY" not in page
    assert "fraction" not in page
    assert not re.search(r'data-mark="', page)


def test_after_a_wrong_first_try_only_the_chosen_option_is_explained(signed_in: Client) -> None:
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    page = signed_in.get(url("one", 2)).content.decode()
    assert "KEYWHY a EN" in page
    assert "KEYWHY b EN" not in page
    assert "KEYWHY c EN" not in page
    assert 'data-mark="missed"' not in page


def test_after_the_last_try_every_option_is_explained(signed_in: Client) -> None:
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    answer(signed_in, "M-Q01", {"answer": ["c"]})
    page = signed_in.get(url("one", 2)).content.decode()
    for option in "abc":
        assert f"KEYWHY {option} EN" in page


def test_one_page_has_one_step_and_links_to_its_neighbours(signed_in: Client) -> None:
    page = signed_in.get(url("one", 2)).content.decode()
    assert f'rel="prev" data-shortcut="previous" href="{url("one", 1)}"' in page
    assert f'href="{url("two", 1)}"' in page
    assert page.index('rel="prev"') < page.index("step-complete") < page.index('rel="next"')


@pytest.mark.parametrize(
    ("page", "count"),
    [
        (url("one", 1), 3),
        (url("one", 2), 5),
        ("/en/courses/mini/", 4),
        ("/en/learning/", 3),
        ("/en/courses/", 3),
        ("/en/courses/mini/result/", 3),
        ("/en/courses/mini/why/", 4),
    ],
)
def test_queries_of_a_page_for_somebody_signed_in(signed_in: Client, page: str, count: int) -> None:
    do_everything(signed_in)
    signed_in.get(page)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        signed_in.get(page)
    assert len(queries) <= count, [q["sql"][:120] for q in queries]


@pytest.mark.parametrize(
    ("page", "count"), [(url("one", 1), 1), (url("one", 2), 1), ("/en/courses/", 1)]
)
def test_queries_of_a_page_for_a_visitor(visitor: Client, page: str, count: int) -> None:
    visitor.get(page)
    with CaptureQueriesContext(connection) as queries:
        visitor.get(page)
    assert len(queries) == count


def test_a_visitor_who_has_the_page_gets_304(visitor: Client) -> None:
    visitor.get(url("one", 1))
    tag = visitor.get(url("one", 1)).headers["ETag"]
    again = visitor.get(url("one", 1), headers={"if-none-match": tag})
    assert again.status_code == 304
    other = visitor.get(url("one", 2), headers={"if-none-match": tag})
    assert other.status_code == 200


def test_what_somebody_signed_in_sees_is_not_kept(signed_in: Client) -> None:
    response = signed_in.get(url("one", 1))
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "ETag" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "/en/courses/unknown/", "/en/courses/mini/unknown/", "/en/courses/mini/one/9/",
        "/en/courses/mini/one/0/", "/en/courses/mini/one/99999999999999999999/",
        "/en/courses/mini/answer/0b7c1f3e-1111-4c6a-9a3e-000000000001/",
        "/en/courses/%00/", "/en/courses/mini/%F0%28%8C%28/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(signed_in: Client, path: str) -> None:
    assert signed_in.get(path).status_code in {404, 405, 400}


def test_a_lesson_without_translation_is_announced_in_the_nearest_language(visitor: Client) -> None:
    page = visitor.get(url("three", 1, "fr")).content.decode()
    assert '<html lang="fr"' in page
    assert 'lang="en" dir="ltr"' in page
    assert "language-notice" in page
    assert "Pairs" in page


def test_a_course_in_no_near_language_still_opens(visitor: Client) -> None:
    page = visitor.get("/ar/courses/mini/").content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "Mini course" in page
    assert 'lang="en" dir="ltr"' in page


def test_my_learning_leads_to_the_exact_step(signed_in: Client) -> None:
    complete(signed_in, "one", 1)
    page = signed_in.get("/en/learning/").content.decode()
    assert f'href="{url("one", 2)}"' in page
    assert signed_in.get("/en/courses/mini/one/").headers["Location"].startswith(url("one", 2))


def test_my_learning_is_empty_and_helpful_at_first(signed_in: Client) -> None:
    page = signed_in.get("/en/learning/").content.decode()
    assert "You have not begun a course yet." in page
    assert 'href="/en/courses/"' in page


def test_my_learning_asks_a_visitor_to_sign_in(visitor: Client) -> None:
    assert "/account/sign-in/" in visitor.get("/en/learning/").headers["Location"]


def test_the_result_names_what_to_revisit_and_where_it_is_explained(signed_in: Client) -> None:
    answer(signed_in, "M-Q01", minipack.WRONG["M-Q01"])
    answer(signed_in, "M-Q02")
    page = signed_in.get("/en/courses/mini/result/").content.decode()
    assert f'href="{url("one", 1)}#b-{minipack.key("one-t1")}"' in page
    question = 'task-link" href="' + url("one", 2) + "#b-"
    assert question + minipack.BLOCK["M-Q01"] in page
    assert question + minipack.BLOCK["M-Q02"] not in page

"""The catalogue: filters with counts, everything in the address, the same cost at any size."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.catalogue.models import Course, CourseRelease, ReleaseText
from portal.shared.clock import now


def make_courses(count: int, **settings: object) -> None:
    """Add courses straight into the release tables."""
    for number in range(count):
        family = uuid.uuid4()
        base = {
            "code": f"X{number:03}", "level": "advanced", "delivery": "self-paced", "minutes": 60,
            "pillars": [], "topics": ["data"], "access": "public", "label": "TLP:CLEAR", "opens": [],
            "needs": [], "pass_mark": 70, "edition": "", "review_due": "", "licence": "",
        }  # fmt: skip
        release = CourseRelease.objects.create(
            family=family, number=1, slug=f"x-{number:03}", code=f"X{number:03}", source="en",
            digest="d", created_at=now(),
            manifest={"course": base | {"id": str(family)} | settings, "modules": []},
        )  # fmt: skip
        ReleaseText.objects.create(
            release=release, language="en", digest="d", created_at=now(),
            content={
                "course": {"title": f"Course {number:03}", "summary": "S", "audience": "", "outcomes": [],
                           "description": ""},
                "modules": {}, "lessons": {}, "blocks": {}, "alternatives": [],
            },
        )  # fmt: skip
        Course.objects.create(
            family=family, slug=f"x-{number:03}", code=f"X{number:03}", release=release, mark=1
        )


def test_filters_show_counts_before_choosing(mini: Course, visitor: Client) -> None:
    make_courses(3)
    page = visitor.get("/en/courses/").content.decode()
    assert "4 courses" in page
    assert 'value="advanced"' in page
    chosen = visitor.get("/en/courses/?level=advanced").content.decode()
    assert "3 courses" in chosen
    assert "Mini course" not in chosen


def test_a_filter_can_be_removed_and_the_address_holds_everything(
    mini: Course, visitor: Client
) -> None:
    make_courses(1)
    page = visitor.get("/en/courses/?level=advanced&topic=data").content.decode()
    assert 'href="?topic=data"' in page
    assert 'href="?level=advanced"' in page


def test_nothing_fits_and_the_page_says_what_to_do(mini: Course, visitor: Client) -> None:
    make_courses(1)
    page = visitor.get("/en/courses/?level=advanced&topic=law").content.decode()
    assert "No course fits all of this." in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=999", "level=%00", "level=nope", "topic=" + "a" * 9000]
)
def test_odd_filters_are_ignored(mini: Course, visitor: Client, query: str) -> None:
    assert visitor.get(f"/en/courses/?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_cost_does_not_grow_with_the_courses(mini: Course, visitor: Client, count: int) -> None:
    make_courses(count)
    visitor.get("/en/courses/")
    with CaptureQueriesContext(connection) as queries:
        visitor.get("/en/courses/")
    assert len(queries) == 1


def test_a_course_opens_after_the_one_it_needs(
    mini: Course, visitor: Client, signed_in: Client
) -> None:
    make_courses(1, needs=["M1"])
    page = signed_in.get("/en/courses/x-000/").content.decode()
    assert "This course opens when you have passed:" in page
    assert "Mini course" in page
    assert signed_in.post("/en/courses/x-000/start/").headers["Location"] == "/en/courses/x-000/"


def test_a_lesson_of_a_locked_course_leads_to_the_reason(
    mini: Course, visitor: Client, signed_in: Client
) -> None:
    mini.release.manifest["course"]["needs"] = ["X000"]
    mini.release.save()
    for client in (visitor, signed_in):
        response = client.get("/en/courses/mini/one/1/")
        assert (response.status_code, response.headers.get("Location")) == (
            302,
            "/en/courses/mini/",
        )
        assert client.post("/en/courses/mini/one/1/complete/").status_code == 404
    assert (
        "This course opens when you have passed:"
        in visitor.get("/en/courses/mini/").content.decode()
    )


def test_search_engines_get_public_courses_in_the_languages_they_exist_in(
    mini: Course, visitor: Client
) -> None:
    page = visitor.get("/sitemap-courses.xml").content.decode()
    assert "/fr/courses/mini/one/1/" in page
    assert "/en/courses/mini/three/1/" in page
    assert "/fr/courses/mini/three/1/" not in page
    mini.release.manifest["course"]["access"] = "learner"
    mini.release.save()
    Course.objects.update(mark=99)
    assert "/courses/mini/" not in visitor.get("/sitemap-courses.xml").content.decode()

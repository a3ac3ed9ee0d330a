"""The studio shows a preview inside its own frame: our policies must let it, and nobody else."""

from django.test import Client, RequestFactory

from courses.catalogue.models import Course
from courses.catalogue.pages import LessonPage
from tests.courses.player.steps import url


def test_a_preview_may_be_framed_by_the_studio_and_a_page_by_nobody(
    mini: Course, visitor: Client
) -> None:
    lesson = LessonPage.objects.filter(locale__language_code="en").first()
    request = RequestFactory().get("/studio/", headers={"host": "testserver"})
    response = lesson.make_preview_request(request)
    assert response.status_code == 200
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers.get("X-Frame-Options", "SAMEORIGIN") == "SAMEORIGIN"
    public = visitor.get(url("one", 1))
    assert "frame-ancestors 'none'" in public.headers["Content-Security-Policy"]
    assert public.headers["X-Frame-Options"] == "DENY"

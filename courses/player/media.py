"""Pictures and films that came with a course pack, for those who may take the course."""

from django.http import Http404, HttpRequest, HttpResponse

from courses.catalogue.models import CourseMedia
from courses.player.reader import reader_for

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "vtt": "text/vtt; charset=utf-8",
}


def media_file(request: HttpRequest, course: str, name: str) -> HttpResponse:
    """Answer with a file of a course. Raises Http404 for a drawing (SVG is never sent as a file),
    an unknown name, or a course the reader may not take."""
    reader = reader_for(request, course)
    kind = TYPES.get(name.rpartition(".")[2])
    if kind is None or not reader.may_learn:
        raise Http404
    found = CourseMedia.objects.filter(family=reader.course.family, name=name).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=kind)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response

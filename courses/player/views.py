"""Learner pages. Each view: load by permission, bind, call one service, choose, respond."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from courses.attempts.services import record_response, save_half_answer, try_again
from courses.catalogue.listing import catalogue_page, catalogue_state
from courses.enrolment.services import set_due
from courses.player import services
from courses.player.course_page import course_page, learning_page, resume_url
from courses.player.forms import AnswerForm, DueForm, OpenedForm
from courses.player.freshness import fresh
from courses.player.media import media_file
from courses.player.questions import card
from courses.player.reader import Reader, lesson_for, question_for, reader_for, step_for
from courses.player.result_page import result_page
from courses.player.skeleton import fill, mark
from courses.player.step_page import step_page
from courses.player.why_page import why_page
from portal.shared.errors import NotAllowed

UNCOUNTED = {"unread": 0}  # notices are not counted for a page of a course: one query less


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All courses, with filters; everything chosen is in the address."""
    state = catalogue_state()
    page = "courses/player/catalogue.html"
    return fill(request, page, state, lambda: catalogue_page(request.GET, state), {})


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """What the course is for, and how far the reader is."""
    reader = reader_for(request, course)
    return fresh(request, reader, lambda: course_page(request, reader))


@require_safe
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Lead to the step of this lesson where the reader stopped, else to its first."""
    reader = reader_for(request, course)
    if lesson in reader.edition.module_slugs:
        return redirect(f"{reverse('course', args=[reader.edition.slug])}#{lesson}")
    placed = lesson_for(reader, lesson)
    bookmark = reader.enrolment.bookmark if reader.enrolment else {}
    if bookmark.get("lesson") == placed.lesson["id"]:
        return redirect(resume_url(reader.edition, reader.enrolment))
    return redirect("step", course=reader.edition.slug, lesson=lesson, step=1)


@require_safe
def step(request: HttpRequest, course: str, lesson: str, step: int) -> HttpResponse:
    """One step of a lesson: one address, one page."""
    reader = reader_for(request, course)
    placed, _ = step_for(reader, lesson, step)
    if reader.enrolment is None and services.missing_courses(reader):
        return redirect("course", course=course)
    return fresh(request, reader, lambda: step_page(request, reader, placed, step))


@require_safe
def media(request: HttpRequest, course: str, name: str) -> HttpResponse:
    """A picture or film of the course."""
    return media_file(request, course, name)


@require_safe
def result(request: HttpRequest, course: str) -> HttpResponse:
    """What was right, and what to revisit."""
    reader = reader_for(request, course)
    return render(request, "courses/player/result.html", result_page(reader) | UNCOUNTED)


@require_safe
def why(request: HttpRequest, course: str) -> HttpResponse:
    """Why the course counts as done, or what is missing."""
    reader = reader_for(request, course)
    return render(request, "courses/player/why.html", why_page(reader) | UNCOUNTED)


@login_required
@require_GET
def learning(request: HttpRequest) -> HttpResponse:
    """“My learning”: resume in one click."""
    main = render_to_string("courses/player/learning_main.html", learning_page(request.user))
    frame = {"main": mark("main")}
    return fill(request, "courses/player/learning.html", "", lambda: frame, {"main": main})


@require_POST
def start(request: HttpRequest, course: str) -> HttpResponse:
    """Begin a course and go to its first step."""
    reader = reader_for(request, course)
    if not reader.may_learn:
        signed_in = request.user.is_authenticated
        return redirect("course", course=course) if signed_in else redirect("account_login")
    try:
        enrolment = services.begin(reader)
    except NotAllowed:
        messages.error(request, gettext("This course opens after another one. See below which."))
        return redirect("course", course=course)
    return reader.remember(request, redirect(resume_url(reader.edition, enrolment)))


@require_POST
def move(request: HttpRequest, course: str) -> HttpResponse:
    """Move to the newest edition; nothing done is lost."""
    reader = reader_for(request, course)
    if services.move_to_newest(reader=reader):
        messages.success(request, gettext("You now read the newest edition. What you did is kept."))
    return redirect("course", course=course)


@login_required
@require_POST
def due(request: HttpRequest, course: str) -> HttpResponse:
    """Set oneself a date."""
    reader = reader_for(request, course)
    form = DueForm(request.POST)
    if form.is_valid() and reader.enrolment:
        set_due(enrolment=reader.enrolment, due_on=form.cleaned_data["due_on"])
        messages.success(request, gettext("Saved."))
    elif not form.is_valid():
        messages.error(request, form.errors["due_on"][0])
    return redirect("course", course=course)


@require_POST
def complete(request: HttpRequest, course: str, lesson: str, step: int) -> HttpResponse:
    """Note a step as completed and go to the next one, or to the result."""
    reader = reader_for(request, course)
    placed, _ = step_for(reader, lesson, step)
    form = OpenedForm(request.POST)
    services.complete_step(reader=reader, placed=placed, number=step, seconds=form.seconds())
    after = services.next_place(reader, placed, step)
    if after is None:
        return reader.remember(request, redirect("course_result", course=reader.edition.slug))
    target = {"lesson": after[0].lesson["slug"], "step": after[1]}
    return reader.remember(request, redirect("step", course=reader.edition.slug, **target))


@require_POST
def opened(request: HttpRequest, course: str, lesson: str, step: int) -> HttpResponse:
    """Keep the place; sent by the page's script once the step is visible and on leaving."""
    reader = reader_for(request, course)
    placed, _ = step_for(reader, lesson, step)
    form = OpenedForm(request.POST)
    services.open_step(
        reader=reader,
        placed=placed,
        number=step,
        block=form.block(),
        seconds=form.seconds(),
        event=form.event(),
    )
    return reader.remember(request, HttpResponse(status=204))


@require_POST
def answer(request: HttpRequest, course: str, block: UUID) -> HttpResponse:
    """Mark an answer and show the feedback, as a whole page or as the card alone."""
    reader = reader_for(request, course)
    placed, number, entry = question_for(reader, str(block))
    form = AnswerForm(request.POST)
    services.begin(reader)
    outcome = record_response(
        enrolment=reader.enrolment,
        entry=entry,
        key=form.key(),
        raw=form.raw(),
        language=reader.language,
        device=form.device(request),
        shown=form.shown(),
        bookmark=services.bookmark_at(placed, number, entry["id"]),
    )
    reader.enrolment = outcome.enrolment
    response = _answered(request, reader, placed, number, entry, outcome)
    return reader.remember(request, response)


def _answered(
    request: HttpRequest, reader: Reader, placed: Any, number: int, entry: Any, outcome: Any
) -> HttpResponse:
    """Show the card alone to htmx; lead a browser without script back to the step."""
    step_questions = [
        row["id"] for row in placed.lesson["steps"][number - 1]["blocks"] if row.get("question")
    ]
    place = {"number": step_questions.index(entry["id"]) + 1, "total": len(step_questions)}
    whole_page = not request.headers.get("HX-Request")
    if whole_page and outcome.fault is None:
        slug = reader.edition.slug
        path = reverse("step", args=[slug, placed.lesson["slug"], number])
        return redirect(f"{path}#b-{entry['id']}")
    said = {"fault": outcome.fault, "focus": True, "latest": outcome.response}
    shown = card(reader, entry, outcome.attempt, **place, **said)
    if not whole_page:
        return render(request, "courses/player/question.html", {"card": shown})
    response = step_page(request, reader, placed, number, refused=(entry["id"], shown))
    response.status_code = 422
    return response


@require_POST
def save_answer(request: HttpRequest, course: str, block: UUID) -> HttpResponse:
    """Keep a half-answer. 204 only when it is stored."""
    reader = reader_for(request, course)
    _, _, entry = question_for(reader, str(block))
    form = AnswerForm(request.POST)
    services.begin(reader)
    save_half_answer(
        enrolment=reader.enrolment,
        entry=entry,
        raw=form.raw(),
        language=reader.language,
        device=form.device(request),
        shown=form.shown(),
    )
    return reader.remember(request, HttpResponse(status=204))


@require_POST
def again(request: HttpRequest, course: str, block: UUID) -> HttpResponse:
    """Open a new attempt at a question that is closed."""
    reader = reader_for(request, course)
    placed, number, entry = question_for(reader, str(block))
    if reader.enrolment is None:
        return HttpResponseBadRequest()
    attempt = try_again(enrolment=reader.enrolment, entry=entry)
    if request.headers.get("HX-Request"):
        shown = card(reader, entry, attempt, number=1, total=1, focus=True)
        return render(request, "courses/player/question.html", {"card": shown})
    response = redirect(
        "step", course=reader.edition.slug, lesson=placed.lesson["slug"], step=number
    )
    response["Location"] += f"#b-{entry['id']}"
    return response

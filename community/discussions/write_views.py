"""The pages of discussions in which something is written."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.discussions import composing, drafting, editing, history, lists_page, writing
from community.discussions.about import about_of
from community.discussions.forms import AskForm, EditForm, ReplyForm
from community.discussions.permissions import (
    get_own_for,
    get_post_for,
    get_standing_for,
    get_topic_for,
    may_answer,
)
from community.discussions.rows import address, title_of, who_reads
from community.discussions.views import member, space_of
from community.ids import parse_uuid
from portal.shared.errors import Conflict, NotAllowed, TooMany
from portal.shared.markdown import quoted

WRITES = ["GET", "HEAD", "POST"]


def sent(form: Any, place: str, data: Any, service: Any, **known: Any) -> Any:
    """Call a service; whatever it refuses, what was written is kept as a draft. Returns what it
    made, None where the form shows why not."""
    made: list[Any] = []

    def call(**values: Any) -> None:
        made.append(service(**values))

    try:
        if form.is_valid() and form.carry_out(call, **known):
            return made[0]
    except TooMany as refused:
        form.status = 429
        sentence = _("You have written a lot in a short time. Please wait %(count)s minutes.")
        form.add_error(None, sentence % {"count": refused.wait // 60 + 1})
    if form.conflict:
        form.add_error(None, str(form.conflict))
    composing.keep(known["actor"], place, data)
    return None


@login_required
@require_http_methods(WRITES)
def ask(request: HttpRequest) -> HttpResponse:
    """Begin a topic."""
    user = member(request)
    data = request.POST if request.method == "POST" else None
    form = ask_form(request, user, data)
    space = space_of(user, str(form["space"].value() or ""))
    if data is not None and not composing.deed_of(data):
        made = sent(form, drafting.ASK, data, ask_in(user, space), actor=user)
        if made is not None:
            return redirect(address(made))
    return composer(request, "ask", user, space, drafting.ASK, form, about=about_of(user, form))


def ask_in(user: Any, space: Any) -> Any:
    """Return the service that begins a topic in a space (the form knows only those she reads)."""

    def begin(**values: Any) -> Any:
        about = values.pop("about")
        values["space"] = space
        return writing.ask(**values, about=about if about_of(user, about) else "")

    return begin


def ask_form(request: HttpRequest, user: Any, data: Any) -> AskForm:
    """Return the form, with what the address or her draft fills in."""
    asked = {name: request.GET[name] for name in ("space", "about") if name in request.GET}
    start = {"language": translation.get_language() or "en"}
    start = composing.initial(user, drafting.ASK, **start) | asked
    files = request.FILES if data is not None else None
    return AskForm(data, files, spaces=lists_page.open_spaces(user), initial=start)


def composer(
    request: HttpRequest, name: str, user: Any, space: Any, place: str, form: Any, **more: Any
) -> HttpResponse:
    """Show a form in which a post is written; a pressed "Save draft" keeps it."""
    data = request.POST if request.method == "POST" else None
    if data is not None and (deed := composing.deed_of(data)):
        refused = composing.keep(user, place, data)
        form.errors.clear()
        form.status = 200
        if deed == composing.SAVE:
            (messages.error if refused else messages.success)(
                request, refused or _("Your draft is saved.")
            )
    context = composing.context(user, space, place, form, data) | {"place": place, "space": space}
    context |= {"who_reads": who_reads(space) if space else ""} | more
    return render(request, f"community/discussions/{name}.html", context, status=form.status)


@login_required
@require_http_methods(WRITES)
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer in a topic; ``quote`` begins with a post of it."""
    user = member(request)
    topic = get_topic_for(user, public_id)
    if not may_answer(user, topic):
        raise Conflict(_("Nothing can be added to this topic any more."))
    data, place = (request.POST if request.method == "POST" else None), drafting.reply_to(topic)
    answered = answered_by(user, topic, (data or request.GET).get("answers", ""))
    form = reply_form(request, user, topic, answered, data)
    if data is not None and not composing.deed_of(data):
        known = {"actor": user, "topic": topic, "answers": answered}
        made = sent(form, place, data, writing.reply, **known)
        if made is not None:
            return redirect(address(topic, made.number))
    return reply_page(request, user, topic, place, form, answered)


def reply_page(
    request: HttpRequest, user: Any, topic: Any, place: str, form: Any, answered: Any
) -> HttpResponse:
    """Show the form of an answer."""
    named = {"topic": topic, "title": title_of(topic), "answered": answered}
    if form.is_bound:  # this page shows the label as it is now
        form.data = form.data.copy()
        form.data["seen_label"] = topic.label
    return composer(request, "reply", user, topic.space, place, form, **named)


def answered_by(user: Any, topic: Any, text: str) -> Any:
    """Return the post of this topic that is answered, None where none is named."""
    number = parse_uuid(text)
    if number is None:
        return None
    post = get_standing_for(user, number)
    if post.topic_id != topic.pk:
        raise NotAllowed
    return post


def reply_form(
    request: HttpRequest, user: Any, topic: Any, answered: Any, data: Any
) -> ReplyForm:  # fmt: skip
    """Return the form; a quotation is put before what she had begun."""
    if data is not None:
        return ReplyForm(data, request.FILES)
    start = composing.initial(user, drafting.reply_to(topic), seen_label=topic.label)
    if answered is not None and "quote" in request.GET:
        start["text"] = f"{quoted(answered.source)}\n\n{start.get('text', '')}"
    return ReplyForm(initial=start)


@login_required
@require_http_methods(WRITES)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a post of hers."""
    user = member(request)
    post = get_own_for(user, public_id)
    data, place = (request.POST if request.method == "POST" else None), drafting.edit_of(post)
    form = edit_form(user, post, place, data)
    if data is not None and not composing.deed_of(data):
        made = sent(form, place, data, editing.edit, actor=user, post=post)
        if made is not None:
            return redirect(address(post.topic, post.number))
    return composer(request, "edit", user, post.topic.space, place, form, post=post)


def edit_form(user: Any, post: Any, place: str, data: Any) -> EditForm:
    """Return the form, with the post or her draft of it; the title is changed with the first."""
    start = {"title": post.topic.title, "text": post.source}
    seen = {"seen": post.edits, "seen_label": post.topic.label}
    form = EditForm(data, initial=composing.initial(user, place, **start) | seen)
    if post.number > 1:
        form.fields.pop("title")
    return form


@login_required
@require_http_methods(WRITES)
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete a post of hers, after asking."""
    user = member(request)
    post = get_own_for(user, public_id)
    if request.method == "POST":
        editing.delete(actor=user, post=post)
        messages.success(request, _("Your post is deleted."))
        return redirect(address(post.topic, post.number))
    context = {"post": post, "title": title_of(post.topic), "url": address(post.topic, post.number)}
    return render(request, "community/discussions/delete.html", context)


@login_required
@require_safe
def versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How a post read before, for its author and moderators."""
    user = member(request)
    context = history.page(user, get_post_for(user, public_id))
    return render(request, "community/discussions/history.html", context)


@login_required
@require_POST
def draft_save(request: HttpRequest, place: str) -> HttpResponse:
    """Keep what is being written; asked by the page while she types."""
    user = member(request)
    history.check_place(user, place)
    if refused := composing.keep(user, place, request.POST):
        return HttpResponse(refused, status=429, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@login_required
@require_POST
def draft_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    user = member(request)
    drafting.drop(user, drafting.get_draft_for(user, public_id).place)
    messages.success(request, _("The draft is deleted."))
    return redirect("discussion_drafts")

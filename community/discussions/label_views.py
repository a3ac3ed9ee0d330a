"""The page on which the label of a topic is changed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.discussions import labelling
from community.discussions.forms import LabelForm
from community.discussions.models import Topic
from community.discussions.reach import get_labelled_topic_for
from community.discussions.rows import address, title_of
from community.discussions.views import member
from portal.markings.labels import is_lower


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def topic_label(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Raise the label of a topic, or lower it with a reason."""
    user = member(request)
    topic = get_labelled_topic_for(user, public_id)
    form = LabelForm(
        request.POST if request.method == "POST" else None,
        initial={"label": labelling.other_label(topic).value, "seen": topic.label},
    )
    if form.is_valid() and form.carry_out(labelling.relabel, actor=user, topic=topic):
        messages.success(request, _("The label is set."))
        return redirect(address(topic))
    context = page(user, topic, form)
    return render(request, "community/discussions/topic_label.html", context, status=form.status)


def page(user: Any, topic: Topic, form: LabelForm) -> dict[str, Any]:
    """Return what the page shows. What was sent from an old form is sent anew from this one."""
    new = labelling.other_label(topic)
    if form.is_bound:
        form.data = form.data.copy()
        form.data["label"], form.data["seen"] = new.value, topic.label
    return {
        "form": form, "topic": topic, "title": title_of(topic), "url": address(topic),
        "new": new.tlp, "lowers": is_lower(new, topic.label),
        "why_not": labelling.why_not(user, topic), "in_group": topic.space.group_id is not None,
    }  # fmt: skip

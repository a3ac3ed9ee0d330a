"""A second person reads what was submitted: who may, who is told, what mails say."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.models import PageSubscription, TaskState

from portal.notifications.models import Notification
from portal.roles.studio import sync_studio_rights
from portal.roles.workflow_models import ReviewTask
from tests import people
from tests.studio.conftest import Studio
from tests.studio.editing import lesson_form


def submitted(studio: Studio, actor="trainer_a", language="fr"):
    page = studio.page("alpha-lesson", language)
    page.title = "Rewritten"
    page.save_revision(user=studio.people[actor])
    page.get_workflow().start(page, studio.people[actor])
    return studio.page("alpha-lesson", language)


def act(client, page, name):
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk])
    return client.post(url, {"comment": ""})


def test_trainer_submits_from_the_editor(studio: Studio):
    module = studio.page("alpha-module", "fr")
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])
    studio.clients["trainer_a"].post(url, lesson_form("Fresh") | {"action-submit": "1"})
    page = studio.page("fresh", "fr")
    assert isinstance(page.current_workflow_task, ReviewTask)
    assert not page.live


def test_reviewer_approves_and_the_text_is_live(studio: Studio):
    page = submitted(studio)
    assert act(studio.clients["reviewer_fr"], page, "approve").status_code == 302
    page.refresh_from_db()
    assert page.title == "Rewritten"


@pytest.mark.parametrize(
    "actor", ["trainer_a", "trainer_b", "translator_fr", "translator_es", "none"]
)
def test_nobody_else_approves(studio: Studio, actor):
    page = submitted(studio)
    act(studio.clients[actor], page, "approve")
    page.refresh_from_db()
    assert page.title != "Rewritten"


def test_reviewer_of_another_language_does_not_see_what_waits(studio: Studio):
    page = submitted(studio, language="es")
    assert act(studio.clients["reviewer_fr"], page, "approve").status_code == 404
    assert page.current_workflow_task.get_actions(page, studio.people["reviewer_fr"]) == []
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert studio.clients["reviewer_fr"].get(url).status_code == 404
    assert "Rewritten" not in studio.clients["reviewer_fr"].get("/studio/").content.decode()
    assert "Rewritten" in studio.clients["admin"].get("/studio/").content.decode()


def test_author_does_not_approve_although_she_may_publish(studio: Studio):
    page = submitted(studio, actor="reviewer_fr")
    state = page.current_workflow_task_state
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, studio.people["reviewer_fr"], "approve")
    act(studio.clients["reviewer_fr"], page, "approve")
    page.refresh_from_db()
    assert page.title != "Rewritten"
    assert act(studio.clients["reviewer_fr"], page, "reject").status_code == 302


def test_author_waits_while_a_text_is_read(studio: Studio):
    page = submitted(studio)
    assert page.get_lock().for_user(studio.people["trainer_a"])
    assert not page.get_lock().for_user(studio.people["reviewer_fr"])


def test_those_who_may_publish_are_told_and_the_author_hears_the_answer(studio: Studio):
    page = submitted(studio)
    told = Notification.objects.filter(verb="review").values_list("user__name", flat=True)
    assert set(told) == {"Reviewer", "Admin"}
    act(studio.clients["reviewer_fr"], page, "reject")
    assert Notification.objects.get(verb="review-answer").user == studio.people["trainer_a"]


def test_wagtail_mails_nothing_by_itself(studio: Studio):
    page = submitted(studio)
    act(studio.clients["reviewer_fr"], page, "approve")
    assert not [
        m
        for m in mail.outbox
        if "SECRET" in m.subject + m.body or "Rewritten" in m.subject + m.body
    ]
    assert TaskState.objects.filter(status="approved").exists()


@pytest.mark.parametrize(
    "name",
    [
        f"{kind}{ending}"
        for kind in (
            "approved", "rejected", "task_state_approved", "task_state_rejected",
            "task_state_submitted", "updated_comments", "workflow_state_approved",
            "workflow_state_rejected", "workflow_state_submitted",
        )
        for ending in ("_subject.txt", ".txt", ".html")
        if (kind, ending) != ("task_state_submitted", "")
    ],
)  # fmt: skip
def test_mails_of_wagtail_say_nothing(studio: Studio, name):
    page = studio.page("help", "fr")
    canary = {"page": page, "object": page, "model_name": "CANARY", "workflow": "CANARY", "task": "CANARY",
              "comment": "CANARY", "requested_by": "CANARY", "editor": "CANARY", "user": "CANARY",
              "new_comments": ["CANARY"], "revision": "CANARY", "page_owner": "CANARY"}  # fmt: skip
    text = render_to_string(f"wagtailadmin/notifications/{name}", canary)
    assert text.strip()
    assert "SECRET" not in text
    assert "CANARY" not in text


def test_subscription_ends_with_the_right(studio: Studio):
    person, page = studio.people["trainer_a"], studio.page("alpha-lesson", "en")
    foreign = studio.page("beta-lesson", "en")
    for thing in (page, foreign):
        PageSubscription.objects.create(user=person, page=thing, comment_notifications=True)
    person.role_grants.all().delete()
    people.with_role(
        person, "trainer", course=page.get_parent().get_parent().translation_key, language="en"
    )
    sync_studio_rights(person)
    assert [row.page_id for row in PageSubscription.objects.filter(user=person)] == [page.pk]

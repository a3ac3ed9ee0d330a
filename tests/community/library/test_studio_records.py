"""Records in the studio: who sees, proposes and publishes which; files and label beside them."""

import pytest
from django.urls import reverse
from wagtail.models import TaskState, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from community.library.editing import (
    DEEDS,
    PublicationPolicy,
    editable,
    is_for,
    may_change,
    may_know,
)
from community.library.models import Edition, Publication
from portal.accounts import step_up
from portal.markings.labels import Label
from portal.notifications.models import Notification
from portal.roles.studio import difference, group_of, stored, sync_studio_rights
from portal.roles.studio_services import set_up
from tests.community.library.records import publication
from tests.community.library.shelf import put_file, restricted, verified, with_text
from tests.files.uploads import upload
from tests.people import member, signed_in, staff

pytestmark = pytest.mark.django_db
SPACE = "wagtailsnippets_community_publication:"
ROLES = ("trainer", "reviewer", "translator", "focal-point", "administrator")
ROWS = (
    "edit", "history", "usage", "delete", "unpublish", "lock", "unlock", "workflow_history",
    "confirm_workflow_cancellation", "files", "label",
)  # fmt: skip


def worker(role: str, **scope):
    person = staff(role, **scope)
    sync_studio_rights(person)
    return person


def address(name: str, *args) -> str:
    return reverse(f"{SPACE}{name}", args=args)


def form(title: str = "A new study", record: Publication | None = None, **changed) -> dict:
    """What the editor of a record sends; of one that is there its text has a key."""
    text = {"language": "en", "title": title, "summary": ""}
    if record is not None:
        text["id"] = record.get_latest_revision_as_object().texts.get(language="en").pk
    return nested_form_data(
        {
            "texts": inline_formset([text], initial=int(record is not None)),
            "terms": inline_formset([]),
            "kind": "study", "body": "", "symbol": "", "year": "", "dated": "", "source_url": "",
            "reference": "", "title_given": "on", "restricted_to": "", "replaces_record": "",
            "related_records": "", "course_slugs": "", "note": "", **changed,
        }
    )  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_rights_follow_from_roles(role):
    person = worker(role)
    policy = PublicationPolicy(Publication)
    deeds = {"add", "change", "view", "publish", "lock", "unlock", "delete"}
    assert {deed for deed in deeds if policy.user_has_permission(person, deed)} == DEEDS[role]
    # Django's permissions know no label: nobody has them.
    assert not [right for right in stored(group_of(person)).models if "publication" in right]
    assert not difference(person)
    assert signed_in(person).get(address("list")).status_code == 200


def test_others_have_no_list():
    for person in (member(), staff("administrator", region_id="SN")):
        sync_studio_rights(person)
        assert signed_in(person).get(address("list")).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_list_and_search_show_nothing_the_label_hides(role):
    restricted("RED")
    publication("Open title", "CLEAR")
    client = signed_in(worker(role))
    for query in ("", "?q=SECRET", "?label=RED", "?q=title"):
        text = client.get(address("list") + query).content.decode()
        assert "SECRET-TITLE" not in text
    assert "Open title" in client.get(address("list") + "?q=Open").content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_no_address_opens_a_hidden_record(role):
    _owner, edition = restricted("RED")
    client, record = signed_in(worker(role)), edition.publication
    for name in ROWS:
        for ask in (client.get, client.post):
            answer = ask(address(name, record.pk))
            assert answer.status_code in {404, 405}, name
            assert "SECRET-TITLE" not in answer.content.decode()
    assert client.post(address("file_remove", record.pk, "en")).status_code == 404
    assert Edition.objects.count() == 1
    assert Publication.objects.get().label == "RED"


def test_choosers_and_bulk_deeds_are_closed():
    _owner, edition = restricted("RED")
    for role in ROLES:
        client = signed_in(worker(role))
        path = f"/studio/bulk/community/publication/delete/?id={edition.publication.pk}"
        assert client.get(path).status_code == 404
        path = reverse("wagtailsnippetchoosers_community_publication:choose")
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("label", ["", *Label])
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_predicate_and_list_agree(role, label):
    record = publication("A", str(label), asked_for=role == "trainer")
    person = verified(staff(role) if role else member())
    assert may_know(person, record) == (record in editable(person))
    own = publication("B", str(label), marked_by=person)
    assert may_know(person, own) == (own in editable(person))
    assert is_for(person, own) == may_know(person, own)


def test_a_new_record_is_a_draft_of_its_maker_and_amber():
    trainer = worker("trainer")
    answer = signed_in(trainer).post(address("add"), form())
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    record = Publication.objects.get()
    assert (record.live, record.label) == (False, "")
    assert record.marked_by == trainer
    assert record.source == trainer.membership.organisation
    assert record.title("en") == "A new study"


def test_nobody_publishes_what_she_wrote_herself():
    administrator = worker("administrator")
    client = signed_in(administrator)
    client.post(address("add"), form(**{"action-publish": "1"}))
    record = Publication.objects.get()
    assert not record.live
    client.post(address("edit", record.pk), form(record=record, **{"action-publish": "1"}))
    record.refresh_from_db()
    assert not record.live


def test_a_second_person_publishes_a_change_and_the_first_may_not():
    record = publication("Old title", "GREEN")
    trainer, reviewer = worker("trainer"), worker("reviewer")
    hers = signed_in(trainer)
    hers.post(address("edit", record.pk), form("New title", record))
    record.refresh_from_db()
    assert record.title("en") == "Old title"
    hers.post(address("edit", record.pk), form("New title", record, **{"action-publish": "1"}))
    assert Publication.objects.get().title("en") == "Old title"
    signed_in(reviewer).post(
        address("edit", record.pk), form("New title", record, **{"action-publish": "1"})
    )
    assert Publication.objects.get().title("en") == "New title"


def test_reviewer_of_one_language_publishes_no_record():
    record = publication("Old title", "GREEN")
    signed_in(worker("trainer")).post(address("edit", record.pk), form("New title", record))
    signed_in(worker("reviewer", language="fr")).post(
        address("edit", record.pk), form("New title", record, **{"action-publish": "1"})
    )
    assert Publication.objects.get().title("en") == "Old title"


def test_review_tells_who_may_publish_and_waits_for_her():
    set_up()
    record = publication("Old title", "GREEN")
    trainer, reviewer = worker("trainer"), worker("reviewer")
    translator = worker("translator")
    signed_in(trainer).post(
        address("edit", record.pk), form("New title", record, **{"action-submit": "1"})
    )
    state = TaskState.objects.get()
    assert Notification.objects.filter(user=reviewer, verb="review").exists()
    assert not Notification.objects.filter(user=translator, verb="review").exists()
    assert Workflow.objects.count() >= 1
    path = address("workflow_action", record.pk, "approve", state.pk)
    assert signed_in(trainer).post(path).status_code != 200
    assert Publication.objects.get().title("en") == "Old title"
    signed_in(reviewer).post(path)
    assert Publication.objects.get().title("en") == "New title"


def test_review_of_another_record_is_not_answered_here():
    set_up()
    first, second = publication("First", "GREEN"), publication("Second", "GREEN")
    signed_in(worker("trainer")).post(
        address("edit", first.pk), form("Changed", first, **{"action-submit": "1"})
    )
    state = TaskState.objects.get()
    path = address("workflow_action", second.pk, "approve", state.pk)
    assert signed_in(worker("reviewer")).post(path).status_code == 404
    assert Publication.objects.get(pk=first.pk).title("en") == "First"


def test_draft_of_texts_leaves_files_and_label_alone():
    record = publication("Old title", "GREEN")
    put_file(record, verified(staff("administrator")))
    hers, reviewer = signed_in(worker("trainer")), worker("reviewer")
    hers.post(address("edit", record.pk), form("New title", record))
    Publication.objects.update(label="AMBER", marked_by=reviewer)
    signed_in(reviewer).post(
        address("edit", record.pk), form("New title", record, **{"action-publish": "1"})
    )
    found = Publication.objects.get()
    assert (found.label, found.editions.count()) == ("AMBER", 1)


def test_relations_are_named_and_hidden_ones_stay():
    _owner, edition = restricted("RED")
    hidden, other = edition.publication, publication("Other", "GREEN")
    record = publication("A", "GREEN")
    record.related.set([hidden])
    record.save()
    client = signed_in(worker("reviewer"))
    text = client.get(address("edit", record.pk)).content.decode()
    assert str(hidden.public_id) not in text
    answer = client.post(
        address("edit", record.pk), form("A", record, related_records=str(hidden.public_id))
    )
    assert answer.status_code == 200  # there is no such record
    changed = form("A", record, related_records=str(other.public_id), course_slugs="one\ntwo one")
    assert client.post(address("edit", record.pk), changed).status_code == 302
    draft = Publication.objects.get(pk=record.pk).get_latest_revision_as_object()
    assert {row.pk for row in draft.related.all()} == {hidden.pk, other.pk}
    assert draft.courses == ["one", "two"]


def test_file_page_takes_shows_and_removes_a_file():
    record = publication("A", "GREEN")
    client = signed_in(worker("administrator"))
    page = address("files", record.pk)
    assert client.get(page).status_code == 200
    sent = {"language": "fr", "upload": upload("étude.pdf", with_text(), "application/pdf")}
    assert client.post(page, sent).status_code == 302
    edition = Edition.objects.get()
    assert edition.sha256 in client.get(page).content.decode()
    bad = {"language": "fr", "upload": upload("a.svg", b"<svg/>", "image/svg+xml")}
    assert client.post(page, bad).status_code == 400
    assert client.post(address("file_remove", record.pk, "fr")).status_code == 302
    assert not Edition.objects.exists()


def test_file_page_of_a_published_record_is_for_those_who_publish():
    record = publication("A", "GREEN")
    for role in ("trainer", "translator", "focal-point"):
        assert signed_in(worker(role)).get(address("files", record.pk)).status_code == 404
    assert may_change(verified(staff("reviewer")), record)


def test_label_rises_at_once_and_falls_by_its_source_alone():
    administrator = worker("administrator")
    record = publication("A", "GREEN")
    client, page = signed_in(administrator), address("label", record.pk)
    assert client.post(page, {"label": "AMBER"}).status_code == 302
    record.refresh_from_db()
    assert record.label == "AMBER"
    Publication.objects.update(marked_by=administrator)
    assert client.post(page, {"label": "CLEAR"}).status_code == 400  # no reason
    stale = signed_in(administrator, fresh=False)
    stale.post(page, {"label": "CLEAR", "reason": "It was published."})
    assert Publication.objects.get().label == "AMBER"
    with step_up.confirmed(administrator):
        client.post(page, {"label": "CLEAR", "reason": "It was published."})
    assert Publication.objects.get().label == "CLEAR"

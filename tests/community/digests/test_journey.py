"""From a draft to a record of the library and back: who may do what, and when."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from community.digests import reviewing, rules, writing
from community.digests.models import Digest
from community.digests.permissions import approvals, is_approved, visible, waiting_for
from community.library import finding
from community.library.asking import Asked, read_text
from community.library.models import Publication
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.roles.models import RoleGrant
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests import people
from tests.community.digests.digests import (
    approved,
    decide,
    drafted,
    released,
    sent,
    verified,
    words,
)

pytestmark = pytest.mark.django_db
BASE = "/en/community/cases/"
State = Digest.State


def again(digest):
    return Digest.objects.get(pk=digest.pk)


def release(digest, label="GREEN", actor=None):
    return reviewing.release(
        actor=verified(actor or digest.author), digest=digest, version=digest.version, label=label
    )


# Writing


def test_a_draft_may_be_half_written_and_is_its_authors_alone():
    author = verified(people.member())
    digest = writing.begin(actor=author, language="fr")
    writing.save(actor=author, digest=digest, version=1, **words(facts="", title=""))
    for other in (people.staff("reviewer"), people.staff("administrator"), people.member()):
        assert not visible(verified(other)).exists()
        with pytest.raises(NotAllowed):
            writing.save(actor=other, digest=digest, version=2, **words())
    with pytest.raises(Conflict):
        writing.save(actor=author, digest=digest, version=1, **words())
    with pytest.raises(Invalid):
        writing.submit(actor=author, digest=digest, version=2, done=list(rules.CHECKS), why={})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 201}, "title"), ({"facts": "x" * 10_001}, "facts"),
        ({"region": "SN"}, "region"), ({"topics": ["nonsense"]}, "topics"),
        ({"language": "xx"}, "language"), ({"sherloc": "https://elsewhere.example/"}, "sherloc"),
        ({"judgments": "http://courts.example/1"}, "judgments"),
        ({"judgments": "javascript:alert(1)"}, "judgments"),
        ({"judgments": "https://a.example/<script>"}, "judgments"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        drafted(**change)
    assert field in refused.value.fields


@pytest.mark.parametrize("code", list(rules.CHECKS))
def test_each_line_of_the_checklist_is_ticked_or_has_a_reason(code):
    digest = drafted()
    author = verified(digest.author)
    done = [one for one in rules.CHECKS if one != code]
    known = {"actor": author, "digest": digest, "version": digest.version, "done": done}
    with pytest.raises(Invalid) as refused:
        writing.submit(**known, why={code: " "})
    assert list(refused.value.fields) == [f"why_{code}"]
    assert writing.submit(**known, why={code: "There are none."}).state == State.REVIEW


def test_a_text_in_another_language_needs_an_english_title():
    with pytest.raises(Invalid):
        sent(language="fr")
    assert sent(language="fr", title_en="Light parcels").state == State.REVIEW


def test_limit_of_drafts(monkeypatch):
    monkeypatch.setattr(ratelimit, "wait", lambda *args, **kwargs: 5)
    with pytest.raises(TooMany):
        drafted()


# Reviewing


def test_reviewers_are_told_and_the_author_is_not():
    trainer, author = people.staff("trainer"), people.staff("focal-point")
    sent(author)
    [notice] = Notification.objects.all()
    assert (notice.user, notice.verb, notice.place) == (trainer, "digest-review", "community_cases")


def test_two_of_two_organisations_approve():
    digest = sent()
    first = people.staff("trainer")
    colleague = people.staff("reviewer", of=first.membership.organisation)
    assert decide(digest, first).state == State.REVIEW
    assert decide(digest, first).state == State.REVIEW  # twice is once
    with pytest.raises(Conflict):
        decide(digest, colleague)
    assert decide(digest, people.staff("focal-point")).state == State.APPROVED
    assert [row.verb for row in Notification.objects.filter(user=digest.author)] == [
        "digest-answer"
    ]


def test_nobody_reviews_her_own_and_no_mere_member_reviews():
    author = people.staff("reviewer")
    digest = sent(author)
    for actor in (
        author,
        people.member(),
        people.staff("administrator"),
        people.staff("translator"),
    ):
        with pytest.raises(NotAllowed):
            decide(digest, actor)
    unverified = people.staff("trainer")
    unverified.is_verified = lambda: False
    with pytest.raises(NotAllowed):
        reviewing.review(
            actor=unverified, digest=digest, version=2, decision="approve", comments={}
        )


def test_changes_are_asked_for_with_a_comment_and_end_approvals():
    digest = sent()
    decide(digest, people.staff("trainer"))
    critic = people.staff("reviewer")
    with pytest.raises(Invalid):
        decide(digest, critic, "changes")
    with pytest.raises(Invalid):
        decide(digest, critic, "changes", facts="x" * 2_001)
    decide(digest, critic, "changes", facts="The town can be guessed.")
    assert again(digest).state == State.CHANGES
    assert approvals(again(digest)) == []
    author = verified(digest.author)
    text = people.signed_in(author).get(f"{BASE}{digest.public_id}/").content.decode()
    assert "The town can be guessed." in text


@pytest.mark.parametrize("stage", [sent, approved])
def test_any_change_ends_approvals(stage):
    digest = stage()
    if stage is sent:
        decide(digest, people.staff("trainer"))
    author = verified(digest.author)
    digest = again(digest)
    writing.save(actor=author, digest=digest, version=digest.version, **words())
    assert again(digest).state == digest.state  # nothing was changed
    writing.save(actor=author, digest=digest, version=digest.version, **words(facts="New."))
    changed = again(digest)
    assert (changed.state, changed.version, changed.checklist) == (State.DRAFT, 3, {})
    assert approvals(changed) == []
    assert AuditRow.objects.filter(event="digest.changed").count() == 1
    with pytest.raises(Conflict):
        release(changed)
    with pytest.raises(NotAllowed):
        decide(changed, people.staff("trainer"))


def test_an_approval_of_the_text_before_counts_for_nothing():
    digest = sent()
    reader = verified(people.staff("trainer"))
    author = verified(digest.author)
    writing.save(actor=author, digest=digest, version=2, **words(facts="New."))
    digest = again(digest)
    writing.submit(actor=author, digest=digest, version=3, done=list(rules.CHECKS), why={})
    with pytest.raises(Conflict):
        reviewing.review(actor=reader, digest=digest, version=2, decision="approve", comments={})


def test_an_approval_ends_with_the_role():
    digest = approved()
    assert is_approved(digest)
    RoleGrant.objects.filter(role="trainer").update(ended_at=clock.now())
    assert not is_approved(digest)
    with pytest.raises(Conflict):
        release(digest)


def test_what_waits_is_not_what_she_approved_already():
    digest = sent()
    trainer, author = verified(people.staff("trainer")), digest.author
    assert list(waiting_for(trainer)) == [digest]
    decide(digest, trainer)
    assert not waiting_for(trainer).exists()
    assert not waiting_for(verified(author)).exists()


# Releasing


def test_the_author_alone_chooses_the_label_and_releases():
    digest = approved()
    for other in (people.staff("reviewer"), people.staff("administrator"), people.member()):
        with pytest.raises(NotAllowed):
            release(digest, actor=other)
    for label in ("AMBER", "RED", "", "nonsense"):
        with pytest.raises(Invalid):
            release(digest, label)
    done = release(digest)
    assert done.state == State.RELEASED
    record = done.publication
    assert (record.kind, record.label, record.live) == ("digest", "GREEN", True)
    terms = {(row.facet, row.value) for row in record.terms.all()}
    assert terms == {
        ("topic", "research"), ("topic", "cases"), ("region", "west-africa"), ("language", "en"),
    }  # fmt: skip
    with pytest.raises(Conflict):
        release(again(digest))
    with pytest.raises(Conflict):
        writing.save(actor=verified(digest.author), digest=done, version=2, **words(facts="x"))
    with pytest.raises(Conflict):
        writing.delete(actor=verified(digest.author), digest=done)


def test_a_released_digest_is_read_and_found_by_its_words():
    digest = released(facts="The buyer wrote zirkular letters.", language="fr", title_en="Parcels")
    reader = people.member()
    address = reverse("members_record", args=[digest.publication.public_id])
    text = people.signed_in(reader).get(address).content.decode()
    for words_ in ("zirkular", "Investigative steps", "https://sherloc.unodc.org/cld/case/1.html"):
        assert words_ in text
    assert str(digest.author) not in text
    assert finding.find(verified(reader), read_text("q=zirkular"), "en").total == 1
    assert finding.find(AnonymousUser(), read_text("q=zirkular"), "en").total == 0
    public = reverse("library_record", args=[digest.publication.public_id])
    assert Client().get(public).status_code == 404


def test_a_clear_digest_is_for_everybody():
    digest = released(label="CLEAR", facts="<script>alert(1)</script> & more")
    text = Client().get(
        reverse("library_record", args=[digest.publication.public_id])
    ).content.decode()  # fmt: skip
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


def test_a_reviewer_withdraws_it_with_a_reason():
    digest = released()
    for actor in (digest.author, people.member(), people.staff("administrator")):
        with pytest.raises(NotAllowed):
            reviewing.withdraw(actor=verified(actor), digest=digest, reason="Why.")
    editor = verified(people.staff("focal-point"))
    with pytest.raises(Invalid):
        reviewing.withdraw(actor=editor, digest=digest, reason=" ")
    reviewing.withdraw(actor=editor, digest=digest, reason="A place can be guessed.")
    assert not Publication.objects.get(pk=digest.publication_id).live
    reader = people.signed_in(people.member())
    address = reverse("members_record", args=[digest.publication.public_id])
    assert reader.get(address).status_code == 404
    assert finding.find(verified(people.member()), Asked(), "en").total == 0
    with pytest.raises(Conflict):
        reviewing.withdraw(actor=editor, digest=digest, reason="Again.")
    text = people.signed_in(digest.author).get(f"{BASE}{digest.public_id}/").content.decode()
    assert "A place can be guessed." in text


def test_a_label_raised_in_the_library_closes_the_parts():
    digest = released(facts="The buyer wrote zirkular letters.")
    Publication.objects.update(label="AMBER", asked_for=True, marked_by=None)
    address = reverse("members_record", args=[digest.publication.public_id])
    text = people.signed_in(people.member()).get(address).content.decode()
    assert "zirkular" not in text


# Pages


def test_the_whole_way_in_browsers():
    author = people.member()
    browser = people.signed_in(author)
    assert browser.get(f"{BASE}new/").status_code == 200
    assert browser.post(f"{BASE}new/", {"language": "en"}).status_code == 302
    digest = Digest.objects.get()
    address = f"{BASE}{digest.public_id}/"
    assert browser.post(f"{address}edit/", words(version=1, check="1"))["Location"].endswith(
        "submit/"
    )
    ticked = {f"done_{code}": "on" for code in rules.CHECKS if code != "images"}
    assert browser.post(f"{address}submit/", {"version": 2, **ticked}).status_code == 400
    given = {"version": 2, "why_images": "There are none.", **ticked}
    assert browser.post(f"{address}submit/", given).status_code == 302
    assert browser.get(f"{address}review/").status_code == 404
    for role in ("trainer", "reviewer"):
        reader = people.signed_in(people.staff(role))
        assert "Parcels that were too light" in reader.get(BASE).content.decode()
        assert reader.get(f"{address}review/").status_code == 200
        assert reader.get(f"{address}edit/").status_code == 404
        assert (
            reader.post(f"{address}review/", {"version": 1, "decision": "approve"}).status_code
            == 409
        )
        answer = reader.post(f"{address}review/", {"version": 2, "decision": "approve"})
        assert answer.status_code == 302
    assert browser.get(f"{address}release/").status_code == 200
    assert browser.post(f"{address}release/", {"version": 2, "label": "GREEN"}).status_code == 302
    text = browser.get(BASE).content.decode()
    assert "Released" in text
    editor = people.signed_in(people.staff("trainer"))
    assert editor.get(f"{address}withdraw/").status_code == 200
    assert editor.post(f"{address}withdraw/", {"reason": ""}).status_code == 400
    assert editor.post(f"{address}withdraw/", {"reason": "Why."}).status_code == 302


def test_a_draft_is_deleted_by_its_author():
    digest = drafted()
    other = people.signed_in(people.staff("reviewer"))
    assert other.post(f"{BASE}{digest.public_id}/delete/").status_code == 404
    browser = people.signed_in(digest.author)
    assert browser.get(f"{BASE}{digest.public_id}/delete/").status_code == 405
    assert browser.post(f"{BASE}{digest.public_id}/delete/").status_code == 302
    assert not Digest.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_pages_cost(count, django_assert_num_queries):
    author = people.member()
    for number in range(count):
        released(author, title=f"Released {number}")
        last = sent(author, title=f"Sent {number}")
    forget(author)
    browser, reader = people.signed_in(author), people.signed_in(people.staff("trainer"))
    for one in (browser, reader):
        one.get(BASE)
    with django_assert_num_queries(COST_LIST):
        reader.get(BASE)
    with django_assert_num_queries(COST_ONE):
        browser.get(f"{BASE}{last.public_id}/")


COST_LIST, COST_ONE = 11, 13

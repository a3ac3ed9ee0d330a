"""Cards of links, topics of publications, files of posts: per viewer, never above the label."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.discussions import editing, moderating
from community.discussions.models import Topic
from community.library.models import Publication
from portal.cards import reference
from portal.files.models import StoredFile
from portal.shared.errors import Conflict
from tests.community.discussions.talk import answer, begin, group, reader, space, verified
from tests.community.library.finds import record
from tests.community.library.shelf import with_text
from tests.people import organisation, signed_in, staff

pytestmark = pytest.mark.django_db


def link(row):
    return f"See [this](https://elsewhere.example/x) and /en/community/library/{row.public_id}/ [it](/fr/library/{row.public_id}/)"


def upload(content, name="x.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_addresses_are_read():
    key = "0198f6c2-0000-7000-8000-000000000001"
    assert reference(f"/en/library/{key}/") == f"publication:{key}"
    assert reference(f"/ar/community/library/{key}/") == f"publication:{key}"
    assert reference("/en/courses/some-course/") == "course:some-course"
    assert reference("/en/courses/some-course/a-lesson/2/") == "lesson:some-course.a-lesson"
    for none in ("/", "/en/community/", f"/en/library/{key}/cite.bib", "/xx/courses/a/", ""):
        assert reference(none) == ""


def test_a_card_is_for_who_may_see_the_record(asker, other):
    shown = record("Wiesel study", "GREEN")
    hidden = record("Marder study", "AMBER", source=organisation())
    topic = begin(asker, text=link(shown) + " " + link(hidden))
    page = signed_in(other).get(reverse("discussion_topic", args=[topic.public_id]))
    text = page.content.decode()
    assert "Wiesel study" in text
    assert "Marder study" not in text
    Publication.objects.filter(pk=shown.pk).update(label="RED")
    page = signed_in(other).get(reverse("discussion_topic", args=[topic.public_id]))
    assert "Wiesel study" not in page.content.decode()


def test_a_publication_has_one_topic(asker, other):
    row = record("Wiesel study", "GREEN")
    about = f"publication:{row.public_id}"
    browser = signed_in(asker)
    page = browser.get(reverse("members_record", args=[row.public_id])).content.decode()
    address = reverse("discussion_about", args=[about])
    assert address in page
    assert browser.get(address)["Location"].startswith(reverse("discussion_ask"))
    assert "Wiesel study" in browser.get(browser.get(address)["Location"]).content.decode()
    form = {
        "space": str(space().public_id), "kind": "discussion", "title": "About it", "text": "Words",
        "label": "GREEN", "language": "en", "about": about,
    }  # fmt: skip
    assert browser.post(reverse("discussion_ask"), form).status_code == 302
    topic = Topic.objects.get()
    assert topic.about == about
    assert signed_in(other).get(address)["Location"] == reverse(
        "discussion_topic", args=[topic.public_id]
    )
    inside = form | {"space": str(group(asker).space.public_id)}
    assert browser.post(reverse("discussion_ask"), inside).status_code == 400


@pytest.mark.parametrize("label", ["AMBER", "AMBER+STRICT", "RED", ""])
def test_nothing_above_green_is_discussed(label):
    owner = staff("trainer")
    row = record("Marder study", label, source=owner.membership.organisation, marked_by=owner)
    browser = signed_in(owner)
    about = f"publication:{row.public_id}"
    page = browser.get(reverse("members_record", args=[row.public_id])).content.decode()
    assert "discussions/about" not in page
    assert browser.get(reverse("discussion_about", args=[about])).status_code == 404
    form = {
        "space": str(space().public_id), "kind": "discussion", "title": "About it", "text": "Words",
        "label": "GREEN", "language": "en", "about": about,
    }  # fmt: skip
    browser.post(reverse("discussion_ask"), form)
    assert Topic.objects.get().about is None


def test_a_file_is_read_by_who_reads_the_topic_while_the_post_stands(asker, other, settings):
    made = group(asker, other)
    topic = begin(asker, made.space)
    browser = signed_in(other)
    address = reverse("discussion_reply", args=[topic.public_id])
    sent = browser.post(
        address, {"text": "With a file", "uploads": upload(with_text(words="Marder"))}
    )
    assert sent.status_code == 302, sent.content.decode()[:2000]
    stored = StoredFile.objects.get()
    assert stored.purpose == "discussion"
    file = reverse("stored_file", args=[stored.public_id])
    assert file in signed_in(asker).get(
        reverse("discussion_topic", args=[topic.public_id])
    ).content.decode()  # fmt: skip
    assert signed_in(asker).get(file).status_code == 200
    outside = reader()
    assert signed_in(outside).get(file).status_code == 404
    post = topic.posts.get(number=2)
    moderating.hide_reported(actor=asker, post=post, reason="x")
    assert signed_in(asker).get(file).status_code == 404
    moderating.restore_reported(actor=asker, post=post)
    made.members.filter(person=asker).delete()
    assert signed_in(asker).get(file).status_code == 404
    editing.delete(actor=verified(other), post=post)
    assert not StoredFile.objects.exists()


def test_a_file_that_cannot_be_checked_is_refused_and_the_text_stays(asker):
    topic = begin(asker)
    address = reverse("discussion_reply", args=[topic.public_id])
    bad = upload(b"not a pdf")
    page = signed_in(asker).post(address, {"text": "Typed words", "uploads": bad})
    assert page.status_code == 400
    assert "Typed words" in page.content.decode()
    many = [upload(with_text(words="a")) for _ in range(4)]
    assert signed_in(asker).post(address, {"text": "x", "uploads": many}).status_code == 400
    assert answer(asker, topic).number == 2


def test_two_who_begin_the_same_topic_at_once_make_one(asker, other):
    row = record("Wiesel study", "GREEN")
    about = f"publication:{row.public_id}"
    begin(asker, about=about)
    with pytest.raises(Conflict):
        begin(other, space("theme", "guidance"), about=about)
    assert Topic.objects.count() == 1

"""Papers: versions, the check when two save on the same one, comments, labels, files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community.groups import commenting, papers, readers
from community.groups.paper_models import Paper, PaperComment
from community.groups.paper_permissions import papers_in
from portal.accounts import step_up
from portal.notifications.models import Notification
from portal.shared import ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.groups.made import (
    at,
    group,
    inside,
    joining,
    leading,
    member,
    paper,
    people,
    put,
)  # fmt: skip
from tests.community.library.shelf import with_text
from tests.files.uploads import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return member("Lena Lead")


@pytest.fixture
def where(lead):
    return group("invitation", leader=lead, kind="drafting")


@pytest.fixture
def author(where):
    return inside(where, "Ana Author")


def pdf(name="draft.pdf"):
    return upload(name, with_text(words="Some words"), "application/pdf")


def test_versions_are_numbered_and_never_changed(where, author):
    made = paper(where, author, "One **two**.")
    papers.write(actor=author, paper=made, base=1, text="One three.", note="A word")
    papers.send_file(actor=author, paper=made, base=2, upload=pdf())
    rows = list(made.versions.order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3]
    assert "<strong>two</strong>" in rows[0].html
    assert rows[1].note == "A word"
    assert (rows[2].text, rows[2].file_name) == ("", "draft.pdf")
    with pytest.raises(Invalid):
        papers.write(actor=author, paper=made, base=3, text=" \n ")
    papers.write(actor=author, paper=made, base=3, text="One three.")
    with pytest.raises(Invalid):
        papers.write(actor=author, paper=made, base=4, text="One three.")


def test_markdown_is_cleaned(where, author):
    text = (
        "# Title\n\n<script>alert(1)</script> <img src=x onerror=y>\n\n"
        "[a](javascript:alert(1)) ![b](https://example.org/x.png) [c](https://example.org/)"
    )
    html = paper(where, author, text).versions.get().html
    assert "<h3>Title</h3>" in html
    for bad in ("<script", "<img", 'javascript:"', 'href="javascript'):
        assert bad not in html
    assert 'href="https://example.org/"' in html


def test_the_later_of_two_is_told_and_keeps_what_she_typed(where, author, lead):
    made = paper(where, author, "First line.\n\nSecond line.")
    papers.write(actor=lead, paper=made, base=1, text="First line.\n\nAnother line.")
    browser = people.signed_in(author)
    address = at("community_paper_write", where, made)
    mine = "My first line.\n\nSecond line."
    answer = browser.post(address, {"base": "1", "text": mine, "note": "My note"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing you typed is lost" in text
    assert "My first line." in text
    assert 'value="My note"' in text
    assert 'name="base" value="2"' in text
    assert "<ins>" in text, "what the other changed is shown"
    made.refresh_from_db()
    assert made.latest == 2
    assert browser.post(address, {"base": "2", "text": mine}).status_code == 302
    made.refresh_from_db()
    assert made.latest == 3
    with pytest.raises(Conflict):
        papers.send_file(actor=lead, paper=made, base=1, upload=pdf())


def test_nothing_typed_is_lost_by_any_refusal(where, author, lead, monkeypatch):
    made = paper(where, author)
    browser = people.signed_in(author)
    write, kept = at("community_paper_write", where, made), "A long day of words."
    papers.agree(actor=lead, paper=made)
    for address in (write, at("community_paper_comment", where, made, 1)):
        answer = browser.post(address, {"base": "1", "text": kept})
        assert answer.status_code == 409
        assert kept in answer.content.decode()
    papers.reopen(actor=lead, paper=made)
    leading.close(actor=lead, group=where)
    answer = browser.post(write, {"base": "1", "text": kept})
    assert (answer.status_code, kept in answer.content.decode()) == (409, True)
    leading.reopen(actor=lead, group=where)
    long = kept * 4000
    answer = browser.post(write, {"base": "1", "text": long})
    assert (answer.status_code, long in answer.content.decode()) == (400, True)
    monkeypatch.setattr(ratelimit, "wait", lambda key, limit: 90)
    answer = browser.post(write, {"base": "1", "text": kept})
    assert "Wait 2 minutes" in answer.content.decode()
    assert (answer.status_code, kept in answer.content.decode()) == (429, True)


def test_a_paper_begins_with_text_or_file(where, author):
    browser = people.signed_in(author)
    new = at("community_paper_new", where)
    sent = {"title": "T", "language": "en", "label": "GREEN", "text": ""}
    assert browser.post(new, sent).status_code == 400
    answer = browser.post(new, sent | {"text": "Words", "upload": pdf()})
    assert answer.status_code == 400
    assert "Send a text or a file, not both." in answer.content.decode()
    answer = browser.post(new, sent | {"upload": SimpleUploadedFile("a.pdf", b"not a pdf")})
    assert answer.status_code == 400
    assert not Paper.objects.exists()
    assert browser.post(new, sent | {"upload": pdf()}).status_code == 302
    made = Paper.objects.get()
    file = at("community_paper_file", where, made, 1)
    answer = browser.get(file)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")
    stored = made.versions.get().file
    own = f"/en/files/{stored.public_id}/"
    stranger = people.signed_in(member(of=author.membership.organisation))
    for address in (file, own):
        assert stranger.get(address).status_code == 404
    joining.leave(actor=author, group=where)
    for address in (file, own):
        assert browser.get(address).status_code == 404, "who left reads no file, not even her own"


def test_comments_are_answered_and_marked_by_author_or_leader(where, author, lead):
    made, reader = paper(where, author), inside(where, "Rea Reader")
    said = commenting.say(actor=reader, version=made.versions.get(), text="Why?")
    assert Notification.objects.get(user=author).verb == "group-paper"
    answer = commenting.answer(actor=author, comment=said, text="Because.")
    below = commenting.answer(actor=lead, comment=answer, text="I agree.")
    assert below.to == said
    assert Notification.objects.filter(user=reader, verb="group-paper").exists()
    with pytest.raises(NotAllowed):
        commenting.settle(actor=reader, comment=said, done=True)
    with pytest.raises(Conflict):
        commenting.settle(actor=author, comment=answer, done=True)
    for who in (author, lead):
        commenting.settle(actor=who, comment=said, done=True)
        commenting.settle(actor=who, comment=said, done=False)
    browser = people.signed_in(author)
    browser.post(at("community_paper_settle", where, made, said), {"choice": "done"})
    text = browser.get(at("community_paper", where, made)).content.decode()
    assert "Marked as done by" in text
    assert "I agree." in text
    assert (
        browser.post(at("community_paper_answer", where, made, said), {"text": ""}).status_code
        == 400
    )
    browser.post(at("community_paper_comment", where, made, 1), {"text": "More."})
    assert PaperComment.objects.filter(text="More.").exists()
    with pytest.raises(Invalid):
        commenting.say(actor=reader, version=made.versions.get(), text="x" * 4001)


def test_comparing_two_versions_by_page(where, author):
    made = paper(where, author, "The old word stands here.")
    papers.write(actor=author, paper=made, base=1, text="The new word stands here.")
    browser = people.signed_in(author)
    chosen = f"{at('community_paper_compare_choose', where, made)}?old=1&new=2"
    answer = browser.get(chosen, follow=True)
    text = answer.content.decode()
    assert "old−]</del>" in text
    assert "new+]</ins>" in text
    assert "taken out:" in text
    papers.send_file(actor=author, paper=made, base=2, upload=pdf())
    assert browser.get(at("community_paper_compare", where, made, 1, 3)).status_code == 404
    assert browser.get(at("community_paper_compare", where, made, 1, 9)).status_code == 404


def test_agreed_is_closed_by_author_or_leader(where, author, lead):
    made, reader = paper(where, author), inside(where)
    with pytest.raises(NotAllowed):
        papers.agree(actor=reader, paper=made)
    browser = people.signed_in(author)
    browser.post(at("community_paper_state", where, made), {"choice": "agree"})
    with pytest.raises(Conflict):
        papers.write(actor=lead, paper=made, base=1, text="More")
    text = browser.get(at("community_paper", where, made)).content.decode()
    assert "Agreed on" in text
    assert "Write a new version" not in text
    browser.post(at("community_paper_state", where, made), {"choice": "reopen"})
    papers.write(actor=lead, paper=made, base=1, text="More")


def test_amber_is_read_by_the_source_and_whom_it_names(where, author):
    made = paper(where, author, label="AMBER")
    same = member(of=author.membership.organisation)
    put(where, same)
    other, outside = inside(where, "Otto Other"), member(of=author.membership.organisation)
    assert papers_in(same, where).exists()
    assert not papers_in(other, where).exists()
    assert not papers_in(outside, where).exists()
    browser = people.signed_in(author)
    address = at("community_paper_readers", where, made)
    assert "Otto Other" in browser.get(address).content.decode()
    browser.post(address, {"people": [str(other.public_id)]})
    assert papers_in(other, where).exists()
    assert people.signed_in(other).get(address).status_code == 404
    joining.leave(actor=other, group=where)
    put(where, other)
    assert not papers_in(other, where).exists(), "what was given by name ends with the place"
    browser.post(address, {"people": [str(outside.public_id)]})
    assert not papers_in(outside, where).exists()


def test_red_asks_for_a_fresh_factor_and_names_people(where, author):
    made, other = paper(where, author, label="RED"), inside(where)
    assert not papers_in(other, where).exists()
    stale = people.signed_in(author, fresh=False)
    answer = stale.get(at("community_paper", where, made))
    assert answer.status_code == 302
    assert "First words." not in answer.content.decode()
    with step_up.confirmed(author):
        readers.choose(actor=author, paper=made, people=[other.public_id])
    assert papers_in(other, where).exists()
    green = paper(where, author, label="GREEN")
    with pytest.raises(Conflict):
        readers.choose(actor=author, paper=green, people=[other.public_id])


def test_notices_of_comments_go_to_readers_inside_alone(where, author):
    made, other = paper(where, author, label="GREEN"), inside(where)
    joining.leave(actor=author, group=where)
    commenting.say(actor=other, version=made.versions.get(), text="Anybody there?")
    assert not Notification.objects.filter(user=author).exists()

"""What stands on the pages of a copy, in every script, and how long that takes."""

import time

import pytest

from community.library import copies
from community.library.copy_models import StampedCopy
from community.library.models import Edition
from portal.files.models import StoredFile
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany
from tests.community.library.shelf import copy_for, pages_of, restricted, verified, with_text
from tests.people import member

pytestmark = pytest.mark.django_db
NAMES = [
    "محمد عبد الله",
    "王伟",
    "Олександр Ковальчук",
    "José Ñúñez",
    "أحمد 王 Ann",
    "#set page(fill: red)",
]


def test_two_hundred_pages_bear_name_time_number_and_label_twice():
    owner, edition = restricted("AMBER+STRICT", content=with_text(200))
    began = time.monotonic()
    copy = copy_for(owner, edition)
    took = time.monotonic() - began
    pages = pages_of(copy)
    assert len(pages) == 200
    moment = copy.made_at.strftime("%Y-%m-%d")
    for number, text in enumerate(pages, 1):
        assert f"Honest words on this page {number}" in text
        assert text.count("TLP:AMBER+STRICT") == 2
        assert text.count(copy.number) == 2
        assert text.count(moment) == 2
        assert text.count(owner.name) == 2
    print(f"200 pages stamped in {took:.2f} s")
    assert took < 60


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_stand_there_as_text(name):
    owner, edition = restricted("RED")
    type(owner).objects.filter(pk=owner.pk).update(name=name)
    owner.name = name
    [text] = pages_of(copy_for(owner, edition))
    for word in name.split():
        assert text.count(word) >= 2, text
    assert text.count("TLP:RED") == 2


def test_direction_of_a_name_is_that_of_its_first_letter():
    assert copies._is_rtl("1. محمد")
    assert not copies._is_rtl("Ann محمد")
    assert not copies._is_rtl("王伟")
    assert not copies._is_rtl("")


def test_person_without_a_name_is_named_by_number():
    owner, edition = restricted("AMBER")
    type(owner).objects.filter(pk=owner.pk).update(name="")
    owner.name = ""
    [text] = pages_of(copy_for(owner, edition))
    assert str(owner.public_id) in text.replace("\n", "")


def test_a_copy_is_made_once_and_kept():
    owner, edition = restricted("AMBER")
    first = copy_for(owner, edition)
    again = copy_for(owner, edition)
    assert (first.pk, first.file_id) == (again.pk, again.file_id)


def test_making_twice_makes_one():
    owner, edition = restricted("AMBER")
    copy = copy_for(owner, edition)
    assert copies.make(copy.pk) == "gone"
    assert StoredFile.objects.filter(purpose="publication-copy").count() == 1


def test_copy_of_a_file_replaced_meanwhile_is_not_kept():
    owner, edition = restricted("AMBER")
    edition = Edition.objects.select_related("publication", "file").get(pk=edition.pk)
    copy = copies.ask(actor=verified(owner), edition=edition)
    Edition.objects.update(sha256="0" * 64)
    assert copies.make(copy.pk) == "failed"
    assert not StoredFile.objects.filter(purpose="publication-copy").exists()


def test_lost_work_is_begun_anew():
    owner, edition = restricted("AMBER")
    edition = Edition.objects.select_related("publication", "file").get(pk=edition.pk)
    with clock.held() as now:
        lost = copies.ask(actor=verified(owner), edition=edition)
        assert copies.ask(actor=owner, edition=edition).pk == lost.pk
        now.advance(seconds=3600)
        assert copies.ask(actor=owner, edition=edition).pk != lost.pk
    assert StampedCopy.objects.count() == 1


def test_copies_are_forgotten_after_a_week_with_their_bytes():
    owner, edition = restricted("AMBER")
    copy_for(owner, edition)
    assert copies.forget() == 0
    with clock.held() as now:
        now.advance(days=8)
        assert copies.forget() == 1
    assert not StampedCopy.objects.exists()
    assert StoredFile.objects.count() == 1


def test_copies_go_with_the_account():
    owner, edition = restricted("AMBER")
    colleague = member(of=edition.publication.source)
    copy_for(owner, edition)
    copy_for(colleague, edition)
    assert copies.forget(person=colleague) == 1
    assert StampedCopy.objects.get().person == owner


def test_who_may_not_open_gets_no_copy_made():
    _owner, edition = restricted("AMBER")
    edition = Edition.objects.select_related("publication", "file").get(pk=edition.pk)
    with pytest.raises(NotAllowed):
        copies.ask(actor=verified(member()), edition=edition)


def test_green_files_are_not_stamped():
    owner, edition = restricted("GREEN")
    with pytest.raises(NotAllowed):
        copies.ask(actor=verified(owner), edition=edition)


def test_preparing_is_limited(monkeypatch):
    limit = ratelimit.Limit("stamped-copies", "reading", 1, "copies", "account", 3600)
    monkeypatch.setitem(ratelimit.BY_NAME, limit.name, limit)
    owner, edition = restricted("AMBER")
    edition = Edition.objects.select_related("publication", "file").get(pk=edition.pk)
    copies.ask(actor=verified(owner), edition=edition)
    StampedCopy.objects.all().delete()
    with pytest.raises(TooMany):
        copies.ask(actor=owner, edition=edition)


def test_waiting_for_the_scanner_is_said():
    owner, edition = restricted("AMBER")
    StoredFile.objects.update(state=StoredFile.State.QUARANTINED)
    edition = Edition.objects.select_related("publication", "file").get(pk=edition.pk)
    with pytest.raises(Conflict):
        copies.ask(actor=verified(owner), edition=edition)

"""Taking in, keeping within limits, deleting, and what is left when something breaks."""

import os
import re
import stat
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.urls import reverse

from portal.audit.models import AuditRow
from portal.files import intake, services, store
from portal.files.models import StoredFile
from portal.files.permissions import files_visible_to, may_read
from portal.shared import clock, ratelimit
from portal.shared.errors import Invalid, NotAllowed
from tests.files.made import image, pdf
from tests.files.uploads import PURPOSE, content_of, register, upload, verified
from tests.people import member, person, signed_in

pytestmark = pytest.mark.django_db


def receive(owner, name: str = "a.txt", content: bytes = b"words", **fields) -> StoredFile:
    return services.receive(owner=owner, upload=upload(name, content), purpose=PURPOSE, **fields)


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def limited(monkeypatch, name: str, amount: int) -> None:
    monkeypatch.setitem(ratelimit.BY_NAME, name, ratelimit.Limit(name, "files", amount, "x"))


@pytest.mark.django_db(transaction=True)
def test_receive_keeps_the_bytes_under_a_random_name_for_its_owner_alone(private_root):
    stored = receive(person())
    [path] = files_below(private_root)
    assert (
        path == private_root / stored.stored_name[:2] / stored.stored_name[2:4] / stored.stored_name
    )
    assert re.fullmatch(r"[0-9a-f]{40}", stored.stored_name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(private_root.stat().st_mode) == 0o700
    assert str(stored.public_id) not in str(path)
    assert not private_root.is_relative_to(django_settings.MEDIA_ROOT)


def test_receive_writes_the_row_and_the_record():
    owner = person()
    stored = receive(owner, about="A-1", label="GREEN")
    assert (stored.owner, stored.marked_by, stored.about, stored.label) == (
        owner,
        owner,
        "A-1",
        "GREEN",
    )
    row = AuditRow.objects.get(event="file.received")
    assert "a.txt" not in row.body  # a name is content
    assert '"type":"TXT"' in row.body


def test_receive_unknown_purpose_or_label_is_a_fault_of_ours(private_root):
    owner = person()
    with pytest.raises(KeyError):
        services.receive(owner=owner, upload=upload("a.txt", b"x"), purpose="unknown")
    with pytest.raises(ValueError, match="PURPLE"):
        receive(owner, label="PURPLE")
    assert files_below(private_root) == []


def test_receive_type_the_purpose_does_not_accept_says_which(private_root):
    register(accepted=frozenset({"pdf", "jpg", "jpeg"}))
    with pytest.raises(Invalid, match=r"Send one of these: PDF, JPEG\."):
        receive(person())


def test_receive_too_large_says_how_large(monkeypatch):
    limited(monkeypatch, "document-size", 1024 * 1024)
    with pytest.raises(Invalid, match="At most 1 MB"):
        receive(person(), content=b"a" * (1024 * 1024 + 1))


def test_receive_counts_bytes_itself():
    """The size a browser states is not believed."""
    sent = upload("a.png", image() + b"\0" * (10 * 1024 * 1024))
    sent.size = 10
    with pytest.raises(Invalid, match="At most 10 MB"):
        services.receive(owner=person(), upload=sent, purpose=PURPOSE)


def test_quota_of_files_and_of_bytes(monkeypatch, private_root):
    owner = person()
    first = receive(owner)
    limited(monkeypatch, "account-files", 1)
    with pytest.raises(Invalid, match="as many files"):
        receive(owner)
    limited(monkeypatch, "account-files", 9)
    limited(monkeypatch, "account-bytes", 9)
    with pytest.raises(Invalid, match="all the room"):
        receive(owner)
    assert [path.name for path in files_below(private_root)] == [first.stored_name]
    assert receive(person()).size == 5  # another account has its own room


def test_row_that_cannot_be_written_leaves_no_bytes(monkeypatch, private_root):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(services, "record", fails)
    with pytest.raises(RuntimeError):
        receive(person())
    assert files_below(private_root) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_examined_then_rolled_back_leaves_nothing(private_root):
    owner = person()

    def deed() -> None:
        with (
            services.examined(owner=owner, upload=upload("a.txt", b"x"), purpose=PURPOSE) as paper,
            transaction.atomic(),
        ):
            services.keep(paper, owner=owner, purpose=PURPOSE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        deed()
    assert files_below(private_root) == []
    assert not StoredFile.objects.exists()


def test_examined_and_not_kept_leaves_nothing(private_root):
    with services.examined(owner=person(), upload=upload("a.txt", b"x"), purpose=PURPOSE):
        assert len(files_below(private_root)) == 1
    assert files_below(private_root) == []


@pytest.mark.django_db(transaction=True)
def test_outer_rollback_leaves_bytes_only_until_the_sweep(private_root):
    owner = person()

    def deed() -> None:
        with transaction.atomic():
            receive(owner)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        deed()
    [left] = files_below(private_root)
    assert left.parent.name == store.INCOMING
    assert services.sweep() == 0  # it may belong to a request that still runs
    with clock.held() as now:
        now.advance(seconds=store.OLD + 60)
        assert services.sweep() == 1
    assert files_below(private_root) == []


def test_sweep_puts_a_file_with_a_row_in_its_place(private_root):
    stored = receive(person())  # in a test nothing is committed, so it still waits
    assert store.waiting(stored.stored_name).is_file()
    assert content_of(stored) == b"words"
    with clock.held() as now:
        now.advance(seconds=store.OLD + 60)
        assert services.sweep() == 0
    assert store.place(stored.stored_name).is_file()
    assert content_of(stored) == b"words"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 39, "g" * 40, "A" * 40, "/" * 40])
def test_store_knows_no_other_names(name):
    with pytest.raises(ValueError, match="not a name"):
        store.place(name)


def test_store_names_do_not_repeat_and_hold_enough():
    names = {store.new_name() for _ in range(1_000)}
    assert len(names) == 1_000
    assert all(len(name) * 4 >= 128 for name in names)


@pytest.mark.django_db(transaction=True)
def test_delete_by_owner_removes_row_and_bytes(private_root):
    owner = person()  # the table of places is empty in a test that commits
    stored = receive(owner)
    path = reverse("stored_file_delete", kwargs={"public_id": stored.public_id})
    client = signed_in(owner)
    page = client.get(path)
    assert page.status_code == 200
    assert StoredFile.objects.exists()  # asking deletes nothing
    assert client.post(path).status_code == 302
    assert not StoredFile.objects.exists()
    assert files_below(private_root) == []
    assert AuditRow.objects.filter(event="file.deleted").count() == 1
    assert client.post(path).status_code == 404


def test_delete_by_others_or_where_the_purpose_forbids_is_not_found():
    owner = member()
    stored = receive(owner, label="GREEN")
    path = reverse("stored_file_delete", kwargs={"public_id": stored.public_id})
    for client in (signed_in(member()), signed_in(member(tier="courier"))):
        assert client.get(path).status_code == client.post(path).status_code == 404
    register(may_delete=lambda user, stored: False)
    assert signed_in(owner).post(path).status_code == 404
    with pytest.raises(NotAllowed):
        services.delete(actor=owner, public_id=stored.public_id)
    assert StoredFile.objects.exists()


def test_delete_files_of_an_account_takes_all_and_only_hers():
    owner, other = person(), person()
    receive(owner)
    receive(owner)
    kept = receive(other)
    assert services.delete_files_of(owner=owner, purposes=("something-else",)) == 0
    assert services.delete_files_of(owner=owner) == 2
    assert list(StoredFile.objects.all()) == [kept]


def test_list_and_question_agree_for_a_purpose():
    register(may_read=lambda user, stored: stored.about == "x", listed=lambda user: _about_x())
    owner, other = verified(member()), verified(member())
    for about in ("x", "y"):
        for label in ("CLEAR", "GREEN", "RED", ""):
            receive(owner, about=about, label=label)
    for user in (owner, other, member(), person()):
        listed = set(files_visible_to(user, PURPOSE))
        assert listed == {row for row in StoredFile.objects.all() if may_read(user, row)}
    assert len(set(files_visible_to(other, PURPOSE))) == 2


def _about_x():
    from django.db.models import Q

    return Q(about="x")


def test_held_or_closed_account_reads_nothing():
    owner = verified(member())
    stored = receive(owner, label="CLEAR")
    assert may_read(owner, stored)
    owner.hold = "suspended"
    assert not may_read(owner, stored)
    owner.hold, owner.is_active = "", False
    assert not may_read(owner, stored)


def test_intake_leaves_no_raw_file_behind(private_root, monkeypatch):
    seen = []
    monkeypatch.setattr(
        intake.scanner, "scan", lambda path: seen.append(path) or intake.scanner.Clean()
    )
    receive(person(), "a.pdf", pdf())
    assert seen[0].suffix == ".raw"
    assert not seen[0].exists()
    assert len(files_below(private_root)) == 1
    assert os.access(private_root, os.W_OK)

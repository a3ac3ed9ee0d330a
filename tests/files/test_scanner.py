"""The virus scanner: what it says, and what its silence means."""

from io import StringIO

import pytest
from django.core.management import call_command

from portal.audit.models import AuditRow
from portal.files import scanner, services, serving, store
from portal.files.models import StoredFile
from portal.notifications.models import Notification
from portal.shared.errors import Conflict, Invalid
from tests.files import clamd
from tests.files.made import EICAR, pdf
from tests.files.uploads import PURPOSE, register, upload, verified
from tests.people import member, person, signed_in

State = StoredFile.State
SILENCES = [
    "hang up",
    "half way",
    "garbage",
    "empty",
    "half",
    "error",
    "other",
    "named ok",
    "limit",
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 5_000)
    return path


def _receive(owner=None, content: bytes = b"hello"):
    return services.receive(
        owner=owner or member(), upload=upload("a.txt", content), purpose=PURPOSE
    )


def test_scan_clean_sends_every_byte(settings, file):
    with clamd.scanner() as server:
        settings.CLAMD_URL = server.url
        assert scanner.scan(file) == scanner.Clean()
        assert server.seen == [b"x" * 5_000]


def test_scan_eicar_is_found_by_name(settings, file):
    file.write_bytes(EICAR)
    with clamd.scanner() as server:
        settings.CLAMD_URL = server.url
        assert scanner.scan(file) == scanner.Found("Eicar-Signature")


@pytest.mark.parametrize("behaviour", SILENCES)
def test_scan_no_proper_answer_is_down(settings, file, behaviour):
    with clamd.scanner(behaviour) as server:
        settings.CLAMD_URL = server.url
        assert scanner.scan(file) == scanner.Down()


def test_scan_silence_ends_at_the_time_limit(settings, file, monkeypatch):
    monkeypatch.setattr(scanner, "TIMEOUT", 0.2)
    with clamd.scanner("silent") as server:
        settings.CLAMD_URL = server.url
        assert scanner.scan(file) == scanner.Down()


@pytest.mark.parametrize(
    "url", ["unix:///no/such/socket", "http://127.0.0.1/", "tcp://", "nonsense"]
)
def test_scan_wrong_address_is_down(settings, file, url):
    settings.CLAMD_URL = url
    assert scanner.scan(file) == scanner.Down()


def test_scan_without_scanner_is_absent(settings, file):
    settings.CLAMD_URL = ""
    assert scanner.scan(file) == scanner.Absent()


@pytest.mark.django_db
def test_receive_without_scanner_is_marked_unscanned():
    stored = _receive()
    assert stored.state == State.UNSCANNED
    assert str(stored.get_state_display()) == "Not checked for viruses"


@pytest.mark.django_db
def test_receive_eicar_is_refused_and_kept_nowhere(settings, private_root):
    with clamd.scanner() as server:
        settings.CLAMD_URL = server.url
        with pytest.raises(Invalid, match="virus check found"):
            _receive(content=EICAR)
        assert server.seen  # it was the scanner that said so
    assert not StoredFile.objects.exists()
    assert [path for path in private_root.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
@pytest.mark.parametrize("behaviour", [None, *SILENCES])
def test_receive_with_scanner_down_is_quarantined_and_cannot_be_opened(settings, behaviour):
    owner = member()
    if behaviour is None:
        settings.CLAMD_URL = clamd.closed_port()
        stored = _receive(owner)
    else:
        with clamd.scanner(behaviour) as server:
            settings.CLAMD_URL = server.url
            stored = _receive(owner)
    assert stored.state == State.QUARANTINED
    answer = signed_in(owner).get(f"/en/files/{stored.public_id}/")
    assert answer.status_code == 409
    assert b"waits for the virus check" in answer.content
    assert not AuditRow.objects.filter(event="file.read").exists()


@pytest.mark.django_db(transaction=True)
def test_scan_waiting_frees_the_clean_and_deletes_the_found(settings):
    register(labelled=False)
    owner = person()  # the table of places is empty in a test that commits
    settings.CLAMD_URL = clamd.closed_port()
    good, bad = _receive(owner), _receive(owner, b"before " + EICAR)
    with clamd.scanner() as server:
        settings.CLAMD_URL = server.url
        out = StringIO()
        call_command("scan_files", stdout=out)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state, bad.finding) == (State.CLEAN, State.REFUSED, "Eicar-Signature")
    assert store.where(good.stored_name).read_bytes() == b"hello"
    with pytest.raises(FileNotFoundError):
        store.where(bad.stored_name)
    assert "clean: 1" in out.getvalue()
    assert Notification.objects.filter(user=owner, verb="file", key=str(bad.public_id)).exists()
    answer = signed_in(owner).get(f"/en/files/{bad.public_id}/")
    assert answer.status_code == 409
    assert AuditRow.objects.filter(event="file.scanned").count() == 2


@pytest.mark.django_db
def test_scan_waiting_with_scanner_down_leaves_everything_waiting(settings):
    settings.CLAMD_URL = clamd.closed_port()
    stored = _receive()
    assert services.scan_waiting() == {"waiting": 1}
    stored.refresh_from_db()
    assert stored.state == State.QUARANTINED


@pytest.mark.django_db
def test_scan_waiting_also_looks_at_files_from_before_there_was_a_scanner(settings):
    stored = _receive()
    with clamd.scanner() as server:
        settings.CLAMD_URL = server.url
        assert services.scan_waiting() == {"clean": 1}
        assert services.scan_waiting() == {}
    stored.refresh_from_db()
    assert stored.state == State.CLEAN
    assert not Notification.objects.filter(verb="file").exists()  # nothing changed for her


@pytest.mark.django_db
def test_verdict_for_a_file_deleted_meanwhile_changes_nothing():
    stored = _receive()
    pk = stored.pk
    services.delete(actor=stored.owner, public_id=stored.public_id)
    assert services._settle_verdict(pk, scanner.Clean()) == "gone"


@pytest.mark.django_db
def test_conflict_words_do_not_name_the_finding(settings):
    stored = _receive()
    StoredFile.objects.filter(pk=stored.pk).update(state=State.REFUSED, finding="Secret.Name")
    with pytest.raises(Conflict) as refusal:
        serving.open_for(user=verified(stored.owner), public_id=stored.public_id)
    assert "Secret.Name" not in str(refusal.value)


@pytest.mark.django_db
def test_pdf_is_scanned_as_it_was_sent(settings):
    content = pdf() + b"TRAILING"
    with clamd.scanner() as server:
        settings.CLAMD_URL = server.url
        stored = services.receive(owner=member(), upload=upload("a.pdf", content), purpose=PURPOSE)
        assert server.seen == [content]
    assert stored.state == State.CLEAN

"""``manage.py audit``: verify, head, export."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core import mail
from django.core.management import CommandError, call_command

from portal.audit.models import AuditRow
from tests.audit import tampering
from tests.flushing import unguarded


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("audit", *[str(argument) for argument in arguments], stdout=out)
    return out.getvalue()


@pytest.fixture
def keys(tmp_path: Path, settings) -> Path:
    """A signing key in the settings; the public key's file is returned."""
    key = Ed25519PrivateKey.generate()
    private, public = tmp_path / "key.pem", tmp_path / "public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    settings.AUDIT_SIGNING_KEY = str(private)
    return public


@pytest.mark.django_db
def test_verify_says_that_all_is_well_and_how_much_it_read() -> None:
    tampering.some_deeds(3)
    assert "3 rows" in run("verify")
    assert json.loads(run("verify", "--json")) == {
        "ok": True,
        "rows": 3,
        "heads": 0,
        "broken": None,
    }


@pytest.mark.django_db(transaction=True)
def test_verify_fails_with_the_first_broken_row() -> None:
    tampering.some_deeds(4)
    with unguarded():
        tampering.write("UPDATE portal_auditrow SET event = 'sign-out' WHERE number = 2")
    with pytest.raises(CommandError, match="Row 2 was changed") as caught:
        run("verify")
    assert caught.value.returncode == 1


@pytest.mark.django_db(transaction=True)
def test_a_signed_head_kept_elsewhere_finds_a_cut_tail(tmp_path: Path, keys: Path) -> None:
    heads = tmp_path / "heads.jsonl"
    tampering.some_deeds(5)
    run("head", "--sign", "--out", heads)
    run("head", "--sign", "--out", heads)  # nothing new: nothing written
    assert len(heads.read_text().splitlines()) == 1
    with unguarded():
        tampering.write("DELETE FROM portal_auditrow WHERE number > 3")
        digest = AuditRow.objects.get(number=3).hash
        tampering.write("UPDATE portal_audithead SET number = 3, hash = %s", digest)
    assert "3 rows" in run("verify")
    with pytest.raises(CommandError, match="row 5 was exported"):
        run("verify", "--head", heads, "--public-key", keys)


@pytest.mark.django_db
def test_a_forged_head_is_refused(tmp_path: Path, keys: Path) -> None:
    tampering.some_deeds(2)
    heads = tmp_path / "heads.jsonl"
    run("head", "--sign", "--out", heads)
    run("verify", "--head", heads, "--public-key", keys)
    line = json.loads(heads.read_text())
    for forged in (
        line | {"number": 1},
        line | {"at": "2020-01-01T00:00:00+00:00"},
        {name: value for name, value in line.items() if name != "signature"},
        {"number": "2", "hash": line["hash"]},
        [],
        "text",
    ):
        heads.write_text(json.dumps(forged) + "\n")
        with pytest.raises(CommandError, match="Line 1") as caught:
            run("verify", "--head", heads, "--public-key", keys)
        assert caught.value.returncode == 2


@pytest.mark.django_db
def test_two_hashes_for_one_row_are_found(tmp_path: Path) -> None:
    tampering.some_deeds(1)
    heads = tmp_path / "heads.jsonl"
    one = run("head")
    heads.write_text(one + json.dumps(json.loads(one) | {"hash": "a" * 64}) + "\n")
    with pytest.raises(CommandError, match="two hashes"):
        run("verify", "--head", heads)
    heads.write_text("\n")
    with pytest.raises(CommandError, match="no head"):
        run("verify", "--head", heads)


@pytest.mark.django_db
def test_the_head_is_mailed_to_two_trustees_at_least(settings) -> None:
    tampering.some_deeds(2)
    settings.AUDIT_TRUSTEES = ["one@example.org"]
    with pytest.raises(CommandError, match="two people"):
        run("head", "--mail")
    settings.AUDIT_TRUSTEES = ["one@example.org", "two@example.org"]
    line = run("head", "--mail").strip()
    assert [sent.to for sent in mail.outbox] == [["one@example.org"], ["two@example.org"]]
    assert all(line in sent.body for sent in mail.outbox)


@pytest.mark.django_db
def test_a_head_is_not_signed_without_a_right_key(tmp_path: Path, settings) -> None:
    settings.AUDIT_SIGNING_KEY = ""
    with pytest.raises(CommandError, match="AUDIT_SIGNING_KEY"):
        run("head", "--sign")
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no key")
    settings.AUDIT_SIGNING_KEY = str(wrong)
    with pytest.raises(CommandError, match="cannot be read"):
        run("head", "--sign")


@pytest.mark.django_db
def test_an_export_is_recorded_and_whole() -> None:
    tampering.some_deeds(4)
    lines = run("export").splitlines()
    assert [json.loads(json.loads(line)["body"])["number"] for line in lines] == [1, 2, 3, 4, 5]
    assert AuditRow.objects.get(number=5).event == "audit.exported"
    assert len(run("export", "--format", "csv", "--until", "2001-01-01").splitlines()) == 1

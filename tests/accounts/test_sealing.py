"""Secrets at rest: sealed for one place, under keys that can be changed."""

import base64
import secrets

import pytest
from django.core.management import CommandError, call_command

from portal.accounts import sealing
from portal.accounts.factor_models import AppDevice
from tests.accounts.codes import code_of
from tests.people import app_device, person


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def test_what_is_sealed_comes_back_and_never_looks_the_same():
    first, second = (sealing.seal(b"secret", b"place") for _ in range(2))
    assert first != second
    assert sealing.unseal(first, b"place") == sealing.unseal(second, b"place") == b"secret"
    assert b"secret" not in base64.b64decode(first.split(".")[2])


def test_a_sealed_value_does_not_open_elsewhere_or_changed():
    sealed = sealing.seal(b"secret", b"place")
    version, mark, body = sealed.split(".")
    raw = bytearray(base64.b64decode(body))
    raw[-1] ^= 1
    changed = base64.b64encode(bytes(raw)).decode()
    for text, context in [
        (sealed, b"other"), (f"{version}.{mark}.{changed}", b"place"), (f"2.{mark}.{body}", b"place"),
        (f"{version}.00000000.{body}", b"place"), ("", b"place"), ("a.b", b"place"), (f"{version}.{mark}.%%", b"place"),
        (f"{version}.{mark}.", b"place"),
    ]:  # fmt: skip
        with pytest.raises(sealing.NotOurs):
            sealing.unseal(text, context)


def test_an_old_key_still_opens_and_the_new_one_seals(settings):
    old, new = new_key(), new_key()
    settings.FIELD_KEYS = [old]
    sealed = sealing.seal(b"secret", b"place")
    settings.FIELD_KEYS = [new, old]
    assert sealing.unseal(sealed, b"place") == b"secret"
    assert not sealing.is_current(sealed)
    assert sealing.is_current(sealing.seal(b"secret", b"place"))
    settings.FIELD_KEYS = [new]
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(sealed, b"place")


@pytest.mark.django_db
def test_resealing_moves_every_secret_to_the_first_key(settings, capsys):
    old, new = new_key(), new_key()
    settings.FIELD_KEYS = [old]
    devices = [app_device(person()) for _ in range(3)]
    secrets_before = [device.secret for device in devices]
    settings.FIELD_KEYS = [new, old]
    call_command("reseal")
    assert "3 secrets" in capsys.readouterr().out
    settings.FIELD_KEYS = [new]
    again = [AppDevice.objects.get(pk=device.pk) for device in devices]
    assert [device.secret for device in again] == secrets_before
    call_command("reseal")
    assert "0 secrets" in capsys.readouterr().out


@pytest.mark.django_db
def test_resealing_says_what_does_not_open_and_changes_the_others(settings, capsys):
    old, new = new_key(), new_key()
    settings.FIELD_KEYS = [new_key()]
    lost = app_device(person())
    settings.FIELD_KEYS = [old]
    kept = app_device(person())
    settings.FIELD_KEYS = [new, old]
    with pytest.raises(CommandError, match=r"1 secret"):
        call_command("reseal")
    kept.refresh_from_db()
    before = lost.sealed_key
    lost.refresh_from_db()
    assert sealing.is_current(kept.sealed_key)
    assert lost.sealed_key == before


@pytest.mark.django_db
def test_a_secret_moved_to_another_account_does_not_open():
    owner, thief = person(), person()
    device = app_device(owner)
    code = code_of(device)
    AppDevice.objects.filter(pk=device.pk).update(user=thief)
    moved = AppDevice.objects.get(pk=device.pk)
    with pytest.raises(sealing.NotOurs):
        moved.key  # noqa: B018
    import django_otp

    assert django_otp.verify_token(thief, moved.persistent_id, code) is None


@pytest.mark.django_db
def test_the_database_holds_no_readable_secret():
    device = app_device(person())
    device.refresh_from_db()
    assert device.secret not in device.sealed_key
    assert base64.b64encode(device.key).decode() not in device.sealed_key

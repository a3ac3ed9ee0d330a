"""A person sees and takes her own data: all of it, and nothing of anybody else."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from portal.audit.models import AuditRow
from portal.audit.services import record
from portal.files.models import StoredFile
from portal.rights import registry
from tests.limits import forget_limits
from tests.people import member, person, signed_in, staff
from tests.rights.life import ADDRESS, NAME, PHONE, POST, WORK, lived

pytestmark = pytest.mark.django_db

HOME = "/en/account/data/"
EXPORT, ACTIVITY, DELETE, STORED = (
    f"{HOME}{p}/" for p in ("export", "activity", "delete", "what-we-store")
)


@pytest.fixture(autouse=True)
def _own_limits(settings) -> None:
    settings.STAFF_NEED_PASSKEY = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()


def taken(user: Any) -> dict[str, Any]:
    answer = signed_in(user).post(EXPORT)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    return json.loads(answer.content)


def test_the_file_holds_everything_about_the_person() -> None:
    user, _other = lived()
    found = taken(user)
    text = json.dumps(found, ensure_ascii=False)
    for canary in (NAME, ADDRESS, f"old-{ADDRESS}", POST, WORK, PHONE, "192.0.2.1", f"{NAME}.pdf"):
        assert canary in text, canary
    assert [part for part, rows in found.items() if rows == []] == []
    assert found["account"][0]["email"] == ADDRESS
    assert [row["number"] for row in found["applications"]] == ["MINE22"]
    assert found["courses"][0]["questions"][0]["answers"][0]["answer"] == [WORK]
    assert found["courses"][0]["events"][0]["verb"] == "opened"
    assert {row["kind"] for row in found["second_factors"]} == {"app", "passkey", "recovery codes"}
    datetime.fromisoformat(found["made_at"])


def test_the_file_holds_no_secret_and_nothing_of_others() -> None:
    user, other = lived()
    text = json.dumps(taken(user))
    device = user.appdevice_set.get()
    secrets = [device.sealed_key, device.secret, user.password, other.email]
    sponsor = json.loads(text)["applications"][0]["sponsor_email"]
    assert sponsor == other.email  # what she wrote herself
    text = text.replace(f'"sponsor_email": "{other.email}"', "")
    assert [secret for secret in secrets if secret in text] == []
    canaries = ("stored", "device-key", "backup-key", "secret", "ciphertext")
    assert [word for word in canaries if f"{word}-canary" in text] == []


def test_first_decisions_are_in_neither_file_nor_list() -> None:
    user, _other = lived()
    found = taken(user)
    assert "application.proposed" not in {row["event"] for row in found["record"]}
    page = signed_in(user).get(ACTIVITY).content.decode()
    assert "Signed in" in page
    assert "First decision" not in page


def test_every_part_of_an_empty_account_is_there() -> None:
    found = taken(person())
    assert set(found) == {"format", "made_at", *registry.collect(person())}
    assert "courses" in found


def test_taking_the_data_is_recorded_limited_and_proven() -> None:
    user = member()
    stale = signed_in(user, fresh=False)
    assert stale.post(EXPORT).status_code == 302
    assert not AuditRow.objects.filter(event="data.exported").exists()
    browser = signed_in(user)
    assert [browser.post(EXPORT).status_code for _turn in range(6)] == [200] * 5 + [429]
    assert AuditRow.objects.filter(event="data.exported", about=str(user.public_id)).count() == 5


def test_a_person_sees_her_own_entries_only() -> None:
    user, other = member("Amina"), staff("administrator", "Boris")
    record("sign-out", actor=other)
    record("account.held", actor=other, about=user)
    record("audit.read", actor=other, about=user, facts={"count": 1})
    page = signed_in(user).get(ACTIVITY).content.decode()
    assert "Account suspended" in page
    assert "somebody else" in page
    assert "Boris" not in page
    assert str(other.public_id) not in page
    assert "Signed out" not in page
    assert "Record read" not in page


@pytest.mark.parametrize("before", ["x", "-1", "9" * 50, "٣"])
def test_a_wrong_place_in_the_list_is_no_fault(before: str) -> None:
    assert signed_in(person()).get(ACTIVITY, {"before": before}).status_code == 200


def test_own_entries_go_on_page_by_page() -> None:
    user = person()
    for _turn in range(60):
        record("sign-out", actor=user)
    browser = signed_in(user)
    page = browser.get(ACTIVITY)
    older = page.context["older"]
    assert len(page.context["entries"]) == 50
    assert len(browser.get(ACTIVITY, {"before": older}).context["entries"]) >= 10


def test_visitors_are_led_to_sign_in_except_for_the_public_list() -> None:
    browser = Client()
    for path in (HOME, ACTIVITY, DELETE):
        assert browser.get(path).status_code == 302
    assert browser.post(EXPORT).status_code == 302
    assert browser.get(STORED).status_code == 200


@pytest.mark.parametrize("path", [EXPORT])
def test_the_export_cannot_be_had_by_a_link(path: str) -> None:
    assert signed_in(person()).get(path).status_code == 405


def test_get_writes_nothing() -> None:
    user, _other = lived()
    browser = signed_in(user)

    def counts() -> dict[str, int]:
        return {m._meta.label: m._base_manager.count() for m in apps.get_models()}

    before = counts()
    for path in (HOME, ACTIVITY, DELETE, STORED):
        assert browser.get(path).status_code == 200
    assert counts() == before


def test_the_start_page_says_whom_to_ask() -> None:
    page = signed_in(member()).get(HOME).content.decode()
    assert "focal point" in page
    assert "/en/account/profile/" in page
    assert "Download my data" in page


def test_files_are_listed_without_their_place_on_disk() -> None:
    user, _other = lived()
    file = StoredFile.objects.get(owner=user)
    rows = taken(user)["files"]
    assert [row["name"] for row in rows] == [file.name]
    assert "stored_name" not in rows[0]

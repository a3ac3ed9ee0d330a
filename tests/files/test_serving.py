"""The one way out: who gets bytes, in what wrapping, and what is written down before."""

import json
import uuid
from urllib.parse import unquote

import pytest
from django.urls import reverse

from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.files import names, services, serving
from portal.files.models import StoredFile
from portal.files.permissions import register_purpose
from portal.markings.labels import Label
from portal.shared import ratelimit
from portal.shared.errors import NotAllowed
from tests.files.made import pdf
from tests.files.uploads import PURPOSE, content_of, register, upload, verified
from tests.people import member, organisation, person, signed_in, staff

pytestmark = pytest.mark.django_db
UNKNOWN = uuid.UUID(int=1)


def stored_as(owner, label: str = "GREEN", **fields) -> StoredFile:
    name = fields.pop("name", "report.pdf")
    content = fields.pop("content", None) or pdf()
    return services.receive(
        owner=owner, upload=upload(name, content), purpose=PURPOSE, label=label, **fields
    )


def path_of(stored: StoredFile) -> str:
    return reverse("stored_file", kwargs={"public_id": stored.public_id})


def reads() -> list[dict]:
    return [json.loads(row.body) for row in AuditRow.objects.filter(event="file.read")]


def test_owner_gets_the_whole_file_in_its_wrapping():
    owner = member()
    stored = stored_as(owner)
    answer = signed_in(owner).get(path_of(stored))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == content_of(stored)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(stored.size)
    assert answer["Content-Disposition"].startswith('attachment; filename="report.pdf"')
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "ETag" not in answer
    assert "Last-Modified" not in answer


def test_reading_is_in_the_record_with_label_and_reader():
    owner, reader = member(), member()
    stored = stored_as(owner)
    signed_in(reader).get(path_of(stored))
    [row] = reads()
    assert row["actor"] == str(reader.public_id)
    assert row["about"] == str(owner.public_id)
    assert row["thing"] == f"portal.storedfile:{stored.public_id}"
    assert row["facts"] == {"label": "GREEN"}


def test_a_record_that_fails_sends_no_byte(monkeypatch):
    owner = member()
    stored = stored_as(owner)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(serving, "record", fails)
    with pytest.raises(RuntimeError):
        signed_in(owner).get(path_of(stored))


@pytest.mark.parametrize(
    "header", [{"Range": "bytes=0-3"}, {"If-None-Match": "*"}, {"If-Range": "x"}]
)
def test_parts_and_conditions_are_not_answered(header):
    owner = member()
    stored = stored_as(owner)
    answer = signed_in(owner).get(path_of(stored), headers=header)
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == stored.size


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options", "patch"])
def test_other_methods_are_refused(method):
    owner = member()
    stored = stored_as(owner)
    assert getattr(signed_in(owner), method)(path_of(stored)).status_code == 405
    assert reads() == []


@pytest.mark.parametrize(
    "header",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "nonsense"}, {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch;prerender"},
    ],
)  # fmt: skip
def test_another_site_or_part_of_a_page_gets_nothing(header):
    owner = member()
    stored = stored_as(owner)
    assert signed_in(owner).get(path_of(stored), headers=header).status_code == 404
    assert reads() == []


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_own_pages_and_typed_addresses_are_answered(site):
    owner = member()
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document"}
    assert signed_in(owner).get(path_of(stored_as(owner)), headers=headers).status_code == 200


def test_unknown_foreign_and_unregistered_look_alike():
    owner, other = member(), member()
    hidden = stored_as(owner, "RED")
    lost = stored_as(owner)
    StoredFile.objects.filter(pk=lost.pk).update(purpose="nobody-knows")
    client = signed_in(other)
    missing = client.get(reverse("stored_file", kwargs={"public_id": UNKNOWN}))
    for stored in (hidden, lost):
        answer = client.get(path_of(stored))
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert reads() == []


def test_visitor_is_led_to_sign_in_and_told_nothing():
    stored = stored_as(member(), "CLEAR")
    from django.test import Client

    known, unknown = Client().get(path_of(stored)), Client().get(f"/en/files/{UNKNOWN}/")
    assert known.status_code == unknown.status_code == 302


def test_without_second_factor_only_the_owner_reads():
    register(labelled=False)
    owner, other = person(), member()
    stored = stored_as(owner)
    assert signed_in(owner, verified=False).get(path_of(stored)).status_code == 200
    assert signed_in(other, verified=False).get(path_of(stored)).status_code == 404
    assert signed_in(other).get(path_of(stored)).status_code == 200


@pytest.mark.parametrize("label", ["AMBER+STRICT", "RED"])
def test_strict_labels_ask_for_a_fresh_factor(label):
    home = organisation()
    owner = member(of=home)
    stored = stored_as(owner, label, source=home)
    answer = signed_in(owner, fresh=False).get(path_of(stored))
    assert answer.status_code != 200
    assert reads() == []
    assert signed_in(owner).get(path_of(stored)).status_code == 200
    assert reads()[0]["facts"] == {"label": label}


def test_strict_label_inside_the_service_raises_needed():
    home = organisation()
    owner = verified(member(of=home))
    stored = stored_as(owner, "AMBER+STRICT", source=home)
    with pytest.raises(step_up.Needed):
        serving.open_for(user=owner, public_id=stored.public_id)
    with step_up.confirmed(owner):
        serving.open_for(user=owner, public_id=stored.public_id)[1].close()


def test_administrator_reads_no_label_of_others():
    stored = [stored_as(member(), label) for label in ("", "AMBER", "AMBER+STRICT", "RED")]
    client = signed_in(staff("administrator"))
    assert [client.get(path_of(row)).status_code for row in stored] == [404] * 4


def test_courier_reads_nothing_above_clear():
    client = signed_in(member(tier="courier"))
    answers = [client.get(path_of(stored_as(member(), label))).status_code for label in Label]
    assert answers == [200, 404, 404, 404, 404]


def test_label_raised_between_look_and_opening_is_obeyed(monkeypatch):
    owner, reader = member(), verified(member())
    stored = stored_as(owner)
    real = serving.get_file_for
    calls = []

    def then_raised(user, public_id):
        found = real(user, public_id)
        calls.append(found)
        if len(calls) == 1:
            StoredFile.objects.filter(pk=stored.pk).update(label="RED")
        return found

    monkeypatch.setattr(serving, "get_file_for", then_raised)
    with pytest.raises(NotAllowed):
        serving.open_for(user=reader, public_id=stored.public_id)
    assert reads() == []


def test_restricted_downloads_are_limited_and_clear_ones_are_not(monkeypatch):
    limit = ratelimit.Limit("restricted-downloads-hour", "reading", 2, "downloads", "account", 3600)
    monkeypatch.setitem(ratelimit.BY_NAME, limit.name, limit)
    owner = member()
    green, clear = stored_as(owner), stored_as(owner, "CLEAR")
    client = signed_in(owner)
    assert [client.get(path_of(green)).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(path_of(clear)).status_code == 200
    assert len(reads()) == 3


def test_bytes_that_are_missing_are_said_in_words():
    from portal.files import store

    owner = member()
    stored = stored_as(owner)
    store.remove(stored.stored_name)
    assert signed_in(owner).get(path_of(stored)).status_code == 409
    assert reads() == []


HOSTILE_NAMES = [
    'a"b.pdf', "a\r\nSet-Cookie: x=1.pdf", "a\u202efdp.exe.pdf", "../../etc/passwd.pdf",
    "C:\\windows\\a.pdf", "con.pdf", "a;filename=b.exe.pdf", "\u2066x\u2069.pdf", ".pdf.pdf",
    "…" * 300 + ".pdf", "a%0d%0ab.pdf", "  . .pdf", "\ud800.pdf", "a\0b.pdf", "名前.pdf", "تقرير.pdf",
    "invoice.exe.pdf", "page.html.pdf", "x" * 5_000 + ".pdf", "é.pdf", "a.pdf\u200b.pdf", "..pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: repr(name[:20]))
def test_names_are_tame_in_the_row_and_in_the_header(name):
    owner = member()
    sent = upload("x.pdf", pdf())
    sent._name = name
    stored = services.receive(owner=owner, upload=sent, purpose=PURPOSE, label="GREEN")
    assert stored.name.endswith(".pdf")
    assert len(stored.name) <= 128
    assert not set(stored.name) & set('<>:"|?*\\/;%\r\n\0\u202e\u2066\u2069')
    assert ".exe" not in stored.name.removesuffix(".pdf")[-4:]
    header = signed_in(owner).get(path_of(stored))["Content-Disposition"]
    first, _, last = header.partition("; filename*=UTF-8''")
    assert header.isascii()
    assert header.isprintable()
    assert first.count('"') == 2
    assert first.startswith('attachment; filename="')
    assert unquote(last) == stored.name


@pytest.mark.parametrize(
    ("name", "kept"),
    [("名前.pdf", "名前.pdf"), ("12.03.2024 report.pdf", "12.03.2024 report.pdf"), ("a.pdf", "a.pdf"),
     ("CON.pdf", "_CON.pdf"), ("a.docm.pdf", "a_docm.pdf"), (".pdf", "file.pdf")],
)  # fmt: skip
def test_clean_name(name, kept):
    assert names.clean(name, "pdf") == kept


def test_type_sent_is_ours_not_the_senders():
    owner = member()
    sent = upload("a.txt", b"plain words", "text/html")
    stored = services.receive(owner=owner, upload=sent, purpose=PURPOSE, label="GREEN")
    answer = signed_in(owner).get(path_of(stored))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_purpose_can_be_narrower_than_the_label():
    register_purpose(PURPOSE, may_read=lambda user, stored: stored.owner_id == user.pk)
    owner = member()
    stored = stored_as(owner, "CLEAR")
    assert signed_in(member()).get(path_of(stored)).status_code == 404
    assert signed_in(owner).get(path_of(stored)).status_code == 200

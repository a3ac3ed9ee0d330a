"""Restricted records with files and people of two organisations, for tests of files and lending."""

import io
from typing import Any

import pikepdf
import pypdf
from django.urls import reverse

from community.library import editions
from community.library.copies import ask, make
from community.library.copy_models import StampedCopy
from community.library.models import Edition, Publication
from portal.accounts import step_up
from portal.files import store
from portal.permissions import forget
from portal.shared import clock
from portal.vetting.models import Membership
from tests.community.library.records import publication
from tests.files.made import pdf
from tests.files.uploads import upload
from tests.people import member, organisation, staff


def with_text(pages: int = 1, *, words: str = "Honest words on this page") -> bytes:
    """A PDF with a sentence on each page, of pages upright, wide and turned."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for number in range(pages):
        document.add_blank_page(page_size=(595.28, 841.89) if number % 3 else (842, 595))
        page = document.pages[number]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(
            f"BT /F1 12 Tf 40 100 Td ({words} {number + 1}) Tj ET".encode()
        )
        if number % 5 == 4:
            page.Rotate = 90
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def verified(person: Any) -> Any:
    person.is_verified = lambda: True
    return person


def editor(**scope: Any) -> Any:
    """An administrator who may put files to published records."""
    return verified(staff("administrator", **scope))


def put_file(
    record: Publication, actor: Any, *, content: bytes = b"", name: str = "study.pdf",
    language: str = "en",
) -> Edition:  # fmt: skip
    """Give a record a file as its editor does, and read its words as the task does."""
    sent = upload(name, content or with_text(), "application/pdf")
    edition = editions.put(actor=actor, publication=record, language=language, upload=sent)
    editions.read(edition.pk)
    edition.refresh_from_db()
    return edition


def restricted(label: str = "AMBER", *, content: bytes = b"", **fields: Any) -> tuple[Any, Edition]:
    """A record with a file, marked by an administrator of its organisation; both are returned."""
    home = organisation()
    owner = editor(of=home)
    record = publication(
        "SECRET-TITLE", label, source=home, marked_by=owner,
        asked_for=fields.pop("asked_for", label == "AMBER"), **fields,
    )  # fmt: skip
    return owner, put_file(record, owner, content=content)


def copy_for(person: Any, edition: Edition) -> StampedCopy:
    """The copy a person asked for, made as the task makes it."""
    edition = Edition.objects.select_related("publication", "file").get(pk=edition.pk)
    with step_up.confirmed(person):
        copy = ask(actor=verified(person), edition=edition)
    make(copy.pk)
    copy.refresh_from_db()
    return copy


def pages_of(copy: StampedCopy) -> list[str]:
    """The text of each page of a finished copy."""
    content = store.where(copy.file.stored_name).read_bytes()
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def file_page(record: Publication, language: str = "en", *, public: bool = False) -> str:
    name = "library_file" if public else "members_file"
    return reverse(name, kwargs={"public_id": record.public_id, "language": language})


def stored_page(stored: Any) -> str:
    return reverse("stored_file", kwargs={"public_id": stored.public_id})


def end_membership(person: Any) -> None:
    """The row as it is after a membership has ended, without telling anybody."""
    rows = Membership.objects.filter(user=person)
    rows.update(state=Membership.State.ENDED, ended_at=clock.now())
    forget(person)


def renew_membership(person: Any) -> None:
    Membership.objects.filter(user=person).update(state=Membership.State.ACTIVE, ended_at=None)
    forget(person)


__all__ = [
    "copy_for", "editor", "end_membership", "file_page", "member", "pages_of", "pdf", "put_file",
    "renew_membership", "restricted", "stored_page", "verified", "with_text",
]  # fmt: skip

"""An applicant's answers, given through the pages."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from portal.accounts.models import User
from portal.organisations.models import Organisation
from portal.vetting import applicant_queries as queries
from portal.vetting import applying, terms
from portal.vetting.models import Application
from tests import people

BASE = "/en/account/application/"


def browser(user: User) -> Client:
    """A browser signed in with a password only, as an applicant's is."""
    return people.signed_in(user, verified=False)


def accept(language: str = "en") -> dict[str, Any]:
    """What the terms page sends."""
    digest = terms.digest(terms.CURRENT, language)
    return {"version": terms.CURRENT, "digest": digest, "accept": "on"}


def fill(
    client: Client,
    organisation: Organisation,
    *,
    work: str = "customs",
    sponsor: str = "sponsor@example.org",
) -> None:
    """Begin and answer every page."""
    client.post(f"{BASE}begin/", {"work": work})
    client.post(f"{BASE}name/", {"name": "Awa Diop"})
    client.post(f"{BASE}country/", {"country": organisation.country_id})
    client.post(f"{BASE}organisation/", {"organisation": str(organisation.public_id)})
    client.post(f"{BASE}post/", {"post": "Inspector", "work": "I check parcels."})
    if work != "courier":
        client.post(f"{BASE}sponsor/", {"sponsor_email": sponsor})
    client.post(f"{BASE}terms/", accept())


def send(client: Client, user: User) -> Any:
    """Press the button of the check-answers page."""
    row = queries.newest(user)
    assert row is not None
    return client.post(f"{BASE}check/", {"version": row.version})


def sent(user: User, sponsor: str = "sponsor@example.org", work: str = "customs") -> Application:
    """An application that went the whole way through the pages."""
    client = browser(user)
    unit = "courier" if work == "courier" else "customs"
    fill(client, people.organisation(unit=unit), work=work, sponsor=sponsor)
    send(client, user)
    row = queries.newest(user)
    assert row is not None
    assert row.state != "draft"
    return row


def picture() -> SimpleUploadedFile:
    """A small picture to send."""
    held = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(held, "PNG")
    return SimpleUploadedFile("letter.png", held.getvalue(), "image/png")


def draft(user: User, **fields: Any) -> Application:
    """A draft of a customs officer with these answers."""
    return applying.new_draft(user=user, tier="member", eligible_as="customs", **fields)

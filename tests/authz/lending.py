"""Files of the matrix's records, and requests for a restricted one."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from community.library.models import AccessRequest, Edition, Publication
from portal.files.services import receive
from tests import people
from tests.authz.library import FOREIGN, record
from tests.files.made import pdf


def _edition(publication: Publication) -> None:
    sent = SimpleUploadedFile("study.pdf", pdf(), "application/pdf")
    stored = receive(owner=people.member(), upload=sent, purpose="publication")
    Edition.objects.create(publication=publication, language="en", file=stored)


def make(world: Any, there: Any) -> None:
    """Give each of the records a file; an AMBER one may be asked for, a far one may not."""
    for kind, base in (("public_edition", "public_record"), ("edition", "record")):
        for which in ("own", "foreign", "hidden"):
            named = world.things[base, which, ""]
            world.things[kind, which, ""] = {**named, "language": "en"}
            found = Publication.objects.filter(public_id=named["public_id"], editions=None).first()
            if found is not None:
                _edition(found)
    source = people.member(of=there)
    asked = record("A study to ask for", "AMBER", source=there, marked_by=source, asked_for=True)
    hidden = world.things["record", "foreign", ""]
    world.things["asked_record", "own", ""] = {"public_id": asked.public_id}
    world.things["asked_record", "foreign", ""] = hidden
    world.things["asked_record", "hidden", ""] = {"public_id": uuid.uuid4()}
    far = Publication.objects.get(public_id=hidden["public_id"])
    foreign = AccessRequest.objects.create(publication=far, person=source, reason=FOREIGN)
    for kind in ("access_request", "own_access_request"):
        world.things[kind, "own", ""] = {"public_id": foreign.public_id}
        world.things[kind, "foreign", ""] = {"public_id": foreign.public_id}
        world.things[kind, "hidden", ""] = {"public_id": uuid.uuid4()}
    other = record("Another study", "AMBER", source=there, marked_by=source, asked_for=True)
    for name, user in world.users.items():
        row = AccessRequest.objects.create(publication=other, person=user, reason="For a training")
        world.things["own_access_request", "own", name] = {"public_id": row.public_id}

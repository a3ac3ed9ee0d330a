"""What stands in the library of the matrix: a public record, one of members, one of a far office."""

import uuid
from typing import Any

from community.library.models import Publication, PublicationTerm, PublicationText, Saved, Shelf

FOREIGN = "KANARIENVOGEL"


def record(title: str, label: str, **fields: Any) -> Publication:
    """A published record with an English title and one topic."""
    row = Publication.objects.create(label=label, live=True, kind="study", **fields)
    PublicationText.objects.create(publication=row, language="en", title=title, summary=title)
    PublicationTerm.objects.create(publication=row, facet="topic", value="research")
    return row


def make(world: Any, there: Any) -> None:
    """Make records, and for each actor a search she keeps and a shelf."""
    public = record("A public study", "CLEAR")
    members = record("A study for members", "GREEN")
    far = record(FOREIGN, "AMBER", source=there)
    for kind, own in (("public_record", public), ("record", members)):
        for which, number in (
            ("own", own.public_id), ("foreign", far.public_id), ("hidden", uuid.uuid4()),
        ):  # fmt: skip
            world.things[kind, which, ""] = {"public_id": number}
    stranger = {"person": world.users["courier"], "name": FOREIGN}
    for kind, model in (("saved", Saved), ("shelf", Shelf)):
        foreign = model.objects.create(**stranger)
        world.things[kind, "foreign", ""] = {"public_id": foreign.public_id}
        world.things[kind, "hidden", ""] = {"public_id": uuid.uuid4()}
        for name, user in world.users.items():
            world.things[kind, "own", name] = {
                "public_id": model.objects.create(person=user, name="Mine").public_id
            }
        world.things[kind, "own", ""] = world.things[kind, "own", "member"]
    for which in ("own", "foreign", "hidden"):
        for name in (*world.users, ""):
            found = world.things.get(("shelf", which, name))
            if found:
                world.things["shelf_item", which, name] = found | {"record": members.public_id}

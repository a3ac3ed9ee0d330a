"""Begins papers, adds versions, closes papers.

A version names the one it was written on. Where a newer one is there already, the later of two
people is told, and nothing is stored: what she typed stays in her form.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.groups import permissions
from community.groups.models import Group
from community.groups.paper_models import Paper, PaperVersion
from community.groups.paper_permissions import PURPOSE, may_read, may_settle
from community.groups.places import count, held_open
from community.groups.places import held as held_group
from community.groups.rules import LONGEST_NOTE, LONGEST_TITLE
from community.relabelled import check_seen
from portal.audit.services import record
from portal.files.intake import Prepared
from portal.files.services import examined, keep
from portal.languages.table import BY_CODE
from portal.markings.labels import Label
from portal.permissions import membership_of
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.markdown import to_html
from portal.shared.written import one_line, paragraphs


def begin(
    *, actor: Any, group: Group, title: str, language: str, label: str, text: str = "",
    upload: Any = None,
) -> Paper:  # fmt: skip
    """Begin a paper with its first version: a text or a file. Raises NotAllowed, TooMany, Invalid
    (no title, both or neither of text and file, no such label), Conflict (closed group)."""
    fields = _fields(title, language, label)
    text = _text(
        text, missing="" if upload else _("Write the text of the paper, or choose a file.")
    )
    if text and upload:
        raise Invalid(fields={"text": _("Send a text or a file, not both.")})
    permissions.get_inside_for(actor, group.public_id)
    count(actor, "paper-saves")
    if upload is None:
        with transaction.atomic():
            paper = _begun(actor, group, fields)
            _add(actor, paper, text=text)
        return paper
    with (
        examined(owner=actor, upload=upload, purpose=PURPOSE) as prepared,
        transaction.atomic(),
    ):
        paper = _begun(actor, group, fields)
        _add(actor, paper, prepared=prepared)
    return paper


def _fields(title: str, language: str, label: str) -> dict[str, str]:
    if language not in BY_CODE:
        raise Invalid(fields={"language": _("Choose one of the values of the list.")})
    if label not in set(Label):
        raise Invalid(fields={"label": _("Choose a label.")})
    name = one_line(title, field="title", most=LONGEST_TITLE, missing=_("Write a title."))
    return {"title": name, "language": language, "label": label}


def _text(text: str, *, missing: object = "") -> str:
    most = ratelimit.get("paper-size").amount
    return paragraphs(text, field="text", most=most, missing=missing)


def _begun(actor: Any, group: Group, fields: dict[str, str]) -> Paper:
    group = held_open(group)
    membership = membership_of(actor)
    if membership is None or not permissions.is_inside(actor, group):
        raise NotAllowed
    _room_for(Paper.objects.filter(group=group).count(), "group-papers")
    moment = clock.now()
    paper = Paper.objects.create(
        **fields, group=group, source=membership.organisation, marked_by=actor,
        created_at=moment, changed_at=moment,
    )  # fmt: skip
    record("paper.begun", actor=actor, thing=paper, facts={"label": fields["label"]})
    return paper


def write(
    *, actor: Any, paper: Paper, base: int, text: str, note: str = "", seen_label: str = ""
) -> PaperVersion:
    """Add a version as text, written on version ``base``. Raises NotAllowed, TooMany, Invalid (no
    text, no change), Conflict (a newer version is there, the paper or its group is closed, the
    label was lowered since ``seen_label``)."""
    text = _text(text, missing=_("Write the text of the paper."))
    note = one_line(note, field="note", most=LONGEST_NOTE)
    count(actor, "paper-saves")
    with transaction.atomic():
        paper = held(actor, paper)
        check_seen(paper.label, seen_label)
        _is_on_top(paper, base)
        last = paper.versions.filter(number=base).first()
        if last is not None and last.text == text:
            raise Invalid(fields={"text": _("Nothing is changed. Change the text, then save it.")})
        return _add(actor, paper, text=text, note=note)


def send_file(
    *, actor: Any, paper: Paper, base: int, upload: Any, note: str = "", seen_label: str = ""
) -> PaperVersion:
    """Add a version as a file. Raises like ``write``."""
    note = one_line(note, field="note", most=LONGEST_NOTE)
    if not may_read(actor, paper):
        raise NotAllowed
    count(actor, "paper-saves")
    with examined(owner=actor, upload=upload, purpose=PURPOSE) as prepared, transaction.atomic():
        paper = held(actor, paper)
        check_seen(paper.label, seen_label)
        _is_on_top(paper, base)
        return _add(actor, paper, prepared=prepared, note=note)


def held(
    actor: Any, paper: Paper, *, may_be_agreed: bool = False, may_be_closed: bool = False
) -> Paper:
    """Return a paper to be changed, with its group, both held. Raises NotAllowed, Conflict where
    one of them is closed."""
    group = held_group(paper.group) if may_be_closed else held_open(paper.group)
    found = Paper.objects.select_for_update().filter(pk=paper.pk).first()
    if found is None:
        raise NotAllowed
    found.group = group
    if not may_read(actor, found):
        raise NotAllowed
    if found.agreed_at is not None and not may_be_agreed:
        raise Conflict(_("This paper is agreed and closed. Nothing can be added to it."))
    return found


def _is_on_top(paper: Paper, base: int) -> None:
    if base != paper.latest:
        raise Conflict(
            _(
                "Somebody saved version %(number)s meanwhile. Nothing you typed is lost. Look at "
                "what changed, then save yours on top of it."
            )
            % {"number": paper.latest}
        )
    _room_for(paper.latest, "paper-versions")


def _add(
    actor: Any, paper: Paper, *, text: str = "", prepared: Prepared | None = None, note: str = ""
) -> PaperVersion:
    stored = None
    if prepared is not None:
        stored = keep(
            prepared, owner=actor, purpose=PURPOSE, about=str(paper.public_id),
            label=paper.label, source=paper.source,
        )  # fmt: skip
    moment = clock.now()
    paper.latest, paper.changed_at = paper.latest + 1, moment
    paper.save(update_fields=["latest", "changed_at"])
    version = PaperVersion.objects.create(
        paper=paper, number=paper.latest, text=text, html=to_html(text) if text else "",
        file=stored, file_name=stored.name if stored else "", note=note, author=actor, at=moment,
    )  # fmt: skip
    facts = {"version": version.number, "type": "file" if stored else "text"}
    record("paper.version", actor=actor, thing=paper, facts=facts)
    return version


def _room_for(number: int, limit: str) -> None:
    most = ratelimit.get(limit).amount
    if number >= most:
        raise Invalid(
            ngettext(
                "There may be %(count)d at most. Begin a new paper or a new group.",
                "There may be %(count)d at most. Begin a new paper or a new group.", most,
            ) % {"count": most}
        )  # fmt: skip


@transaction.atomic
def agree(*, actor: Any, paper: Paper) -> None:
    """Close a paper as agreed: it is read, nothing is added. Raises NotAllowed, Conflict."""
    paper = held(actor, paper, may_be_agreed=True)
    if not may_settle(actor, paper):
        raise NotAllowed
    if paper.agreed_at is None:
        paper.agreed_at = clock.now()
        paper.save(update_fields=["agreed_at"])
        record("paper.agreed", actor=actor, thing=paper)


@transaction.atomic
def reopen(*, actor: Any, paper: Paper) -> None:
    """Go on with a paper that was agreed. Raises NotAllowed, Conflict where the group is closed."""
    paper = held(actor, paper, may_be_agreed=True)
    if not may_settle(actor, paper):
        raise NotAllowed
    if paper.agreed_at is not None:
        paper.agreed_at = None
        paper.save(update_fields=["agreed_at"])
        record("paper.reopened", actor=actor, thing=paper)

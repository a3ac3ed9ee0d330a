"""Changes the label of a topic: CLEAR or GREEN, as all that is written here (security.md 3.2).

Raising is open to its author and to moderators. Lowering is for its source (security.md 4.2), with
a reason and a fresh second factor. Each post has its author as its source: what others wrote under
GREEN is lowered by nobody, or it could be moved out of a group behind their backs. Stricter labels
are not to be had here, so there is none that a second person would have to lower.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from community.discussions.about import label_about
from community.discussions.files import relabel_files
from community.discussions.models import LABELS, Topic
from community.discussions.moderating import why_of
from community.discussions.news import TopicChanged
from community.discussions.permissions import is_open
from community.discussions.reach import get_labelled_topic_for
from portal.accounts import step_up
from portal.audit.services import record
from portal.events import publish
from portal.markings.labels import Label, is_lower
from portal.permissions import forget
from portal.shared.errors import Conflict, Invalid, NotAllowed


def other_label(topic: Topic) -> Label:
    """Return the label a topic can be given: there are two."""
    return Label.GREEN if topic.label == Label.CLEAR else Label.CLEAR


def why_not(user: Any, topic: Topic) -> str:
    """Return why this person cannot change the label of a topic now, "" where she can."""
    if topic.label == Label.CLEAR:
        return ""
    if topic.author_id != user.pk:
        return _("Only who began the topic may lower its label.")
    if topic.locked_at is not None or not is_open(topic.space):
        return _("This topic is locked, or its group is closed. The topic keeps its label.")
    return _others(topic) or _about(user, topic)


def _others(topic: Topic) -> str:
    """What others wrote under the present label, hidden or not, bears it on."""
    since = Q(number__gt=topic.labelled_after)
    if topic.labelled_at is not None:
        since |= Q(edited_at__gte=topic.labelled_at)
    rows = topic.posts.filter(since, deleted_at=None)
    if not rows.exclude(author=topic.author_id).exists():
        return ""
    return _(
        "Others have written here under %(label)s. What they wrote must not go further than they "
        "chose, so the topic keeps its label."
    ) % {"label": Label(topic.label).tlp}


def _about(user: Any, topic: Topic) -> str:
    """A topic is not wider than the lesson, publication or event it is about."""
    if not topic.about or label_about(user, topic.about) == Label.CLEAR:
        return ""
    return _("What this topic is about is not TLP:CLEAR. The topic keeps its label.")


@transaction.atomic
def relabel(*, actor: Any, topic: Topic, label: str, seen: str, reason: str = "") -> Topic:
    """Give a topic another label; ``seen`` is the one the form was made from.

    Raises NotAllowed, step_up.Needed, Invalid (no such label here, no reason, not to be lowered),
    Conflict (changed meanwhile, locked).
    """
    forget(actor)
    now = _held(actor, topic)
    if seen != now.label:
        raise Conflict(_("The label was changed meanwhile."))
    new = _wanted(label, now)
    lowers = is_lower(new, now.label)
    why = _lowering(actor, now, reason) if lowers else ""
    old, now.label = now.label, new.value
    now.labelled_after = now.last_number
    now.save(update_fields=["label", "labelled_after", *now.note_label(actor, why)])
    relabel_files(now)
    facts = {"old": old, "label": now.label} if lowers else {"label": now.label}
    event = "label.lowered" if lowers else "label.set"
    record(event, actor=actor, about=now.author, thing=now, facts=facts)
    publish(TopicChanged(now.pk))
    return now


def _held(actor: Any, topic: Topic) -> Topic:
    """Return the topic, held, with all that is written in it: whoever writes holds it as well."""
    found = Topic.objects.select_for_update().select_related(None).filter(pk=topic.pk).first()
    if found is None:
        raise NotAllowed
    return get_labelled_topic_for(actor, found.public_id)


def _wanted(label: str, topic: Topic) -> Label:
    if label not in set(Label):
        raise Invalid(fields={"label": _("Choose a label.")})
    if label not in dict(LABELS):
        sentence = _(
            "Topics are TLP:CLEAR or TLP:GREEN. What is stricter belongs into a sealed room."
        )
        raise Invalid(fields={"label": sentence})
    if label == topic.label:
        raise Invalid(fields={"label": _("The topic bears this label already.")})
    return Label(label)


def _lowering(actor: Any, topic: Topic, reason: str) -> str:
    """Return the reason why a held topic is lowered. Raises like ``relabel``."""
    if topic.author_id != actor.pk:
        raise NotAllowed
    if refused := why_not(actor, topic):
        raise Conflict(refused)
    step_up.require(actor)
    return why_of(reason)

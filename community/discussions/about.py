"""Topics that belong to a lesson or a publication: one each, never above GREEN."""

from typing import Any

from django.utils.translation import get_language

from community.discussions.models import Topic
from community.discussions.permissions import visible
from portal.cards import Card, cards_for
from portal.markings.labels import Label, label_of


def card_of(user: Any, about: str) -> Card | None:
    """Return what a topic may be about: something she may see, CLEAR or GREEN."""
    card = cards_for(user, [about], get_language() or "en").get(about) if about else None
    if card is None or label_of(card.label).strictness > Label.GREEN.strictness:
        return None
    return card


def about_of(user: Any, form: Any) -> Card | None:
    """Return the card of what a form (or a reference) is about, None where it may not be."""
    about = form if isinstance(form, str) else str(form["about"].value() or "")
    return card_of(user, about)


def topic_of(user: Any, about: str) -> Topic | None:
    """Return the topic of a lesson or publication, if there is one that she reads."""
    return visible(user).filter(about=about).first()


def label_about(user: Any, about: str) -> Label | None:
    """Return the label of what a topic is about, None where she may not see it or it is stricter
    than GREEN."""
    card = card_of(user, about)
    return label_of(card.label) if card else None

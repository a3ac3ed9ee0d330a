"""Handling labels in templates: ``{% tlp_chip thing %}`` and ``{% tlp_banner thing.label %}``.

Pages that already include the components may go on doing so; the tags take a whole thing as well
and know that what has no label counts as AMBER.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.markings.labels import label_of, strictest

register = template.Library()


def _value(label: Any) -> str:
    """Return the label of a thing, or the label itself; empty where none was set."""
    found = getattr(label, "label", label) if not isinstance(label, str) else label
    return str(label_of(found)) if found else ""


@register.simple_tag
def tlp_chip(label: Any) -> SafeString:
    """Show the chip of a label or of a thing that bears one."""
    return _chip(_value(label))


@lru_cache(maxsize=16)  # a chip is the same in every language, and lists have many
def _chip(label: str) -> SafeString:
    return render_to_string("portal/components/tlp.html", {"label": label})


@register.inclusion_tag("portal/components/tlp_banner.html")
def tlp_banner(label: Any) -> dict[str, str]:
    """Show the banner that stands above and below what bears a label."""
    return {"label": _value(label)}


@register.simple_tag
def strictest_label(*lists: Iterable[Any]) -> str:
    """Return what a page bears that shows these lists: their strictest label, "" without any.

    Things have a ``label``, or are rows with the label last; where it is empty nothing is shown.
    """
    things = [thing for things in lists for thing in things or ()]
    labels = [row[-1] if isinstance(row, tuple) else row.label for row in things]
    found = [label for label in labels if label]
    return str(strictest(found)) if found else ""

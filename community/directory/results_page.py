"""What the directory shows: people, facets with counts, chips, orders, help where nobody fits."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from community.directory import asking, finding, rules
from community.directory.asking import MENTOR, ORGANISATION, TITLES, TOPIC, Asked
from community.directory.finding import Found
from community.directory.models import Profile
from community.directory.permissions import region_of
from community.directory.rows import cards_of, is_stale
from portal.organisations import regions
from portal.organisations.directory import notes_for

SHOWN, FEW = 6, 2  # options of a facet before "more"; so few more are shown at once
MOST = 24  # options of a facet at all; who wants another one writes its name


def page(user: Any, asked: Asked, own: Profile | None) -> dict[str, Any]:
    """Return what the template needs."""
    found = finding.find(user, asked)
    home = reverse("members_directory")
    cards = cards_of(user, found.keys)
    context = {
        "asked": asked,
        "home": home,
        "found": found,
        "cards": cards,
        "facets": [_facet(name, asked, found) for name in TITLES if found.counts[name]],
        "chips": _chips(asked, found, home),
        "sorts": _sorts(asked),
        "previous": f"?{asked.query(page=found.page - 1)}" if found.page > 1 else "",
        "next": f"?{asked.query(page=found.page + 1)}" if found.page < found.pages else "",
        "country_notes": notes_for([card.country_code for card in cards if card.country_code]),
        "own": own,
        "own_stale": own is not None and own.listed and is_stale(own),
    }
    if not found.total:
        return context | {
            "loosened": _loosened(user, asked, found, home),
            "spelling": _spelling(user, asked, home),
        }
    return context | ({"topics": _topics(found, home)} if asked.is_open else {})


def region_name(user: Any) -> str:
    """Return the name of a member's region, so that a page can say which one it is."""
    return regions.name(region_of(user))


def countries_named(user: Any) -> list[str]:
    """Return the countries of a member's region by name."""
    return sorted(regions.name(code) for code in rules.countries_of(region_of(user)))


def _name(found: Found, facet: str, value: str) -> str:
    if facet == ORGANISATION:
        return found.names.get(value, _("Organisation"))
    return asking.name_of(facet, value)


def _facet(name: str, asked: Asked, found: Found) -> dict[str, Any]:
    chosen = asked.values(name)
    counts = found.counts[name] | {v: found.counts[name].get(v, 0) for v in chosen}
    options = [
        {
            "value": value,
            "label": _name(found, name, value),
            "count": count,
            "checked": value in chosen,
        }
        for value, count in counts.items()
    ]
    options.sort(key=lambda row: (not row["checked"], -row["count"], row["label"]))
    options = options[: max(MOST, len(chosen))]
    first = max(SHOWN, len(chosen))
    first = len(options) if len(options) <= first + FEW else first
    return {
        "name": name,
        "title": TITLES[name],
        "options": options[:first],
        "more": options[first:],
        "user_text": name == ORGANISATION,
    }


def _chosen(asked: Asked, found: Found) -> list[tuple[str, str, str]]:
    """Return (facet, value, words) of everything that is chosen; "q" is a chip too."""
    rows = [("q", "", f"“{asked.text}”")] if asked.text else []
    for name in TITLES:
        rows += [(name, value, _name(found, name, value)) for value in asked.values(name)]
    return rows


def _address(asked: Asked, home: str) -> str:
    query = asked.query()
    return f"{home}?{query}" if query else home


def _chips(asked: Asked, found: Found, home: str) -> list[dict[str, str]]:
    return [
        {"label": words, "remove_url": _address(asked.without(facet, value), home)}
        for facet, value, words in _chosen(asked, found)
    ]


def _sorts(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"?{asked.sorted_by(name).query()}", "chosen": asked.order == name}
        for name, label in asking.SORTS.items()
        if name != asking.BEST or asked.terms
    ]


def _loosened(user: Any, asked: Asked, found: Found, home: str) -> list[dict[str, Any]]:
    """Return what finds somebody: the same with one thing less."""
    less = [(words, asked.without(name, value)) for name, value, words in _chosen(asked, found)]
    counts = finding.counts_of(user, [one for _words, one in less]) if less else []
    return [
        {"label": words, "count": count, "url": _address(one, home)}
        for (words, one), count in zip(less, counts, strict=True)
        if count
    ]


def _spelling(user: Any, asked: Asked, home: str) -> dict[str, str] | None:
    other = finding.spelling(user, asked)
    return {"words": other.text, "url": _address(other, home)} if other else None


def _topics(found: Found, home: str) -> list[dict[str, Any]]:
    rows = [
        (facet, value, count)
        for facet in (TOPIC, MENTOR)
        for value, count in found.counts[facet].items()
        if count
    ]
    shown = [
        {
            "label": asking.name_of(facet, value),
            "count": count,
            "url": _address(Asked().with_only(facet, value), home),
        }
        for facet, value, count in rows
    ]
    return sorted(shown, key=lambda row: str(row["label"]))

"""Puts the results page together: rows, facets with counts, chips, and help when nothing fits."""

from typing import Any

from django.utils.translation import gettext as _

from community.library import asking, finding
from community.library.asking import COUNTRY, LABEL, NAMES, TOPIC, Asked
from community.library.finding import Found
from community.library.rows import Place, rows_of
from portal.markings.labels import Label
from portal.organisations.directory import notes_for

SHOWN = 6  # values of a facet before "more"
FEW = 2  # so few more are shown at once
RECENT = 5


def page(user: Any, asked: Asked, place: Place, language: str) -> dict[str, Any]:
    """Return what the template shows. Nothing in it knows of a record the person may not see."""
    found = finding.find(user, asked, language)
    home = place.url("library")
    countries = list(found.counts[COUNTRY])
    context = {
        "asked": asked,
        "place": place,
        "home": home,
        "found": found,
        "rows": rows_of(user, found.keys, place, language),
        "facets": [_facet(name, asked, found) for name in _offered(place, found)],
        "decades": _decades(asked, found),
        "chips": _chips(asked, home),
        "sorts": _sorts(asked),
        "previous": f"?{asked.query(page=found.page - 1)}" if found.page > 1 else "",
        "next": f"?{asked.query(page=found.page + 1)}" if found.page < found.pages else "",
        "country_notes": notes_for(countries),
        "error": asked.error,
    }
    if not found.total:
        return context | _help(user, asked, place, language)
    return context | (_start(user, asked, found, place, language) if asked.is_open else {})


def _offered(place: Place, found: Found) -> list[str]:
    names = [name for name in NAMES if name != LABEL or place.is_members]
    return [name for name in names if found.counts[name]]


def _facet(name: str, asked: Asked, found: Found) -> dict[str, Any]:
    chosen = asked.values(name)
    counts = found.counts[name] | {v: found.counts[name].get(v, 0) for v in chosen}
    options = [
        {
            "value": value,
            "label": asking.name_of(name, value),
            "count": count,
            "checked": value in chosen,
        }
        for value, count in counts.items()
    ]
    if name == LABEL:
        options.sort(key=lambda row: list(Label).index(Label(row["value"])))
    else:
        options.sort(key=lambda row: (not row["checked"], -row["count"], row["label"]))
    first = max(SHOWN, len(chosen))
    first = len(options) if len(options) <= first + FEW else first
    return {
        "name": name,
        "title": asking.TITLES[name],
        "options": options[:first],
        "more": options[first:],
    }


def _decades(asked: Asked, found: Found) -> list[dict[str, Any]]:
    rows = []
    for first, count in found.decades.items():
        one = asked.without("years", "").between(first, first + 9)
        chosen = (asked.start, asked.end) == (first, first + 9)
        rows.append(
            {"first": first, "last": first + 9, "count": count, "url": one, "chosen": chosen}
        )
    return [row | {"url": f"?{row['url'].query()}"} for row in rows]


def _chosen(asked: Asked) -> list[tuple[str, str, str]]:
    """Return (facet, value, words) of everything that is chosen; "q" and "years" are chips too."""
    found = [("q", "", f"“{asked.text}”")] if asked.text else []
    for name in NAMES:
        found += [(name, value, asking.name_of(name, value)) for value in asked.values(name)]
    if asked.start and asked.end:
        found.append(("years", "", f"{asked.start}–{asked.end}"))
    elif asked.start:
        found.append(("years", "", _("From %(year)s") % {"year": asked.start}))
    elif asked.end:
        found.append(("years", "", _("Until %(year)s") % {"year": asked.end}))
    return found


def _address(asked: Asked, home: str) -> str:
    query = asked.query()
    return f"{home}?{query}" if query else home


def _chips(asked: Asked, home: str) -> list[dict[str, str]]:
    return [
        {"label": words, "remove_url": _address(asked.without(facet, value), home)}
        for facet, value, words in _chosen(asked)
    ]


def _sorts(asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?{asked.sorted_by(name).query()}",
            "chosen": asked.order == name,
        }
        for name, label in asking.SORTS.items()
        if name != asking.BEST or asked.terms
    ]


def _help(user: Any, asked: Asked, place: Place, language: str) -> dict[str, Any]:
    """Return what finds something: the same with one thing less, other spelling, all topics."""
    home = place.url("library")
    less = [(words, asked.without(facet, value)) for facet, value, words in _chosen(asked)]
    everything = Asked()
    counts = finding.counts_of(user, [one for _words, one in less])
    return {
        "loosened": [
            {"label": words, "count": count, "url": _address(one, home)}
            for (words, one), count in zip(less, counts, strict=True)
            if count
        ],
        "spelling": _spelling(user, asked, language),
        "topics": _topics(finding.find(user, everything, language), home),
    }


def _spelling(user: Any, asked: Asked, language: str) -> dict[str, str] | None:
    words = finding.spelling(user, asked, language)
    return {"words": words, "url": f"?{Asked(text=words).query()}"} if words else None


def _topics(found: Found, home: str) -> list[dict[str, Any]]:
    rows = [
        {
            "label": asking.name_of(TOPIC, value),
            "count": count,
            "url": _address(Asked().with_only(TOPIC, value), home),
        }
        for value, count in found.counts[TOPIC].items()
        if count
    ]
    return sorted(rows, key=lambda row: row["label"])


def _start(user: Any, asked: Asked, found: Found, place: Place, language: str) -> dict[str, Any]:
    keys = finding.latest(user, RECENT) if found.total > RECENT else []
    return {
        "topics": _topics(found, place.url("library")),
        "recent": rows_of(user, keys, place, language),
    }

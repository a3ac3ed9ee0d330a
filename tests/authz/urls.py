"""Every address of the site by name, as the resolver knows it."""

from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """``name`` with its namespaces (``wagtailadmin_pages:edit``), or the pattern where it has none."""

    name: str
    pattern: str
    arguments: tuple[str, ...]


def addresses() -> list[Address]:
    """Return every pattern of the resolver, once."""
    found: dict[tuple[str, str], Address] = {}
    _walk(get_resolver().url_patterns, "", "", found)
    return list(found.values())


def _walk(
    patterns: list[URLPattern | URLResolver],
    prefix: str,
    namespace: str,
    found: dict[tuple[str, str], Address],
) -> None:
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            _walk(entry.url_patterns, text, inner, found)
            continue
        name = f"{namespace}{entry.name}" if entry.name else f"pattern {text}"
        arguments = tuple(entry.pattern.regex.groupindex)
        found[name, text] = Address(name, text, arguments)


def names() -> set[str]:
    """Return the names of all addresses."""
    return {address.name for address in addresses()}

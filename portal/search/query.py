"""The words of a query for Wagtail's search backends."""

from wagtail.search.query import And, PlainText, SearchQuery


def beginnings_of_all(terms: list[str]) -> SearchQuery:
    """Return the query for ``autocomplete``: every term must begin a word of what is found.

    A plain string would take only its last word as a beginning, which fails readers of languages
    that change the ends of words. Raises ValueError for no terms.
    """
    if not terms:
        raise ValueError("a query needs a word")
    if len(terms) == 1:
        return PlainText(terms[0])
    # Halves of halves: SQLite's parsers refuse a chain of some twenty nested brackets.
    middle = len(terms) // 2
    return And([beginnings_of_all(terms[:middle]), beginnings_of_all(terms[middle:])])

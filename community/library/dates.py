"""Dates that a source gives in words, in the reader's language.

The records that ship say some dates as their source does ("before May 2021"). These are translated
like every other text; what somebody wrote in the studio stays as it was written.
"""

from django.utils.translation import pgettext, pgettext_lazy

from community.library.models import Publication

IN_WORDS = (
    pgettext_lazy("date of a publication", "2011, since revised"),
    pgettext_lazy("date of a publication", "2016; extended 2020"),
    pgettext_lazy("date of a publication", "after October 2021"),
    pgettext_lazy("date of a publication", "before 2014"),
    pgettext_lazy("date of a publication", "before 2021"),
    pgettext_lazy("date of a publication", "before April 2022"),
    pgettext_lazy("date of a publication", "before May 2021"),
    pgettext_lazy("date of a publication", "begun 2022"),
    pgettext_lazy("date of a publication", "by May 2021"),
    pgettext_lazy("date of a publication", "due 2022"),
    pgettext_lazy("date of a publication", "due from 2022"),
    pgettext_lazy("date of a publication", "due second half 2022"),
    pgettext_lazy("date of a publication", "from 2018"),
    pgettext_lazy("date of a publication", "in drafting 2022"),
    pgettext_lazy("date of a publication", "in preparation 2022"),
    pgettext_lazy("date of a publication", "in preparation from April 2022"),
    pgettext_lazy("date of a publication", "in use 2020–2022"),
    pgettext_lazy("date of a publication", "to 2024"),
    pgettext_lazy("date of a publication", "to 2030"),
    pgettext_lazy("date of a publication", "versions of 2020–2022"),
    pgettext_lazy("date of a publication", "yearly since 2018"),
)


def date_of(publication: Publication) -> str:
    """Return the date as lists and pages show it; empty where there is none."""
    if publication.dated:
        return pgettext("date of a publication", publication.dated)
    return str(publication.year or "")

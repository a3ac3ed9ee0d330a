"""Kinds of documents, facets, and states: the closed lists the library's rows are made of. Pure."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# In the order in which a form offers them.
KINDS: dict[str, Any] = {
    "study": _("Study"),
    "issue-paper": _("Issue paper"),
    "research-paper": _("Research paper"),
    "report": pgettext_lazy("document", "Report"),
    "assessment": _("Assessment of laws"),
    "guideline": _("Guideline"),
    "model-law": _("Legislative guide or model law"),
    "template": _("Template"),
    "toolkit": _("Toolkit"),
    "handbook": _("Handbook"),
    "training": _("Training material"),
    "catalogue": _("Image catalogue"),
    "digest": _("Case digest"),
    "case-law": _("Case-law collection"),
    "sop": _("Standard operating procedure"),
    "questionnaire": _("Questionnaire"),
    "recommendation": _("Recommendation"),
    "instrument": _("Treaty or political instrument"),
    "resolution": _("Resolution"),
    "draft-resolution": _("Draft resolution"),
    "decision": _("Decision"),
    "working-paper": _("Working paper"),
    "meeting": _("Agenda or list of a meeting"),
    "strategy": _("Road map, plan or strategy"),
    "data": _("Data"),
    "web": _("Web page"),
    "film": _("Film"),
    "other": _("Other document"),
}
KIND_CHOICES: list[tuple[str, Any]] = list(KINDS.items())

REGION, COUNTRY, TOPIC, INSTRUMENT, LANGUAGE = (
    "region",
    "country",
    "topic",
    "instrument",
    "language",
)
FACETS: dict[str, Any] = {
    REGION: _("Region"),
    COUNTRY: _("Country"),
    TOPIC: _("Topic"),
    INSTRUMENT: _("Instrument"),
    LANGUAGE: _("Language of the document"),
}
FACET_CHOICES: list[tuple[str, Any]] = list(FACETS.items())

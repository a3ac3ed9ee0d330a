"""The closed lists a course is described with. Keys are stored, labels are shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Choice = tuple[str, Any]

LEVELS: list[Choice] = [
    ("foundation", _("Foundation")),
    ("intermediate", _("Intermediate")),
    ("advanced", _("Advanced")),
]
DELIVERIES: list[Choice] = [
    ("self-paced", _("Online, at your own pace")),
    ("blended", _("Online and in class")),
    ("instructor", _("In class")),
]
ACCESS: list[Choice] = [
    ("public", _("Open to everyone")),
    ("courier", _("For staff of postal and courier services")),
    ("learner", _("With an account")),
    ("member", _("For members")),
    ("restricted", _("By name only")),
]
LABELS: list[Choice] = [
    (label, label)
    for label in ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
]
PILLARS: list[Choice] = [
    ("1", _("Policy and law")),
    ("2", _("Prevention and security")),
    ("3", _("Criminal justice")),
    ("4", _("International cooperation and information exchange")),
    ("5", _("Data and analysis")),
]
TOPICS: list[Choice] = [
    ("law", _("International and national law")),
    ("offences", _("Offences")),
    ("detection", _("Detection")),
    ("identification", _("Identification and marking")),
    ("tracing", _("Tracing")),
    ("investigation", _("Investigation and prosecution")),
    ("finance", _("Financial investigation")),
    ("ammunition", _("Ammunition")),
    ("cooperation", _("International cooperation")),
    ("data", _("Data")),
    ("prevention", _("Prevention")),
]
LESSON_KINDS: list[Choice] = [
    ("self-paced", _("Lesson")),
    ("live-session", _("Live session")),
    ("practice", _("Practice")),
    ("test", _("Test")),
]
TONES: list[Choice] = [
    ("note", pgettext_lazy("callout", "Note")),
    ("law", pgettext_lazy("callout", "Law")),
    ("safety", pgettext_lazy("callout", "Safety")),
    ("remember", pgettext_lazy("callout", "Remember")),
]
WEIGHTS: list[Choice] = [
    ("recommendation", _("adopted recommendation")),
    ("speaker", _("reported by a speaker")),
    ("secretariat", _("reported by the Secretariat")),
    ("draft", _("draft text")),
]
REGIONAL: list[Choice] = [
    ("no", _("the same everywhere")),
    ("may", _("a region may have its own text")),
    ("must", _("each region needs its own text")),
]
AUDIENCES: list[Choice] = [
    ("police", _("Police and other investigators")),
    ("customs", _("Customs")),
    ("border", _("Border guards")),
    ("prosecution", _("Prosecutors")),
    ("judiciary", _("Judges")),
    ("registry", _("Licensing and registry authorities")),
    ("forensic", _("Forensic and ballistic experts")),
    ("courier", _("Postal and courier services")),
    ("drafting", _("Legislators and drafters")),
]
BEHAVIOURS: list[Choice] = [
    ("interactive", _("Second try after a hint or explanation")),
    ("immediate", _("Answer shown at once")),
    ("deferred", _("Answer shown at the end")),
]
STAGES: list[Choice] = [
    ("full", _("complete")),
    ("gaps", _("with gaps")),
    ("solve", _("to be solved")),
]
HEADERS: list[Choice] = [
    ("row", _("first row")),
    ("column", _("first column")),
    ("both", _("first row and column")),
    ("none", _("none")),
]

# The five source documents (brief.md 1): symbol as printed, English title of the kind of paper.
DOCUMENTS: dict[str, Any] = {
    "000": _("Secretariat report to the Conference of the Parties, eleventh session, 2022"),
    "001": _("Revised draft resolution, Conference of the Parties, tenth session, 2020"),
    "002": _("Secretariat background paper, Working Group on Firearms, 2014"),
    "003": _("Report of the Working Group on Firearms, ninth meeting, CTOC/COP/WG.6/2022/4"),
    "004": _("Report of the Working Group on Firearms, eighth meeting, CTOC/COP/WG.6/2021/4"),
}

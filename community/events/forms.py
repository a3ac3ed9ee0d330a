"""Forms about events. What they accept, the services check again."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.events import clocks
from community.events.models import Meeting, MeetingTerm
from community.events.news import LONGEST as LONGEST_NEWS
from community.events.whom import CASE_LABELS, groups_for, labels_for
from community.library import vocabulary
from community.library.kinds import TOPIC
from portal.languages.table import LANGUAGE_CHOICES
from portal.markings.labels import Label, is_lower, label_of
from portal.markings.services import LONGEST_REASON
from portal.organisations.regions import GROUPS
from portal.vetting.service_form import ServiceForm


class WallClock(forms.DateTimeField):
    """A day and a time as a clock on the wall shows them; the zone stands in a field of its own."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value

    def clean(self, value: Any) -> datetime | None:
        found = super().clean(value)
        if found is not None and timezone.is_aware(found):
            return timezone.make_naive(found)
        return found


def _line(label: Any, most: int, *, hint: Any = "", required: bool = True) -> forms.CharField:
    attrs = {"dir": "auto", "maxlength": most, "autocomplete": "off"}
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most,
        widget=forms.TextInput(attrs=attrs),
    )  # fmt: skip


def _web(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip


def _several(label: Any, *, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=required, choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class _Form(ServiceForm):
    use_required_attribute = False


class ZoneForm(_Form):
    """The zone a person reads times in."""

    zone = forms.ChoiceField(label=_("My time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill_zones(self)


def fill_zones(form: forms.Form) -> None:
    """Offer all zones in a form's field ``zone``."""
    field: Any = form.fields["zone"]
    field.choices = [(name, name.replace("_", " ")) for name in clocks.zones()]


class DetailsForm(_Form):
    """What is said of an event."""

    title = _line(_("Title"), 200)
    text = forms.CharField(
        label=_("Description"), required=False, max_length=10_000,
        help_text=_("You may use Markdown. Write nothing that points to a case or a person."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of this text"), choices=LANGUAGE_CHOICES)
    starts = WallClock(label=_("Begins"))
    ends = WallClock(label=_("Ends"))
    zone = forms.ChoiceField(
        label=_("Time zone of the event"), help_text=_("Begin and end are meant in this zone.")
    )
    closes = WallClock(
        label=_("Registration closes"), required=False, help_text=_("Empty: when it begins.")
    )
    spoken = _several(MeetingTerm.Facet.SPOKEN.label, required=True)
    interpreted = _several(MeetingTerm.Facet.INTERPRETED.label)
    place = _line(_("Place"), 200, hint=_("Empty: online only."), required=False)
    join_link = _web(
        _("Join link"), _("Told only to people with a place, from 30 minutes before the beginning.")
    )
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, help_text=_("Empty: no limit.")
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    topics = forms.MultipleChoiceField(
        label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fill_zones(self)
        fields["region"].choices = [("", _("All regions")), *GROUPS.items()]
        fields["topics"].choices = vocabulary.choices(TOPIC)


class NewForm(DetailsForm):
    """A new event: its kind and label as well."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Meeting.Kind.choices,
        help_text=_("You decide who comes to a case meeting; to the others everybody may come."),
    )  # fmt: skip
    label = forms.ChoiceField(
        label=_("Label"), choices=[(row.value, row.tlp) for row in CASE_LABELS], initial="GREEN",
        help_text=_(
            "GREEN: all members. AMBER, for case meetings only: your organisation, "
            "and whom you name."
        ),
    )  # fmt: skip
    field_order = ("kind", "label", "group", "reason", "title")


class ChangeForm(NewForm):
    """An event that is changed; ``version`` is the one that was seen.

    Label and group offer what ``actor`` may choose; reason and group stand only where they may
    be needed.
    """

    reason = forms.CharField(
        label=_("Reason, where the label is lowered"), required=False, max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    group = forms.ChoiceField(label=_("Group"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=values_of(meeting), **kwargs)
        fields: Any = self.fields
        present, labels = label_of(meeting.label), labels_for(actor, meeting)
        fields["label"].choices = [(row.value, row.tlp) for row in labels]
        hint = fields["label"].help_text
        if present == Label.RED:
            hint = _("RED is lowered by two people. That cannot be done for an event.")
        lost = _(
            "Whoever is registered and may not read the event after a change of group or label "
            "loses the place."
        )
        fields["label"].help_text = f"{hint} {lost}"
        if not any(is_lower(row, present) for row in labels):
            del fields["reason"]
        groups = groups_for(actor, meeting)
        fields["group"].choices = [
            (str(row.public_id), row.name) if row else ("", _("All members")) for row in groups
        ]
        if len(groups) == 1:
            del fields["group"]


class RecordingForm(_Form):
    """The recording of an event, with captions."""

    recording = _web(_("Address of the recording"), _("Empty: there is none."))
    captions = forms.FileField(
        label=_("Captions"), required=False,
        help_text=_("A WebVTT file (.vtt), at most 1 MB. Without captions no recording is shown."),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )  # fmt: skip
    captions_language = forms.ChoiceField(
        label=_("Language of the captions"), choices=LANGUAGE_CHOICES
    )


class MaterialsForm(_Form):
    """Records of the library that belong to an event."""

    addresses = forms.CharField(
        label=_("Records of the library"), required=False, max_length=10_000,
        help_text=_("The address of one record on each line."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
    )  # fmt: skip


class NewsForm(_Form):
    """What is written to those who come."""

    text = forms.CharField(
        label=_("Message"), max_length=LONGEST_NEWS,
        help_text=_("You may use Markdown. Write nothing that points to a case or a person."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )  # fmt: skip
    for_waiting = forms.BooleanField(label=_("Also for those on the wait-list"), required=False)


class NameForm(_Form):
    """A member who may know of an AMBER case meeting."""

    address = forms.EmailField(
        label=_("E-mail address of the member"), widget=forms.EmailInput(attrs={"dir": "ltr"})
    )


def values_of(meeting: Meeting) -> dict[str, Any]:
    """Return an event as its form shows it."""
    terms = list(meeting.terms.all())
    zone = meeting.zone
    return {
        "kind": meeting.kind, "label": str(label_of(meeting.label)),
        "group": str(meeting.group.public_id) if meeting.group else "",
        "title": meeting.title, "text": meeting.text, "language": meeting.language, "zone": zone,
        "starts": clocks.to_local(meeting.starts_at, zone),
        "ends": clocks.to_local(meeting.ends_at, zone),
        "closes": clocks.to_local(meeting.closes_at, zone),
        "place": meeting.place, "join_link": meeting.join_link, "capacity": meeting.capacity,
        "region": meeting.region_id or "", "version": meeting.sequence,
        "topics": [row.value for row in terms if row.facet == MeetingTerm.Facet.TOPIC],
        "spoken": [row.value for row in terms if row.facet == MeetingTerm.Facet.SPOKEN],
        "interpreted": [row.value for row in terms if row.facet == MeetingTerm.Facet.INTERPRETED],
    }  # fmt: skip

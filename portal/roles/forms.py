"""Forms of the pages about people and roles."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.languages.table import LANGUAGE_CHOICES
from portal.organisations import regions
from portal.roles.checks import FIELDS, LONGEST_REASON
from portal.roles.courses_port import book
from portal.roles.models import Role
from portal.roles.permissions import APPROVERS, grants_as
from portal.roles.scope import Scope, within
from portal.shared.errors import Invalid
from portal.shared.text import plain


class SearchPeopleForm(forms.Form):
    """Narrows the list of people. Whatever cannot be read is left out, never an error."""

    q = forms.CharField(label=_("Name of a person or organisation"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("Role"), required=False)
    region = forms.ChoiceField(label=_("Country or region"), required=False)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, reader: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Any role")), *Role.choices]
        self.fields["region"].choices = [
            ("", _("Any country")),
            *_places_within([g.region_id for g in grants_as(reader, *APPROVERS)]),
        ]

    def wanted(self) -> dict[str, Any]:
        """Return the filters for ``queries.people``."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "text": plain(found.get("q", "")),
            "role": found.get("role", ""),
            "region": found.get("region", ""),
            "after": found.get("after"),
        }


def _places_within(outer: list[str | None]) -> list[tuple[str, str]]:
    """Return groups, then countries by name, that lie in one of the regions (None: all)."""
    codes = [
        code
        for code in regions.tree()
        if any(within(Scope(code), Scope(region)) for region in outer)
    ]
    named = [(code, regions.name(code)) for code in codes]
    return sorted(named, key=lambda row: (row[0].isupper(), row[1]))


class DeedForm(forms.Form):
    """Asks for nothing but the press of the button."""

    def attempt(self, deed: Callable[..., Any], **given: Any) -> Any:
        """Call a service if the form is valid; what it finds wrong is said beside the fields."""
        if not self.is_valid():
            return None
        try:
            return deed(**given, **self.values())
        except Invalid as refusal:
            self.say(refusal)
            return None

    def values(self) -> dict[str, Any]:
        """Return what the form adds to the call."""
        return {}

    def say(self, refusal: Invalid) -> None:
        """Put a refusal beside the fields it names, else on top."""
        for name, sentence in refusal.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if str(refusal) or not refusal.fields:
            self.add_error(None, str(refusal) or _("This cannot be done."))


class ReasonForm(DeedForm):
    """Why something is done. The reason is kept and seen by approvers of the region."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One or two sentences. The person can read it."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Give the reason in at least 10 characters.")},
    )

    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class GrantForm(ReasonForm):
    """The scope a role has, the reason and the last day. Offers no more than the granter holds."""

    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty if the role has no end yet."),
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a date such as 2027-12-31.")},
    )

    def __init__(self, role: str, actor: Any, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        self.mine = grants_as(actor, Role.ADMINISTRATOR)
        makers = {
            "course": self._course,
            "language": self._language,
            "region_id": self._region,
            "organisation_id": lambda: self._organisation(person),
        }
        for part in FIELDS[role]:
            self.fields[part.removesuffix("_id")] = makers[part]()
        self.order_fields(["course", "language", "region", "organisation", "reason", "ends_on"])

    def _course(self) -> forms.Field:
        rows = [("", _("All courses")), *((str(key), title) for key, title in book().choices())]
        return forms.ChoiceField(label=_("Course"), required=False, choices=rows)

    def _language(self) -> forms.Field:
        rows = [("", _("All languages")), *LANGUAGE_CHOICES]
        return forms.ChoiceField(label=_("Language"), required=False, choices=rows)

    def _region(self) -> forms.Field:
        rows = _places_within([grant.region_id for grant in self.mine])
        everywhere = any(not grant.region_id for grant in self.mine)
        if everywhere:
            rows = [("", str(_("Everywhere"))), *rows]
        return forms.ChoiceField(
            label=_("Country or region"), required=not everywhere, choices=rows
        )

    def _organisation(self, person: User) -> forms.Field:
        own = person.membership.organisation
        rows = [("", _("All organisations there")), (str(own.pk), str(own))]
        return forms.ChoiceField(label=_("Organisation"), required=False, choices=rows)

    def values(self) -> dict[str, Any]:
        found = self.cleaned_data
        course, organisation = found.get("course"), found.get("organisation")
        scope = Scope(
            region_id=found.get("region") or None,
            organisation_id=int(organisation) if organisation else None,
            course=uuid.UUID(course) if course else None,
            language=found.get("language") or "",
        )
        return {"scope": scope, "reason": found["reason"], "ends_on": found["ends_on"]}

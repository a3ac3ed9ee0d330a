"""The form of a class to invite."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.fields import NameField
from portal.vetting import invitation_permissions
from portal.vetting.invitation_table import MOST_BYTES


class ClassForm(forms.Form):
    """Name of the class, what the people are invited to, and their table as text or file."""

    name = NameField(
        label=_("Name of the class"),
        max_length=150,
        help_text=_("Only people who invite see it."),
    )
    tier = forms.ChoiceField(label=_("Whom do you invite?"), widget=forms.RadioSelect)
    course = forms.SlugField(
        label=_("Course they are named to"),
        required=False,
        max_length=255,
        help_text=_("The last part of the course’s address, for example firearms-protocol."),
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
    )
    table = forms.CharField(
        label=_("Table of people"),
        required=False,
        max_length=MOST_BYTES,
        help_text=_(
            "One line a person. First line: email, name, language, country, organisation. Only the "
            "address is needed for learners; country and organisation for the others."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV in UTF-8, at most 256 KB and 500 people."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        tiers = invitation_permissions.tiers_of(user)
        self.fields["tier"].choices = tiers  # type: ignore[attr-defined]
        self.fields["tier"].initial = tiers[0][0] if tiers else ""
        if not invitation_permissions.can_invite(user, "learner"):
            del self.fields["course"]  # who may not enrol learners is not asked for a course

    def clean_course(self) -> str:
        """Return the slug of a course that is there and within the person's scope."""
        course = str(self.cleaned_data["course"])
        if course and invitation_permissions.course_key(course) is None:
            raise forms.ValidationError(_("There is no course with this address."))
        if not invitation_permissions.can_invite_to(self._user, course):
            raise forms.ValidationError(_("This is not one of your courses."))
        return course

    def clean(self) -> dict[str, Any]:
        """Take the table from the file where there is one."""
        data = super().clean() or {}
        upload = data.get("file")
        if upload is not None:
            if upload.size > MOST_BYTES:
                self.add_error("file", _("The file is larger than 256 KB."))
            else:
                data["table"] = _text(upload.read())
                if data["table"] is None:
                    self.add_error("file", _("The file is not in UTF-8."))
        if not data.get("table") and not self.errors:
            self.add_error("table", _("Write the table, or choose a file."))
        if data.get("tier") == "learner" and not data.get("course") and not self.errors:
            self.add_error("course", _("Learners are invited to a course. Name it."))
        return data


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None

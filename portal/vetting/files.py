"""Files of applications: the applicant's own, read by whoever may decide about them.

``about`` is the application's number. The label's audience is not asked: the applicant is no member
yet, and the approvers are named by their region and role.
"""

from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from portal.files.kinds import DOCUMENTS, IMAGES
from portal.files.models import StoredFile
from portal.files.permissions import register_purpose

PURPOSE = "application"
ACCEPTED = IMAGES | (DOCUMENTS & frozenset({"pdf", "docx", "odt", "txt"}))


def may_read(user: Any, stored: StoredFile) -> bool:
    """Say whether a person is the applicant, or an approver who may see the application."""
    from portal.vetting.permissions import applications_visible_to

    if stored.owner_id == user.pk:
        return True
    return applications_visible_to(user).filter(number=stored.about).exists()


def listed(user: Any) -> Q:
    """Return ``may_read`` as a condition."""
    from portal.vetting.permissions import applications_visible_to

    return Q(owner=user) | Q(about__in=applications_visible_to(user).values("number"))


def may_delete(user: Any, stored: StoredFile) -> bool:
    """Say whether the applicant may still take a file back: while it is her turn."""
    from portal.vetting.models import Application

    open_to_her = (Application.State.DRAFT, Application.State.INFORMATION)
    return Application.objects.filter(
        number=stored.about, applicant=user, state__in=open_to_her
    ).exists()


def back(stored: StoredFile) -> str:
    """Return the applicant's page."""
    try:
        return reverse("application")
    except NoReverseMatch:
        return reverse("account_email")


def register() -> None:
    """Make the purpose known; called when the site starts."""
    register_purpose(
        PURPOSE,
        may_read=may_read,
        may_delete=may_delete,
        listed=listed,
        labelled=False,
        accepted=ACCEPTED,
        back=back,
    )

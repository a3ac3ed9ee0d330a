"""Erases what deleting an account's row leaves behind: addresses kept as text, keys, log entries.

Foreign keys are dealt with by the models themselves (deleted with the account, or emptied).
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from wagtail.models import ModelLogEntry, PageLogEntry, Revision

from portal.accounts.models import User
from portal.files.services import delete_files_of
from portal.notifications.models import Notification
from portal.notifications.services import notify
from portal.organisations.models import FocalPoint, Organisation
from portal.shared import clock
from portal.vetting.models import Application, ApplicationStep, IdentityCheck, Invitation


def invitations(user: Any) -> None:
    """Empty the address and name in invitations to this person; the numbers of a class stay."""
    mine = Q(accepted_by=user) | Q(email__iexact=user.email)
    nobody = Concat(Value("deleted-"), Cast(F("id"), CharField()), Value("@invalid"))
    Invitation.objects.filter(mine).update(email=nobody, name="")


def sponsorships(user: Any) -> None:
    """Take the person out of applications she was named in; who waits for her names another."""
    named = Application.objects.filter(Q(sponsor=user) | Q(sponsor_email__iexact=user.email))
    for row in named.filter(state=Application.State.SPONSOR).exclude(applicant=user):
        ApplicationStep.objects.create(
            application=row, kind=ApplicationStep.Kind.SPONSOR_DECLINED, at=clock.now()
        )
        notify(row.applicant, "application", place="application")
    named.update(sponsor=None, sponsor_email="", version=F("version") + 1)
    Application.objects.filter(proposed_by=user).update(proposed_by=None)


def contacts(user: Any) -> None:
    """Empty contacts of organisations that are this person's own address."""
    mine = Organisation.objects.filter(contact_email__iexact=user.email)
    mine.update(contact_name="", contact_email="", contact_phone="", contact_confirmed_at=None)
    own = FocalPoint.objects.filter(Q(person=user) | Q(contact_email__iexact=user.email))
    own.update(contact_email="", contact_phone="", confirmed_at=None)


def notices(user: Any) -> None:
    """Remove others' notices that lead to the person or to what goes with her."""
    keys = {str(user.public_id)}
    keys |= set(Application.objects.filter(applicant=user).values_list("number", flat=True))
    checks = IdentityCheck.objects.filter(user=user).values_list("public_id", flat=True)
    keys |= {str(key) for key in checks}
    Notification.objects.filter(key__in=keys).delete()


def logs(user: Any) -> None:
    """Take the person out of Wagtail's activity feeds, which keep her id without a foreign key."""
    kind = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).delete()
    Revision.objects.filter(base_content_type=kind, object_id=str(user.pk)).delete()
    for model in (ModelLogEntry, PageLogEntry):
        model.objects.filter(user=user).update(user=None)


def files(user: Any) -> None:
    """Delete the person's files, on disk once the transaction is committed."""
    delete_files_of(owner=user)

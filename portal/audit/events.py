"""The one vocabulary of the record: event → which facts it may carry, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Event:
    """``words`` is the sentence shown in the record; ``facts`` the names it may carry."""

    words: str | Promise
    facts: frozenset[str] = field(default_factory=frozenset)


def _event(words: str | Promise, *facts: str) -> Event:
    return Event(words, frozenset(facts))


EVENTS: Mapping[str, Event] = {
    # signing in
    "sign-in": _event(_("Signed in"), "way", "factor", "known"),
    "sign-in.failed": _event(_("Sign-in failed"), "way"),
    "sign-in.held": _event(_("Sign-in stopped: the account is held"), "hold"),
    "sign-out": _event(_("Signed out")),
    "session.ended": _event(_("A sign-in was ended"), "count"),
    "password.changed": _event(_("Password changed"), "way"),
    "address.changed": _event(_("E-mail address changed")),
    "factor.added": _event(_("Second factor added"), "kind"),
    "factor.removed": _event(_("Second factor removed"), "kind"),
    "factor.failed": _event(_("Second factor refused"), "kind"),
    "recovery.made": _event(_("Recovery codes made")),
    "recovery.used": _event(_("Recovery code used"), "left"),
    "step-up": _event(_("Second factor confirmed again"), "kind"),
    "identity.asked": _event(_("New proof of identity asked for")),
    "identity.proposed": _event(_("Identity confirmed by a first person")),
    "identity.granted": _event(_("Identity confirmed; second factors removed"), "count"),
    "identity.refused": _event(_("New proof of identity refused")),
    "account.held": _event(_("Account suspended"), "hold"),
    "account.released": _event(_("Suspension of the account ended")),
    "account.made": _event(_("Account made"), "way"),
    "account.deleted": _event(_("Account deleted")),
    "data.exported": _event(_("Own data downloaded")),
    # vetting
    "application.submitted": _event(_("Application sent"), "tier"),
    "application.sponsor": _event(_("Sponsor answered"), "answer"),
    "application.sponsor-named": _event(_("Another sponsor named")),
    "application.information-asked": _event(_("More information asked for")),
    "application.information-given": _event(_("Information given")),
    "application.proposed": _event(_("First decision on an application"), "proposal"),
    "application.sent-back": _event(_("Second person did not agree")),
    "application.approved": _event(_("Application approved"), "tier"),
    "application.refused": _event(_("Application refused")),
    "application.appealed": _event(_("Appeal against a refusal")),
    "application.withdrawn": _event(_("Application withdrawn")),
    "application.expired": _event(_("Application expired"), "state"),
    "application.read": _event(_("Application read")),
    "membership.started": _event(_("Membership began"), "tier"),
    "membership.confirmed": _event(_("Post confirmed, membership renewed")),
    "membership.suspended": _event(_("Membership suspended")),
    "membership.restored": _event(_("Membership restored")),
    "membership.lapsed": _event(_("Membership lapsed")),
    "membership.ended": _event(_("Membership ended")),
    "invitations.sent": _event(_("Invitations sent"), "count", "tier"),
    "invitation.accepted": _event(_("Invitation accepted"), "tier"),
    "invitation.withdrawn": _event(_("Invitation withdrawn")),
    # roles
    "role.proposed": _event(_("Role proposed"), "role", "region", "course", "language", "ends"),
    "role.granted": _event(_("Role granted"), "role", "region", "course", "language", "ends"),
    "role.ended": _event(_("Role taken away"), "role"),
    "role.expired": _event(_("Role reached its end date"), "role"),
    # organisations
    "organisation.proposed": _event(_("Organisation proposed")),
    "organisation.accepted": _event(_("Organisation accepted")),
    "organisation.changed": _event(_("Organisation changed")),
    "organisation.confirmed": _event(_("Contact of an organisation confirmed")),
    "organisation.merged": _event(_("Organisations merged"), "into", "moved"),
    "focal-point.changed": _event(_("Focal point changed"), "function"),
    "focal-point.confirmed": _event(_("Focal point confirmed"), "function"),
    # labels and files
    "label.set": _event(_("Label set"), "label"),
    "label.lowered": _event(_("Label lowered"), "old", "label"),
    "label.lowering-asked": _event(_("Lowering of a label asked for"), "label"),
    "label.lowering-refused": _event(_("Lowering of a label refused"), "label"),
    "file.received": _event(_("File received"), "type", "size", "state"),
    "file.refused": _event(_("File refused"), "why"),
    "file.read": _event(_("File opened"), "label"),
    "file.deleted": _event(_("File deleted")),
    "file.scanned": _event(_("File checked for viruses"), "state"),
    # the record itself
    "audit.read": _event(_("Record read"), "event", "count"),
    "audit.exported": _event(_("Record exported"), "count"),
    # studio
    "access.refused": _event(_("Access refused"), "where"),
}

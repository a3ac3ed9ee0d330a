"""Everything the site stores: each model of each installed app, in a dozen plain groups.

The page "What we store" is made of this, and a test compares it with the models: a model, or a
field of the tables about people, that is missing here fails the build. The halves add their own
models with ``add``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from portal.rights.groups import GROUPS, Group, Words


@dataclass
class Kept:
    """A group with what is in it, as the page shows it."""

    group: Group
    what: list[Words] = field(default_factory=list)


TECHNICAL = "technical"  # nothing about people: languages, places, rights of groups, search index

ABOUT_YOU: Mapping[str, Mapping[str, Words | None]] = {
    "portal.user": {
        "id": None,
        "public_id": _("a number that stands for you"),
        "email": _("e-mail address"),
        "password": _("password, as a hash only"),
        "name": _("name, if you give it"),
        "language": _("language"),
        "region": _("country, if you give it"),
        "date_joined": _("day the account was made"),
        "last_login": _("time of the last sign-in"),
        "is_active": None,
        "hold": _("whether the account is suspended"),
        "is_staff": None,
        "is_superuser": None,
        "groups": _("groups in the studio"),
        "user_permissions": None,
    },
    "portal.membership": {
        "id": None,
        "user": None,
        "tier": _("kind of membership"),
        "organisation": _("organisation"),
        "post": _("post"),
        "state": _("whether it is in force"),
        "since": _("since when"),
        "confirmed_at": _("when you last confirmed your post"),
        "lapses_at": _("until when"),
        "reminded_at": None,
        "ended_at": _("when and why it ended"),
        "end_reason": None,
    },
    "portal.application": {
        "id": None,
        "number": _("number of the application"),
        "applicant": None,
        "tier": None,
        "state": _("where it stands"),
        "eligible_as": _("kind of work"),
        "name": _("name"),
        "country": _("country"),
        "organisation": _("organisation"),
        "post": _("post"),
        "work": _("what you do against trafficking"),
        "sponsor_email": _("address of your sponsor"),
        "sponsor": None,
        "terms_version": _("which terms you accepted, in which language, and when"),
        "terms_language": None,
        "terms_digest": None,
        "terms_accepted_at": None,
        "proposed_by": _("who decided"),
        "proposal": None,
        "appeals": None,
        "created_at": _("dates of each step"),
        "submitted_at": None,
        "state_since": None,
        "due_at": None,
        "decided_at": None,
        "version": None,
    },
}

# Model → (group, what). Models of ABOUT_YOU are described by their fields.
_models: dict[str, tuple[str, Words]] = {
    "portal.user": ("account", ""),
    "account.emailaddress": ("account", _("whether the address was proven")),
    "account.emailconfirmation": ("account", ""),
    "portal.user_groups": ("account", ""),
    "portal.user_user_permissions": ("account", ""),
    "wagtailusers.userprofile": ("account", _("settings of the studio")),
    "sessions.session": ("sign-ins", _("one random key for each sign-in")),
    "usersessions.usersession": (
        "sign-ins",
        _("time, network address, browser of each sign-in"),
    ),
    "portal.appdevice": ("factors", _("secret of an authenticator app, sealed")),
    "portal.recoverydevice": ("factors", _("wrong codes, counted")),
    "portal.recoverycode": ("factors", _("recovery codes for signing in, as hashes only")),
    "django_otp_webauthn.webauthncredential": ("factors", _("passkeys: public key, name, dates")),
    "django_otp_webauthn.webauthnattestation": ("factors", _("kind of passkey")),
    "django_otp_webauthn.webauthnuserhandle": ("factors", _("a random number for passkeys")),
    "portal.application": ("applications", ""),
    "portal.applicationstep": (
        "applications",
        _("decisions with reasons, questions, answers"),
    ),
    "portal.identitycheck": ("applications", _("new proofs of identity after a lost factor")),
    "portal.membership": ("membership", ""),
    "portal.rolegrant": ("membership", _("roles: which, where, from whom, why, until when")),
    "portal.invitationbatch": ("invitations", _("name of the class")),
    "portal.invitation": ("invitations", _("address, name, language, country, organisation")),
    "portal.organisation": ("organisations", _("name, kind, country, contact")),
    "portal.focalpoint": ("organisations", _("who is reached for which function, and how")),
    "portal.storedfile": ("files", _("the file, its name, type, size, label and virus check")),
    "portal.reader": ("files", _("to whom a file was given by name")),
    "portal.loweringrequest": ("files", _("requests to lower a label, with the reason")),
    "portal.notification": ("notices", _("what kind of news, how often, where it leads")),
    "portal.notificationchoice": ("notices", _("how often you want mail")),
    "portal.pushsubscription": ("notices", _("browsers you let us wake")),
    "portal.auditrow": ("record", _("time, deed, who, about whom; never content")),
    "portal.audithead": ("record", ""),
    "wagtailcore.revision": ("writing", _("versions of pages: when and by whom")),
    "wagtailcore.comment": ("writing", _("comments in the studio")),
    "wagtailcore.commentreply": ("writing", ""),
    "wagtailcore.pagelogentry": ("writing", _("who published, moved or deleted a page")),
    "wagtailcore.modellogentry": ("writing", ""),
    "wagtailcore.pagesubscription": ("writing", _("pages whose comments you follow")),
    "wagtailcore.workflowstate": ("writing", _("who sent a page for review and who approved it")),
    "wagtailcore.taskstate": ("writing", ""),
    "wagtailcore.apitoken": ("writing", ""),
    "wagtailadmin.editingsession": ("writing", _("which page you are editing now")),
    "wagtailadmin.formstate": ("writing", _("texts begun and not saved")),
    "wagtailcore.uploadedfile": ("writing", ""),
    "wagtailcore.page": ("writing", _("pages and who made them")),
    "wagtailimages.image": ("writing", ""),
    "wagtaildocs.document": ("writing", ""),
    "portal.portalimage": ("writing", _("pictures and documents of pages")),
    "portal.portaldocument": ("writing", ""),
    "wagtail_localize.stringtranslation": ("writing", _("translations and who made them")),
    "wagtail_localize.segmentoverride": ("writing", ""),
    "wagtail_localize.translationlog": ("writing", ""),
}
WITHOUT_MODEL: Mapping[str, Words] = {
    "visitors": _("answers and progress, under a hash of a random key in a cookie"),
    "limits": _("how often something was tried, under a hash of the network address or account"),
}

for _name in (
    "portal.region", "portal.portalrendition", "portal.homepage", "portal.standardpage",
    "portal.newsindexpage", "portal.newspage", "portal.eventindexpage", "portal.eventpage",
    "wagtail_localize.translatableobject", "wagtail_localize.translationsource",
    "wagtail_localize.translation", "wagtail_localize.string",
    "wagtail_localize.translationcontext", "wagtail_localize.template",
    "wagtail_localize.stringsegment", "wagtail_localize.templatesegment",
    "wagtail_localize.relatedobjectsegment", "wagtail_localize.overridablesegment",
    "wagtail_localize.localesynchronization", "wagtailredirects.redirect",
    "wagtailimages.rendition", "wagtailsearch.indexentry", "wagtailsearch.sqliteftsindexentry",
    "wagtailadmin.admin", "wagtailcore.locale", "wagtailcore.site",
    "wagtailcore.groupsitepermission", "wagtailcore.collectionviewrestriction_groups",
    "wagtailcore.collectionviewrestriction", "wagtailcore.collection",
    "wagtailcore.groupcollectionpermission", "wagtailcore.workflowcontenttype",
    "portal.reviewtask", "wagtailcore.workflow", "wagtailcore.workflowtask", "wagtailcore.task",
    "wagtailcore.groupapprovaltask_groups", "wagtailcore.groupapprovaltask",
    "wagtailcore.grouppagepermission", "wagtailcore.pageviewrestriction_groups",
    "wagtailcore.pageviewrestriction", "wagtailcore.workflowpage", "wagtailcore.referenceindex",
    "taggit.tag", "taggit.taggeditem", "django_tasks_database.dbtaskresult",
    "auth.permission", "auth.group_permissions", "auth.group", "contenttypes.contenttype",
):  # fmt: skip
    _models[_name] = (TECHNICAL, "")


def add(rows: Mapping[str, tuple[str, Words]]) -> None:
    """Add a half's models: label in lower case → (key of a group or TECHNICAL, what)."""
    _models.update(rows)


def models() -> Mapping[str, tuple[str, Words]]:
    """Return every model that is listed, with its group."""
    return _models


def table() -> list[Kept]:
    """Return the groups in order, each with everything in it, nothing twice."""
    kept = {group.key: Kept(group) for group in GROUPS}
    for label, (key, what) in _models.items():
        if key == TECHNICAL:
            continue
        words = [w for w in ABOUT_YOU[label].values() if w] if label in ABOUT_YOU else [what]
        kept[key].what += [w for w in words if w and w not in kept[key].what]
    for key, what in WITHOUT_MODEL.items():
        kept[key].what.append(what)
    return list(kept.values())

"""Applications with their history, memberships, invitations, and new proofs of identity."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.languages.table import LANGUAGE_CHOICES

PERSON = settings.AUTH_USER_MODEL


class Tier(models.TextChoices):
    """What an account beyond a learner's may be."""

    MEMBER = "member", _("Member of the community")
    COURIER = "courier", _("Courses for postal operators and couriers")


class Membership(models.Model):
    """What a person is after vetting: one row a person. It lapses unless she confirms her post."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LAPSED = "lapsed", _("Lapsed")
        ENDED = "ended", _("Ended")

    user = models.OneToOneField(PERSON, on_delete=models.CASCADE, related_name="membership")
    tier = models.CharField(max_length=10, choices=Tier.choices)
    organisation = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="memberships"
    )
    post = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    since = models.DateTimeField()
    confirmed_at = models.DateTimeField()  # her post, by herself
    lapses_at = models.DateTimeField(db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        app_label = "portal"

    def __str__(self) -> str:
        return f"{self.user_id} {self.tier} {self.state}"


class Application(models.Model):
    """A person's wish to become a member, with what she answered and where it stands."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SPONSOR = "sponsor", _("Waiting for the sponsor")
        REVIEW = "review", _("Waiting for a first decision")
        INFORMATION = "information", _("Waiting for more information from the applicant")
        CONFIRMATION = "confirmation", _("Waiting for a second decision")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    number = models.CharField(max_length=12, unique=True)  # random, said to the applicant
    applicant = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="applications")
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.MEMBER)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    eligible_as = models.CharField(max_length=20, blank=True)  # the answer to "which work"
    name = models.CharField(max_length=150, blank=True)
    country = models.ForeignKey(
        "portal.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "portal.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    post = models.CharField(max_length=150, blank=True)
    work = models.TextField(blank=True)  # what she does against trafficking, a few sentences
    sponsor_email = models.EmailField(blank=True)
    sponsor = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="sponsored"
    )
    terms_version = models.CharField(max_length=20, blank=True)
    terms_language = models.CharField(max_length=12, blank=True, choices=LANGUAGE_CHOICES)
    terms_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the text she saw
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # the first approver
    proposal = models.CharField(max_length=10, blank=True)  # approve or refuse, by the first
    appeals = models.PositiveSmallIntegerField(default=0)  # at most one
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    state_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # a reminder or expiry comes then
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # two people at once: the later is told

    class Meta:
        app_label = "portal"
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant"],
                name="application_one_open",
                condition=models.Q(
                    state__in=["draft", "sponsor", "review", "information", "confirmation"]
                ),
            )
        ]

    def __str__(self) -> str:
        return self.number


class ApplicationStep(models.Model):
    """One thing that happened to an application. Rows are only added."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Application sent")
        SPONSOR_CONFIRMED = "sponsor-confirmed", _("Sponsor confirmed")
        SPONSOR_DECLINED = "sponsor-declined", _("Sponsor declined")
        SPONSOR_NAMED = "sponsor-named", _("Another sponsor named")
        INFORMATION_ASKED = "information-asked", _("More information asked for")
        INFORMATION_GIVEN = "information-given", _("Information given")
        PROPOSED = "proposed", _("First decision")
        SENT_BACK = "sent-back", _("Second person did not agree")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        APPEALED = "appealed", _("Appeal")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REMINDED = "reminded", _("Reminder sent")
        EXPIRED = "expired", _("Expired")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposal = models.CharField(max_length=10, blank=True)
    text = models.TextField(blank=True)  # a reason or an answer
    for_applicant = models.BooleanField(default=False)  # whether she may read the text
    note = models.TextField(blank=True)  # for the approvers only, whatever the kind
    at = models.DateTimeField()

    class Meta:
        app_label = "portal"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class InvitationBatch(models.Model):
    """The people of one class, invited together from one table."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=150)
    tier = models.CharField(
        max_length=10, choices=[("learner", _("Learner")), *Tier.choices], default="learner"
    )
    course = models.SlugField(max_length=255, blank=True)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        app_label = "portal"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """One invited person. The link's secret is kept as its SHA-256 only."""

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(InvitationBatch, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=12, choices=LANGUAGE_CHOICES, default="en")
    country = models.ForeignKey(
        "portal.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "portal.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    secret = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    accepted_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "portal"
        constraints = [
            models.UniqueConstraint(fields=["batch", "email"], name="invitation_once_a_batch")
        ]

    def __str__(self) -> str:
        return self.email


class IdentityCheck(models.Model):
    """A person lost every second factor: her identity is proved again by two people."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        PROPOSED = "proposed", _("First person agrees")
        GRANTED = "granted", _("Factors removed")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="identity_checks")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    how = models.TextField(blank=True)  # how the first person made sure
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        app_label = "portal"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="identity_check_one_open",
                condition=models.Q(state__in=["asked", "proposed"]),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)

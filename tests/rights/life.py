"""A person who did everything there is to do, and whose name and address stand everywhere."""

import uuid
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.log_actions import log
from wagtail.models import Page

from courses.attempts.models import Attempt, Response
from courses.catalogue.models import Course, CourseRelease
from courses.enrolment.models import Enrolment
from courses.progress.models import LearningEvent, ProgressFacts
from courses.questions.models import QuestionVersion
from portal.accounts.factor_models import RecoveryCode, RecoveryDevice
from portal.accounts.models import User
from portal.audit.services import record
from portal.files.models import StoredFile
from portal.markings.models import LoweringRequest, Reader
from portal.notifications.models import NotificationChoice, PushSubscription
from portal.notifications.services import notify
from portal.organisations.models import FocalPoint
from portal.shared import clock, ids
from portal.vetting.models import (
    Application,
    ApplicationStep,
    IdentityCheck,
    Invitation,
    InvitationBatch,
)
from tests.people import app_device, member, organisation, person, with_role

NAME, ADDRESS, POST, WORK, PHONE = (
    "Zarathustrina", "zarathustrina@canary.example", "Postmistress-Canary", "Work-Canary",
    "+000-canary",
)  # fmt: skip
CANARIES = (NAME, ADDRESS, POST, WORK, PHONE)


def application(applicant: User, number: str, **fields: Any) -> Application:
    moment = clock.now()
    return Application.objects.create(
        applicant=applicant, number=number, created_at=moment, state_since=moment, **fields
    )


def learn(user: User) -> Enrolment:
    """A course with an answer and an event."""
    moment, family = clock.now(), uuid.uuid4()
    release = CourseRelease.objects.create(
        family=family, number=1, slug="c", code="C", source="en", digest="d", manifest={},
        created_at=moment, created_by=user,
    )  # fmt: skip
    course = Course.objects.create(family=family, slug="c", code="C", release=release, mark=1)
    version = QuestionVersion.objects.create(
        question=uuid.uuid4(), number=1, code="Q", kind="single", payload={}, digest="d",
        created_at=moment,
    )  # fmt: skip
    enrolment = Enrolment.objects.create(
        learner=user, course=course, release=release, language="en", created_at=moment,
        last_at=moment,
    )  # fmt: skip
    attempt = Attempt.objects.create(
        id=uuid.uuid4(), enrolment=enrolment, block=uuid.uuid4(), version=version, order=[],
        behaviour="interactive", tries=2, created_at=moment, saved={"text": [WORK]},
    )  # fmt: skip
    Response.objects.create(
        id=uuid.uuid4(), attempt=attempt, number=1, answer=[WORK], fraction=1, mark=1,
        language="en", created_at=moment,
    )  # fmt: skip
    LearningEvent.objects.create(
        id=ids.uuid7(), learner=user.public_id, enrolment=enrolment, release=release,
        verb="opened", object=uuid.uuid4(), language="en", occurred_at=moment, received_at=moment,
    )  # fmt: skip
    ProgressFacts.objects.create(enrolment=enrolment)
    return enrolment


def factors(user: User) -> None:
    app_device(user)
    device = RecoveryDevice.objects.create(user=user, name=NAME, confirmed=True)
    RecoveryCode.objects.create(device=device, locator="ABCD", proof="x")
    WebAuthnCredential.objects.create(
        user=user, name=NAME, credential_id=b"c", credential_id_sha256=b"h", public_key=b"k",
        confirmed=True,
    )  # fmt: skip


def vetting(user: User, other: User) -> None:
    moment = clock.now()
    mine = application(
        user, "MINE22", name=NAME, post=POST, work=WORK, sponsor_email=other.email,
        state="approved",
    )  # fmt: skip
    ApplicationStep.objects.create(
        application=mine, kind="information-given", actor=user, text=WORK, at=moment
    )
    hers = application(
        other, "OTHER2", sponsor=user, sponsor_email=ADDRESS, proposed_by=user, state="sponsor"
    )
    ApplicationStep.objects.create(
        application=hers, kind="proposed", actor=user, text="a reason", at=moment
    )
    batch = InvitationBatch.objects.create(name="Class", created_by=user, created_at=moment)
    for email, accepted_by in ((ADDRESS, user), (f"second-{ADDRESS}", user)):
        Invitation.objects.create(
            batch=batch, email=email, name=NAME, secret=uuid.uuid4().hex, accepted_by=accepted_by,
            sent_at=moment, expires_at=moment,
        )  # fmt: skip
    later = moment + timedelta(days=1)
    IdentityCheck.objects.create(user=user, asked_at=moment, expires_at=later, how=NAME)
    IdentityCheck.objects.create(
        user=other, asked_at=moment, expires_at=later, proposed_by=user, decided_by=user
    )
    place = organisation(
        "Agency", contact_name=NAME, contact_email=ADDRESS, contact_phone=PHONE,
        contact_confirmed_by=user, proposed_by=user,
    )  # fmt: skip
    FocalPoint.objects.create(
        organisation=place, function="tracing", person=user, contact_email=ADDRESS,
        contact_phone=PHONE, confirmed_by=user,
    )  # fmt: skip
    with_role(user, "focal-point", granted_by=user)
    with_role(other, "trainer", granted_by=user, confirmed_by=user)


def things(user: User, other: User) -> None:
    moment = clock.now()
    file = StoredFile.objects.create(
        owner=user, marked_by=user, purpose="application", about="MINE22", name=f"{NAME}.pdf",
        content_type="application/pdf", size=1, sha256="0", stored_name="stored-canary",
        state="clean", received_at=moment,
    )  # fmt: skip
    marked = {"kind": "portal.storedfile", "key": str(file.pk)}
    Reader.objects.create(**marked, person=user, given_by=user, given_at=moment)
    Reader.objects.create(**marked, person=other, given_by=user, given_at=moment)
    LoweringRequest.objects.create(
        **marked, label="GREEN", reason=NAME, asked_by=user, asked_at=moment
    )
    LoweringRequest.objects.create(
        **marked, label="GREEN", reason="r", asked_by=other, asked_at=moment, decided_by=user
    )
    notify(user, "security", place="account_security")
    notify(other, "role", place="person", key=str(user.public_id))
    notify(other, "decision", place="vetting_case", key="MINE22")
    NotificationChoice.objects.create(user=user)
    PushSubscription.objects.create(
        user=user, endpoint="https://push.example/canary", session="s", created_at=moment
    )


def studio(user: User) -> None:
    page = Page.objects.get(depth=1)
    page.owner = user
    page.save()
    page.save_revision(user=user)
    log(instance=page, action="wagtail.edit", user=user)
    log(instance=user, action="wagtail.edit", user=user)
    user.groups.add(Group.objects.create(name="Editors of something"))


def lived() -> tuple[User, User]:
    """Return the person, and another one whose data touches hers."""
    other = person("Other")
    user = member(NAME, email=ADDRESS)
    user.membership.post = POST
    user.membership.save()
    EmailAddress.objects.create(user=user, email=f"old-{ADDRESS}", verified=True)
    UserSession.objects.create(
        user=user, session_key="key", ip="192.0.2.1", user_agent=f"agent {NAME}"
    )
    factors(user)
    vetting(user, other)
    things(user, other)
    learn(user)
    studio(user)
    record("sign-in", actor=user, about=user, facts={"way": "password"})
    record("application.proposed", actor=other, about=user, facts={"proposal": "approve"})
    return user, other

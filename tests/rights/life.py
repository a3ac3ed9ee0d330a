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

from community.attachments.models import Media
from community.devices.models import (
    BackupKey,
    BackupVersion,
    CrossSigningKey,
    Device,
    DeviceListChange,
    KeySignature,
    Secret,
    ToDevice,
)
from community.digests.models import Digest, DigestReview
from community.directory import index as directory_index
from community.directory.models import ContactRequest, Profile, ProfileTerm
from community.discussions.models import Mention, Post, PostVersion, Reaction, Topic
from community.discussions.own_models import Draft, SpaceState, TopicState
from community.events.models import CalendarChoice, Meeting, MeetingNews, Registration
from community.groups.models import Group as CommunityGroup
from community.groups.models import GroupAnswer, GroupMember
from community.groups.paper_models import Paper, PaperComment, PaperVersion
from community.ids import user_name
from community.library.copy_models import StampedCopy
from community.library.models import (
    AccessRequest,
    Edition,
    Publication,
    Saved,
    Shelf,
    ShelfItem,
)
from community.messages.models import Event
from community.rooms.models import Block, Export, Report, Room, RoomMembership, Roster
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
from tests.community.discussions import talk
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


def messages(user: User, other: User) -> None:
    """A room with another person, an empty one, and what two devices need to talk."""
    moment = clock.now()
    both = {"created": moment, "kind": "direct"}
    pair = f"{user.public_id} {other.public_id}"
    room = Room.objects.create(public_id=uuid.uuid4(), pair=pair, last_seq=2, **both)
    alone = Room.objects.create(public_id=uuid.uuid4(), **both)
    RoomMembership.objects.create(room=alone, user=user, role="host", state="joined")
    RoomMembership.objects.create(room=room, user=user, role="host", state="joined")
    RoomMembership.objects.create(
        room=room, user=other, role="host", state="joined", invited_by=user
    )
    phone = Device.objects.create(
        user=user, device_id="AAAAAAAAAA", name=NAME, device_keys={"keys": "device-key-canary"},
        created=moment, last_seen_day=moment.date(),
    )  # fmt: skip
    hers = Device.objects.create(
        user=other, device_id="BBBBBBBBBB", device_keys={}, created=moment,
        last_seen_day=moment.date(),
    )  # fmt: skip
    CrossSigningKey.objects.create(user=user, usage="master", key={}, updated=moment)
    one = {"target_key": "k", "signature": "s"}
    KeySignature.objects.create(target_user=user, signer_user=other, signer_key="a", **one)
    KeySignature.objects.create(target_user=other, signer_user=user, signer_key="b", **one)
    DeviceListChange.objects.create(stream=1, user=user, created=moment)
    ToDevice.objects.create(
        recipient_device=hers, seq=1, sender=user, sender_device=phone.device_id, type="t",
        content={}, created=moment,
    )  # fmt: skip
    version = BackupVersion.objects.create(
        user=user, version=1, algorithm="a", auth={}, created=moment
    )
    BackupKey.objects.create(
        version=version, room=room.public_id, session_id="s", first_index=0, forwarded=0, iv="i",
        data="backup-key-canary",
    )  # fmt: skip
    Secret.objects.create(user=user, name="n", iv="i", ct="secret-canary", updated=moment)
    said = f'{{"change":"joined","user":"{user_name(user.public_id)}"}}'
    Event.objects.create(
        room=room, seq=1, event_id=uuid.uuid4(), ts=1, event_class="x", content=said
    )
    Event.objects.create(
        room=room, seq=2, event_id=uuid.uuid4(), ts=1, event_class="m", sender=user,
        sender_device=phone, txn_id="t", content='{"ciphertext":"ciphertext-canary"}', gone_by=user,
    )  # fmt: skip
    Media.objects.create(
        public_id=uuid.uuid4(), room=room, uploader=user, purpose="file", size=1, sha256="0",
        storage_key="0" * 40, created=moment,
    )  # fmt: skip
    Roster.objects.create(
        room=room, version=1, text="", signatures={}, sha256="x", signer=user, seq=1
    )
    Export.objects.create(
        public_id=uuid.uuid4(), room=room, member=user, manifest_sha256="x", signatures={},
        from_seq=1, to_seq=1, created=moment,
    )  # fmt: skip
    Report.objects.create(
        public_id=uuid.uuid4(), room=room, seq=2, reporter=user, reported=user, decided_by=user,
        reason="r", created=moment,
    )  # fmt: skip
    Block.objects.create(blocker=user, blocked=other, created=moment)
    Block.objects.create(blocker=other, blocked=user, created=moment)


def library(user: User, other: User) -> None:
    """What she keeps, asked for and was given, and a request of another person she decided."""
    record = Publication.objects.create(kind="study", label="AMBER", live=True, marked_by=user)
    edition = Edition.objects.create(publication=record, language="en")
    Saved.objects.create(person=user, name=NAME, query="q=canary")
    shelf = Shelf.objects.create(person=user, name=NAME)
    ShelfItem.objects.create(shelf=shelf, publication=record)
    AccessRequest.objects.create(publication=record, person=user, reason=NAME, second_by=other)
    AccessRequest.objects.create(publication=record, person=other, reason="r", decided_by=user)
    StampedCopy.objects.create(
        edition=edition, person=user, name=NAME, label="AMBER", sha256="0" * 64
    )


def groups(user: User, other: User) -> None:
    """A group she leads, one she asked to join, a paper with her version and her comment."""
    moment = clock.now()
    group = CommunityGroup.objects.create(
        name="Group", purpose="p", kind="theme", joining="open", created_by=user, created_at=moment
    )
    row = {"group": group, "since": moment}
    GroupMember.objects.create(**row, person=user, state="in", leads=True, reason=NAME)
    GroupMember.objects.create(**row, person=other, state="in", by=user)
    GroupAnswer.objects.create(group=group, person=user, what="removed", reason=NAME, at=moment)
    GroupAnswer.objects.create(
        group=group, person=other, what="removed", reason="r", by=user, at=moment
    )
    paper = Paper.objects.create(
        group=group, title="Paper", language="en", label="GREEN", marked_by=user, latest=1,
        created_at=moment, changed_at=moment,
    )  # fmt: skip
    version = PaperVersion.objects.create(
        paper=paper, number=1, text="t", html="t", note=NAME, author=user, at=moment
    )
    PaperComment.objects.create(
        version=version, author=user, text=NAME, at=moment, done_at=moment, done_by=user
    )


def directory(user: User, other: User) -> None:
    """Her entry, a request of hers, and one she was asked."""
    moment = clock.now()
    entry = Profile.objects.create(
        person=user, work=WORK, hours=NAME, email=ADDRESS, phone=PHONE, created_at=moment,
        confirmed_at=moment,
    )  # fmt: skip
    ProfileTerm.objects.create(profile=entry, facet="topic", value="cases")
    directory_index.write([entry.pk])
    for asker, asked, state in ((user, other, "declined"), (other, user, "accepted")):
        ContactRequest.objects.create(
            asker=asker, asked=asked, pair="1 2", reason=WORK, answer="no", state=state,
            asked_at=moment, decided_at=moment,
        )  # fmt: skip


def meetings(user: User, other: User) -> None:
    """An event she organises, one she comes to, her calendar, a draft and a review of hers."""
    moment = clock.now()
    times = dict.fromkeys(("starts_at", "ends_at", "closes_at", "created_at", "changed_at"), moment)
    row = Meeting.objects.create(
        kind="case", title="t", zone="UTC", label="GREEN", organiser=user, marked_by=user, **times
    )
    for one in (user, other):
        Registration.objects.create(meeting=row, person=one, state="in", asked_at=moment)
        said = WORK if one == user else "An answer"
        MeetingNews.objects.create(meeting=row, author=one, text=said, html=said, at=moment)
    CalendarChoice.objects.create(person=user, zone="UTC", feed="feed-canary")
    both = {"created_at": moment, "changed_at": moment}
    Digest.objects.create(author=user, title=NAME, sections={"facts": NAME}, **both)
    Digest.objects.create(author=user, state="released", **both)
    hers = Digest.objects.create(author=other, **both)
    DigestReview.objects.create(
        digest=hers, person=user, version=1, decision="approve", decided_at=moment
    )


def discussions(user: User, other: User) -> None:
    """A topic of hers that goes on, a post of another person that names her, and her own rows."""
    moment = clock.now()
    group = talk.group(user, other, leads=None)
    asked = Topic.objects.create(
        space=group.space, author=user, title=f"{NAME} asks", kind="question", label="GREEN",
        language="en", created_at=moment, last_at=moment, last_number=2, others=1,
    )  # fmt: skip
    first, second = (
        Post.objects.create(
            topic=asked, number=number, author=author, source=text, html=f"<p>{text}</p>",
            created_at=moment, hidden_by=user if author == other else None,
        )
        for number, author, text in ((1, user, WORK), (2, other, "An answer"))
    )  # fmt: skip
    PostVersion.objects.create(post=first, title=NAME, source=WORK, html=WORK, until=moment)
    Mention.objects.create(post=second, person=user)
    Reaction.objects.create(post=second, person=user, feeling="thanks")
    SpaceState.objects.create(person=user, space=group.space, read_at=moment)
    TopicState.objects.create(person=user, topic=asked, number=1)
    Draft.objects.create(person=user, place="ask", fields={"text": WORK}, saved_at=moment)
    Report.objects.create(
        public_id=uuid.uuid4(), post=first, reporter=other, reported=user, reason="r", why="other",
        created=moment,
    )  # fmt: skip


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
    messages(user, other)
    library(user, other)
    groups(user, other)
    directory(user, other)
    meetings(user, other)
    discussions(user, other)
    learn(user)
    studio(user)
    record("sign-in", actor=user, about=user, facts={"way": "password"})
    record("application.proposed", actor=other, about=user, facts={"proposal": "approve"})
    return user, other

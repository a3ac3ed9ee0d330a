"""The status of an application in words: what is done, what is next, and always who has to act."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_otp import user_has_device

from portal.shared import clock
from portal.vetting import deadlines, flow, rules, sponsoring
from portal.vetting.models import Application, Tier

State = Application.State
Words = str | Promise


@dataclass(frozen=True)
class Task:
    """One row. ``state`` is that of the task-list component, ``words`` what it says.

    ``place`` is the name of the address where the applicant acts, ``key`` its argument; ``link``
    the words of the link where the title would mislead.
    """

    title: Words
    state: str
    words: Words
    hint: Words = ""
    at: datetime | None = None
    place: str = ""
    key: str = ""
    link: Words = ""

    @property
    def url(self) -> str:
        """Where the applicant acts, in the language of the page; "" if nowhere."""
        try:
            return reverse(self.place, args=[self.key] if self.key else []) if self.place else ""
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Status:
    """``who`` acts now (you, sponsor, we or nobody), said in ``headline``; ``until`` when."""

    who: str
    headline: Words
    tasks: list[Task]
    until: datetime | None = None


DONE = _("Completed")
LOCKED = _("Cannot start yet")
ANOTHER = _("Name another member")

HEADLINES: dict[str, tuple[str, Words]] = {
    State.SPONSOR: ("sponsor", _("We are waiting for your sponsor. You need not do anything now.")),
    State.REVIEW: ("we", _("We are checking your application. This usually takes 3 working days.")),
    State.CONFIRMATION: (
        "we",
        _("A second person is checking your application. This usually takes 3 working days."),
    ),
    State.INFORMATION: ("you", _("It is your turn: we have a question. Please answer it.")),
    State.APPROVED: ("you", _("Your application is approved. Welcome!")),
    State.REFUSED: ("nobody", _("Your application was refused.")),
    State.WITHDRAWN: ("nobody", _("You have withdrawn this application.")),
    State.EXPIRED: ("nobody", _("This application has expired, because an answer was missing.")),
}


def draft_tasks(application: Application) -> list[Task]:
    """Return the steps of a draft with what is left."""
    missing = flow.first_missing(application)
    tasks, locked = [], False
    for step in flow.steps_of(application):
        locked = locked or flow.missing_before(application, step.key) is not None
        if locked:
            tasks.append(Task(step.title, "locked", LOCKED))
        elif step is missing:
            tasks.append(_open_step(step, "todo", _("To do")))
        else:
            tasks.append(_open_step(step, "done", _("Optional") if step.optional else DONE))
    return tasks


def _open_step(step: flow.Step, state: str, words: Words) -> Task:
    return Task(step.title, state, words, place="application_step", key=step.key)


def status_of(application: Application) -> Status:
    """Return where an application that was sent stands."""
    declined = application.state == State.SPONSOR and sponsoring.has_declined(application)
    who, headline = HEADLINES[application.state]
    if declined and sponsoring.may_name_another(application):
        who, headline = "you", _("It is your turn: your sponsor declined. Name another member.")
    elif declined:
        who, headline = (
            "nobody",
            _("Three sponsors could not confirm. You can withdraw and apply again later."),
        )
    tasks = [Task(_("Send the application"), "done", DONE, at=application.submitted_at)]
    if application.tier == Tier.MEMBER:
        tasks.append(_sponsor(application, declined))
    tasks += [_check(application), _decision(application), *_after(application)]
    until = deadlines.expires_at(application.state, application.state_since)
    return Status(who, headline, tasks, until)


def _sponsor(application: Application, declined: bool) -> Task:
    title = _("Confirmation by your sponsor")
    if application.state != State.SPONSOR:
        confirmed = application.steps.filter(kind="sponsor-confirmed").last()
        if confirmed is None:
            return Task(title, "locked", _("Not completed"))
        return Task(title, "done", DONE, at=confirmed.at)
    again = sponsoring.may_name_another(application)
    place = "application_sponsor" if again else ""
    if declined:
        return Task(title, "problem", _("Declined"), place=place, link=ANOTHER)
    hint: Words = _("If your sponsor does not answer within 7 days, you can name another member.")
    return Task(
        title,
        "waiting",
        _("Waiting for your sponsor"),
        hint=hint if again else "",
        at=application.state_since,
        place=place,
        link=ANOTHER,
    )


def _check(application: Application) -> Task:
    title = _("Check by two approvers")
    at = application.state_since
    match application.state:
        case State.SPONSOR:
            return Task(title, "locked", LOCKED)
        case State.REVIEW | State.CONFIRMATION:
            words = _("We are checking – usually 3 working days")
            return Task(title, "waiting", words, at=at)
        case State.INFORMATION:
            words = _("You: answer the question")
            place, link = "application_information", _("Answer the question")
            return Task(title, "todo", words, at=at, place=place, link=link)
        case State.APPROVED | State.REFUSED:
            return Task(title, "done", DONE)
        case _:
            return Task(title, "locked", _("Not completed"))


def _decision(application: Application) -> Task:
    title = _("Decision")
    if application.state == State.APPROVED:
        return Task(title, "done", _("Approved"), at=application.decided_at)
    if application.state == State.REFUSED:
        return Task(title, "problem", _("Refused"), at=application.decided_at)
    if application.state in rules.CLOSED:
        return Task(title, "locked", application.get_state_display(), at=application.state_since)
    return Task(title, "locked", LOCKED)


def _after(application: Application) -> list[Task]:
    """What an approved person still does: a second factor, then she is inside."""
    if application.state in rules.CLOSED and application.state != State.APPROVED:
        return []
    factor, enter = _("Set up your second factor"), _("Go to the community")
    place = "community_home"
    if application.tier == Tier.COURIER:
        enter, place = _("Go to your courses"), "learning"
    if application.state != State.APPROVED:
        return [Task(factor, "locked", LOCKED), Task(enter, "locked", LOCKED)]
    if user_has_device(application.applicant):
        return [
            Task(factor, "done", DONE),
            Task(enter, "todo", _("You: everything is ready"), place=place),
        ]
    hint = _("A passkey or an app code. Without it the members’ area stays closed.")
    words = _("You: set it up now")
    return [
        Task(factor, "todo", words, hint=hint, place="account_factor_setup"),
        Task(enter, "locked", LOCKED),
    ]


def deeds_of(application: Application) -> dict[str, Any]:
    """Return what the applicant can do now, and until when."""
    state = application.state
    appeal = rules.may_appeal(
        state=state,
        appeals=application.appeals,
        decided_at=application.decided_at,
        now=clock.now(),
    )
    return {
        "may_withdraw": rules.may(state, rules.Deed.WITHDRAW),
        "may_appeal": appeal,
        "appeal_until": rules.appeal_until(application.decided_at) if appeal else None,  # type: ignore[arg-type]
        "may_begin_again": rules.may_apply_again(
            state=state, decided_at=application.decided_at, now=clock.now()
        )
        and state != State.APPROVED,
        "again_from": rules.appeal_until(application.decided_at)
        if state == State.REFUSED and application.decided_at
        else None,
    }

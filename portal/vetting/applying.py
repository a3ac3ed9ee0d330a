"""What an applicant does until her application is sent: begin, answer page by page, send.

Each answer is stored when its page is sent, so she can stop and go on at any time. Sending checks
that every step is answered, that the terms are those in force, and that what she saw on the
check-answers page is what is stored.
"""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.services import update_profile
from portal.files.models import StoredFile
from portal.organisations.models import Organisation, Region, Unit
from portal.organisations.services import propose
from portal.permissions import membership_of
from portal.shared import clock, ids
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting import applicant_queries as queries
from portal.vetting import flow, letters, moves, rules, sponsoring, terms
from portal.vetting.models import Application, ApplicationStep, Membership, Tier

Kind = ApplicationStep.Kind
State = Application.State
NUMBER_TRIES = 5


def begin(*, user: User, work: str) -> Application:
    """Start an application, or return the one that is open.

    Raises Invalid if the person cannot apply (her work, a membership in force or suspended, a
    refusal a short time ago), TooMany above the limit.
    """
    if found := queries.open_application(user):
        return found
    tier = _tier(work)
    _may_apply(user, tier)
    moves.within("application-drafts", user)
    return new_draft(user=user, tier=tier, eligible_as=work)


def new_draft(*, user: User, **fields: Any) -> Application:
    """Store a draft with a number of its own; the open one, if another window was quicker."""
    moment = clock.now()
    for _try in range(NUMBER_TRIES):
        try:
            with transaction.atomic():
                return Application.objects.create(
                    number=ids.readable(),
                    applicant=user,
                    created_at=moment,
                    state_since=moment,
                    **fields,
                )
        except IntegrityError:
            if found := queries.open_application(user):
                return found
    raise Conflict(_("Please try again."))


def begin_invited(
    *, user: User, country: Region | None, organisation: Organisation | None, sponsor_email: str
) -> Application | None:
    """Start a member's application for an invited person with what the invitation says.

    Name and work she answers herself. Returns the open application if there is one, and None for
    a person who cannot apply (a member, a suspended one, a refusal a short time ago).
    """
    if found := queries.open_application(user):
        return found
    try:
        _may_apply(user, Tier.MEMBER)
    except Invalid:
        return None
    known: dict[str, Any] = {"country": country, "sponsor_email": sponsor_email}
    if organisation is not None and flow.tier_for(organisation.unit) == Tier.MEMBER:
        place = {"country": organisation.country, "organisation": organisation}
        known |= {"eligible_as": organisation.unit, **place}
    return new_draft(user=user, tier=Tier.MEMBER, **known)


def _tier(work: str) -> str:
    try:
        tier = flow.tier_for(work)
    except ValueError:
        tier = ""
    if not tier:
        raise Invalid(fields={"work": _("With this work you cannot apply. See what is public.")})
    return tier


def _may_apply(user: User, tier: str) -> None:
    held = Membership.objects.filter(user=user).first()
    if held is not None and held.state == Membership.State.SUSPENDED:
        raise Invalid(_("Your membership is suspended. You cannot apply while it is."))
    present = membership_of(user)
    if present is not None and present.tier in (tier, Tier.MEMBER):
        raise Invalid(_("You are a member already."))
    last = queries.newest(user)
    if last is not None and not rules.may_apply_again(
        state=last.state, decided_at=last.decided_at, now=clock.now()
    ):
        raise Invalid(_("Your application was refused. You can apply again 30 days later."))


# One function a step: it writes the answer into the row.


def _set_work(row: Application, *, work: str) -> None:
    tier = _tier(work)
    row.eligible_as = work
    if tier != row.tier:
        row.tier, row.organisation = tier, None
        row.sponsor_email = ""


def _set_name(row: Application, *, name: str) -> None:
    row.name = name
    if row.applicant.name != name:
        _update_account(row.applicant, name=name)


def _set_country(row: Application, *, country: Region) -> None:
    if row.country_id != country.pk:
        row.country, row.organisation = country, None
    if row.applicant.region_id != country.pk:
        _update_account(row.applicant, region=country)


def _update_account(user: User, **new: Any) -> None:
    known = {"name": user.name, "language": user.language, "region": user.region}
    update_profile(user=user, **{**known, **new})


def _set_organisation(row: Application, *, organisation: Organisation) -> None:
    if not queries.organisations_for(row).filter(pk=organisation.pk).exists():
        raise Invalid(fields={"organisation": _("Choose an organisation from the list.")})
    row.organisation = organisation


def _set_post(row: Application, *, post: str, work: str) -> None:
    row.post, row.work = post, work


def _set_sponsor(row: Application, *, sponsor_email: str) -> None:
    sponsoring.not_herself(row.applicant, sponsor_email)
    row.sponsor_email = sponsor_email


def _set_terms(row: Application, *, version: str, language: str, digest: str) -> None:
    if version != terms.CURRENT or digest != terms.digest(version, language):
        raise Conflict(_("The terms have changed. Please read them again."))
    row.terms_version, row.terms_language, row.terms_digest = version, language, digest
    row.terms_accepted_at = clock.now()


SETTERS: dict[str, Callable[..., None]] = {
    "work": _set_work,
    "name": _set_name,
    "country": _set_country,
    "organisation": _set_organisation,
    "post": _set_post,
    "sponsor": _set_sponsor,
    "terms": _set_terms,
}


@transaction.atomic
def answer(*, user: User, key: str, **values: Any) -> Application:
    """Store the answer to one step of the draft.

    Raises Conflict without a draft or for a step out of order, Invalid for a value.
    """
    row = _draft(user)
    if key not in SETTERS or flow.step_of(row, key) is None or flow.missing_before(row, key):
        raise moves.changed()
    SETTERS[key](row, **values)
    row.version += 1
    row.state_since = clock.now()  # a draft in use does not expire
    row.save()
    return row


def propose_organisation(*, user: User, name: str, unit: str) -> Application:
    """Propose an organisation that is not in the list and name it as one's own."""
    moves.within("organisations-proposed", user)
    with transaction.atomic():
        row = _draft(user)
        if flow.missing_before(row, "organisation"):
            raise moves.changed()
        if (unit == Unit.COURIER) != (row.tier == Tier.COURIER) or unit not in Unit.values:
            raise Invalid(fields={"unit": _("This kind does not fit the work you named.")})
        found = propose(by=user, name=name, country=row.country, unit=unit)
        row.organisation = found
        row.version += 1
        row.save(update_fields=["organisation", "version"])
    return row


def add_letter(*, user: User, upload: Any) -> StoredFile:
    """Store a letter of nomination, three at most. Raises Invalid as the file store says."""
    row = queries.draft_of(user)
    if row is None or flow.missing_before(row, "letter"):
        raise moves.changed()
    stored = letters.receive(row, upload, field="letter", most=flow.LETTERS_AT_MOST)
    with transaction.atomic():
        row = _draft(user)
        row.version += 1
        row.save(update_fields=["version"])
    return stored


def submit(*, user: User, version: int) -> Application:
    """Send the application: to the sponsor, or a courier's straight to the approvers.

    Raises Conflict if it was sent already or an answer changed since it was checked, Invalid if
    an answer is missing, TooMany above the limit of a day.
    """
    moves.within("applications", user)
    with transaction.atomic():
        row = _draft(user)
        if row.version != version:
            raise Conflict(_("An answer has changed in another window. Check your answers again."))
        if flow.first_missing(row) is not None:
            raise Invalid(_("An answer is missing."))
        if row.terms_digest != terms.digest(row.terms_version, row.terms_language):
            raise Conflict(_("The terms have changed. Please read them again."))
        moves.move(row, rules.Deed.SUBMIT)
        row.submitted_at = row.state_since
        moves.note(row, Kind.SUBMITTED, user)
        if row.state == State.SPONSOR:
            sponsoring.ask(row, row.sponsor_email)
        row.save()
        moves.write_down("application.submitted", user, row, tier=row.tier)
        if row.state == State.REVIEW:
            moves.tell_approvers(row)
    return row


def _draft(user: User) -> Application:
    row = moves.own(user, in_states=(State.DRAFT,))
    if not user.is_active or user.hold:
        raise NotAllowed
    return row

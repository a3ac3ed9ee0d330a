"""Deleting an account leaves nothing that leads to the person, except the record by number."""

from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, models
from django.test import Client

from courses.enrolment.models import Enrolment
from courses.progress.models import LearningEvent
from portal.accounts import step_up
from portal.accounts.models import User
from portal.audit import verifying
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.organisations.models import FocalPoint, Organisation
from portal.rights import services
from portal.shared.errors import Conflict, Invalid
from portal.vetting.models import Application, ApplicationStep, Invitation
from tests.limits import forget_limits
from tests.people import PASSWORD, member, person, signed_in, staff
from tests.rights.life import ADDRESS, CANARIES, lived

pytestmark = pytest.mark.django_db

PAGE = "/en/account/data/delete/"


@pytest.fixture(autouse=True)
def _own_limits(settings) -> None:
    settings.STAFF_NEED_PASSKEY = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()


def to_people() -> list[tuple[type[models.Model], models.ForeignKey]]:
    """Every foreign key of every installed app that leads to an account."""
    return [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is User
    ]


def found_in_tables(text: str) -> list[str]:
    """Every text column of the database that holds ``text``, in any letters."""
    hits = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                name, quoted = column.name, connection.ops.quote_name(column.name)
                cursor.execute(
                    f"SELECT count(*) FROM {connection.ops.quote_name(table)} "
                    f"WHERE lower(CAST({quoted} AS TEXT)) LIKE %s",
                    [f"%{text.lower()}%"],
                )
                if cursor.fetchone()[0]:
                    hits.append(f"{table}.{name}")
    return hits


def delete(user: User) -> None:
    with step_up.confirmed(user):
        services.delete_account(user=user, understood=True)


def test_nothing_leads_to_a_deleted_person() -> None:
    user, _other = lived()
    key, public_id = user.pk, user.public_id
    pointing = to_people()
    before = {
        str(field)
        for model, field in pointing
        if model._base_manager.filter(**{field.name: key}).exists()
    }
    hard = {
        str(field)
        for _model, field in pointing
        if field.remote_field.on_delete not in (models.CASCADE, models.SET_NULL)
    }
    assert hard <= before, "fill these in tests/rights/life.py: they do not go by themselves"
    assert all(found_in_tables(canary) for canary in CANARIES)
    delete(user)
    assert len(pointing) > 40
    after = [
        str(field)
        for model, field in pointing
        if model._base_manager.filter(**{field.attname: key}).exists()
    ]
    assert not after
    assert {canary: found_in_tables(canary) for canary in CANARIES} == {c: [] for c in CANARIES}
    everywhere = set(found_in_tables(str(public_id))) | set(found_in_tables(public_id.hex))
    assert {place.partition(".")[0] for place in everywhere} == {"portal_auditrow"}


def test_the_record_keeps_its_rows_and_stays_whole() -> None:
    user, _other = lived()
    public_id, rows = str(user.public_id), AuditRow.objects.count()
    delete(user)
    last = AuditRow.objects.order_by("-number")[0]
    assert (last.event, last.actor, last.about) == ("account.deleted", public_id, public_id)
    assert AuditRow.objects.count() > rows
    assert verifying.verify().fault is None


def test_others_keep_what_is_theirs() -> None:
    user, other = lived()
    delete(user)
    row = Application.objects.get(number="OTHER2")
    assert (row.applicant, row.sponsor, row.sponsor_email) == (other, None, "")
    kinds = list(row.steps.values_list("kind", flat=True))
    assert kinds == [ApplicationStep.Kind.PROPOSED, ApplicationStep.Kind.SPONSOR_DECLINED]
    assert row.steps.get(kind="proposed").text == "a reason"
    verbs = set(Notification.objects.filter(user=other).values_list("verb", flat=True))
    assert verbs == {"application"}
    assert Organisation.objects.get(name="Agency").contact_email == ""
    assert FocalPoint.objects.get(function="tracing").person is None
    assert Invitation.objects.count() == 2


def test_work_in_courses_goes_and_others_work_stays() -> None:
    user, other = lived()
    row = Enrolment.objects.get(learner=user)
    kept = Enrolment.objects.create(
        learner=other, course=row.course, release=row.release, language="en",
        created_at=row.created_at, last_at=row.last_at,
    )  # fmt: skip
    delete(user)
    assert list(Enrolment.objects.all()) == [kept]
    assert not LearningEvent.objects.exists()


def test_the_person_is_told_by_mail_and_the_mail_says_nothing(
    django_capture_on_commit_callbacks,
) -> None:
    user = member("Zarathustrina", email=ADDRESS, language="en")
    with django_capture_on_commit_callbacks(execute=True):
        delete(user)
    sent = [message for message in mail.outbox if message.to == [ADDRESS]]
    assert len(sent) == 1
    text = f"{sent[0].subject}\n{sent[0].body}"
    assert "deleted" in text
    assert "Zarathustrina" not in text
    assert ADDRESS not in text


def test_the_page_deletes_after_a_tick_and_signs_out() -> None:
    user = member()
    browser = signed_in(user)
    page = browser.get(PAGE).content.decode()
    assert "What stays" in page
    refused = browser.post(PAGE)
    assert refused.status_code == 200
    assert "Error:" in refused.content.decode()
    assert User.objects.filter(pk=user.pk).exists()
    answer = browser.post(PAGE, {"understood": "on"})
    assert answer.status_code == 302
    assert "storage" in answer["Clear-Site-Data"]
    assert not User.objects.filter(pk=user.pk).exists()
    assert browser.get("/en/account/security/").status_code == 302
    assert browser.post(PAGE, {"understood": "on"}).status_code == 302  # a second press: signed out


def test_deleting_needs_a_fresh_second_factor() -> None:
    user = member()
    browser = signed_in(user, fresh=False)
    answer = browser.post(PAGE, {"understood": "on"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert User.objects.filter(pk=user.pk).exists()
    with pytest.raises(step_up.Needed):
        services.delete_account(user=user, understood=True)


def test_a_learner_without_factor_confirms_by_password() -> None:
    user = person()
    browser = Client()
    browser.force_login(user, backend="portal.accounts.backends.AuthenticationBackend")
    answer = browser.post(PAGE, {"understood": "on"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    wrong = browser.post(answer["Location"], {"password": "not the password"})
    assert wrong.status_code == 200
    assert User.objects.filter(pk=user.pk).exists()
    browser.post(answer["Location"], {"password": PASSWORD}, follow=True)
    assert not User.objects.filter(pk=user.pk).exists()


def test_the_last_administrator_cannot_go() -> None:
    first = staff("administrator")
    browser = signed_in(first)
    assert "last administrator" in browser.get(PAGE).content.decode()
    answer = browser.post(PAGE, {"understood": "on"})
    assert answer.status_code == 200
    assert "last administrator" in answer.content.decode()
    with pytest.raises(Conflict), step_up.confirmed(first):
        services.delete_account(user=first, understood=True)
    staff("administrator")
    delete(first)
    assert not User.objects.filter(pk=first.pk).exists()


def test_the_service_wants_the_tick() -> None:
    user = person()
    with pytest.raises(Invalid), step_up.confirmed(user):
        services.delete_account(user=user, understood=False)


def test_a_failure_on_the_way_deletes_nothing(monkeypatch: Any) -> None:
    user, _other = lived()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(RuntimeError):
        delete(user)
    assert User.objects.filter(pk=user.pk).exists()
    assert Enrolment.objects.filter(learner=user).exists()
    assert all(found_in_tables(canary) for canary in CANARIES)

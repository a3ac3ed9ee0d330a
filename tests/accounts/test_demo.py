"""The demo people can sign in as what they are said to be."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from portal.accounts import demo
from portal.accounts.models import User
from portal.permissions import has_role, is_member, membership_of
from portal.vetting.models import Application

pytestmark = pytest.mark.django_db


@pytest.fixture
def _people():
    demo.make_demo_people()


def sign_in(person) -> Client:
    client = Client()
    client.post("/en/account/sign-in/", {"login": person.email, "password": demo.PASSWORD})
    if person.has_factor:
        from portal.accounts.factor_models import AppDevice

        device = AppDevice.objects.get(user__email=person.email)
        client.post("/en/account/factor/", {"device": device.pk, "code": person.as_json()["totp_code_now"]})  # fmt: skip
    return client


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("person", demo.DEMO_PEOPLE, ids=lambda person: person.email)
def test_everybody_can_sign_in_with_what_is_printed(person):
    client = sign_in(person)
    assert client.get("/en/account/security/").status_code == 200
    user = User.objects.get(email=person.email)
    assert is_member(user) == (person.role not in {"learner", "applicant", "courier"})
    assert (membership_of(user) is not None) == bool(person.organisation)
    if person.role not in {"learner", "applicant", "courier", "member"}:
        assert has_role(user, person.role)
    closed = client.get("/en/community/")
    assert (closed.status_code == 302) == (not person.has_factor)


@pytest.mark.usefixtures("_people")
def test_a_printed_recovery_code_works():
    person = next(person for person in demo.DEMO_PEOPLE if person.role == "administrator")
    client = Client()
    client.post("/en/account/sign-in/", {"login": person.email, "password": demo.PASSWORD})
    code = person.as_json()["recovery_codes"][0]
    assert client.post("/en/account/factor/recovery/", {"code": code}).status_code == 302


@pytest.mark.usefixtures("_people")
def test_nobody_is_a_superuser_and_administrators_reach_the_studio():
    assert not User.objects.filter(is_superuser=True).exists()
    person = next(person for person in demo.DEMO_PEOPLE if person.role == "administrator")
    assert Page.objects.exists()
    assert sign_in(person).get("/studio/").status_code == 200


def test_making_them_twice_changes_nothing():
    demo.make_demo_people()
    before = User.objects.count(), Application.objects.count()
    demo.make_demo_people()
    assert (User.objects.count(), Application.objects.count()) == before


def test_what_is_printed_names_every_role(capsys):
    call_command("demo_people", "--json")
    rows = json.loads(capsys.readouterr().out)
    roles = {"learner", "applicant", "courier", "member", "trainer", "reviewer", "translator", "focal-point", "administrator"}  # fmt: skip
    assert {row["role"] for row in rows} == roles
    assert all(
        ("totp_secret" in row) == (row["role"] not in {"learner", "applicant"}) for row in rows
    )


def test_there_are_none_outside_development(settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("demo_people")
    with pytest.raises(RuntimeError):
        demo.make_demo_people()

"""Files of applications: the applicant, and whoever may decide about her; nobody else."""

import pytest
from django.urls import reverse

from portal.files import services
from portal.files.permissions import files_visible_to, get_file_to_delete, may_read
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed
from portal.vetting.models import Application
from tests.files.made import pdf
from tests.files.uploads import upload, verified
from tests.people import member, person, signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    moment = clock.now()
    return Application.objects.create(
        number="A-1", applicant=person(), sponsor=member(), state="review", country_id="SN",
        created_at=moment, state_since=moment, submitted_at=moment,
    )  # fmt: skip


@pytest.fixture
def letter(application):
    return services.receive(
        owner=application.applicant, upload=upload("letter.pdf", pdf()), purpose="application",
        about=application.number,
    )  # fmt: skip


def statuses(stored, *people, **options) -> list[int]:
    path = reverse("stored_file", kwargs={"public_id": stored.public_id})
    return [signed_in(user, **options).get(path).status_code for user in people]


def test_applicant_reads_without_second_factor_and_approver_with_it(application, letter):
    assert statuses(letter, application.applicant, verified=False) == [200]
    assert statuses(letter, staff("focal-point", region_id="SN"), staff("administrator")) == [
        200,
        200,
    ]


def test_sponsor_members_other_approvers_and_applicants_do_not(application, letter):
    others = [
        application.sponsor, member(), person(), staff("focal-point", region_id="FR"),
        staff("trainer"), member(tier="courier"),
    ]  # fmt: skip
    assert statuses(letter, *others) == [404] * len(others)


def test_approver_without_second_factor_does_not(application, letter):
    assert not may_read(staff("administrator"), letter)


def test_draft_is_for_the_applicant_alone(application, letter):
    Application.objects.update(state="draft", submitted_at=None)
    assert statuses(letter, staff("administrator"), application.applicant) == [404, 200]


def test_list_and_question_agree(application, letter):
    people = [
        application.applicant,
        staff("administrator"),
        staff("focal-point", region_id="FR"),
        member(),
    ]
    for user in people:
        for yes in (True, False):
            user.is_verified = lambda yes=yes: yes
            listed = files_visible_to(user, "application").filter(pk=letter.pk).exists()
            assert listed == may_read(user, letter)


@pytest.mark.parametrize("state", Application.State.values)
def test_applicant_takes_a_file_back_only_while_it_is_her_turn(application, letter, state):
    Application.objects.update(state=state)
    if state in {"draft", "information"}:
        assert get_file_to_delete(application.applicant, letter.public_id) == letter
    else:
        with pytest.raises(NotAllowed):
            services.delete(actor=application.applicant, public_id=letter.public_id)


def test_approver_deletes_nothing(application, letter):
    with pytest.raises(NotAllowed):
        services.delete(actor=verified(staff("administrator")), public_id=letter.public_id)


def test_tables_and_slides_are_not_accepted_for_an_application():
    for name in ("a.xlsx", "a.pptx", "a.csv"):
        with pytest.raises(Invalid, match="Send one of these"):
            services.receive(owner=person(), upload=upload(name, b"x"), purpose="application")

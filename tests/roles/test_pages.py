"""The pages about people and roles: who opens them, what a POST changes, what they say."""

import uuid

import pytest

from portal.permissions import forget, has_role
from portal.roles.models import Role, RoleGrant
from portal.vetting.models import Membership
from tests import people
from tests.roles.addresses import url
from tests.roles.granting import REASON

pytestmark = pytest.mark.django_db


@pytest.fixture
def target():
    return people.member("Tom Target")


def closed(grant, person):
    return [
        url("people"), url("person", person.public_id), url("role_choose", person.public_id),
        url("role_grant", person.public_id, "trainer"), url("roles_waiting"),
        url("role_confirm", grant.public_id), url("role_end", grant.public_id),
        *(url("person_act", person.public_id, act) for act in ("suspend", "end", "hold")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "actor", ["member", "trainer", "reviewer", "translator", "courier", "elsewhere"]
)
def test_pages_are_closed_to_everybody_else(actor, target):
    user = {
        "member": people.member,
        "courier": lambda: people.member(tier="courier"),
        "elsewhere": lambda: people.staff("focal-point", region_id="UA"),
    }.get(actor, lambda: people.staff(actor))()
    client = people.signed_in(user)
    grant = people.with_role(target, "focal-point", region_id="SN")
    for address in closed(grant, target)[1 if actor == "elsewhere" else 0 :]:
        for ask in (client.get, client.post):
            assert ask(address).status_code in {404, 405}, address
    grant.refresh_from_db()
    assert grant.ended_at is None
    assert RoleGrant.objects.filter(user=target).count() == 1
    assert Membership.objects.get(user=target).state == "active"


def test_focal_point_sees_and_suspends_but_grants_nothing(focal, target):
    client = people.signed_in(focal)
    html = client.get(url("person", target.public_id)).content.decode()
    assert "Suspend the membership" in html
    assert "Grant a role" not in html
    assert "Suspend the account" not in html
    for address in (
        url("role_choose", target.public_id),
        url("role_grant", target.public_id, "trainer"),
        url("person_act", target.public_id, "hold"),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": REASON}).status_code in {404, 405}


def test_pages_open_for_visitors_and_unverified_nowhere(client, admin, target):
    grant = people.with_role(target, "focal-point", region_id="SN")
    unverified = people.signed_in(admin, verified=False)
    for address in (*closed(grant, target), url("my_roles")):
        for browser in (client, unverified):
            response = browser.get(address)
            assert response.status_code in {302, 404}
            assert "Tom Target" not in response.content.decode()


def test_administrator_grants_a_role_on_the_page(admin, target):
    client = people.signed_in(admin)
    assert client.get(url("role_choose", target.public_id)).status_code == 200
    address = url("role_grant", target.public_id, "focal-point")
    assert client.get(address).status_code == 200
    html = client.post(
        address, {"region": "west-africa", "reason": REASON}, follow=True
    ).content.decode()
    assert "The role is granted." in html
    assert "West Africa" in html
    assert has_role(target, Role.FOCAL_POINT)


def test_faults_stand_beside_the_fields_and_nothing_is_lost(admin, target):
    client = people.signed_in(admin)
    address = url("role_grant", target.public_id, "focal-point")
    html = client.post(
        address, {"region": "SN", "reason": "short", "ends_on": "x"}
    ).content.decode()
    assert "<title>Error:" in html.replace("\n", "")
    html = client.post(address, {"region": "SN", "reason": "short"}).content.decode()
    assert "at least 10 characters" in html
    assert "short" in html
    assert not RoleGrant.objects.filter(user=target).exists()


def test_doubled_click_grants_once(admin, target):
    client = people.signed_in(admin)
    address = url("role_grant", target.public_id, "focal-point")
    data = {"region": "SN", "reason": REASON}
    client.post(address, data)
    assert client.post(address, data).status_code == 200
    assert RoleGrant.objects.filter(user=target).count() == 1


@pytest.mark.parametrize("role", ["superuser", "member", "learner", "Administrator", "admin"])
def test_hidden_role_names_are_no_pages(admin, target, role):
    client = people.signed_in(admin)
    address = url("role_grant", target.public_id, role)
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": REASON}).status_code == 404


def test_extra_fields_change_nothing(admin, target):
    client = people.signed_in(admin)
    data = {"region": "SN", "reason": REASON, "role": "administrator", "language": "fr",
            "confirmed_by": admin.pk, "user": admin.pk, "course": str(uuid.uuid4())}  # fmt: skip
    client.post(url("role_grant", target.public_id, "focal-point"), data)
    made = RoleGrant.objects.get(user=target)
    assert (made.role, made.region_id, made.language, made.course) == (
        "focal-point",
        "SN",
        "",
        None,
    )


def test_regional_administrator_is_offered_and_gets_no_more_than_his_region(target):
    user = people.staff("administrator", region_id="west-africa")
    client = people.signed_in(user)
    address = url("role_grant", target.public_id, "focal-point")
    html = client.get(address).content.decode()
    assert '<option value="SN"' in html
    assert '<option value="UA"' not in html
    assert "Everywhere" not in html
    for region in ("UA", "", "eastern-europe"):
        client.post(address, {"region": region, "reason": REASON})
    client.post(url("role_grant", target.public_id, "trainer"), {"reason": REASON})
    assert not RoleGrant.objects.filter(user=target).exists()


def test_organisation_of_somebody_else_is_not_offered(admin, target, stranger):
    place = stranger.membership.organisation
    data = {"organisation": place.pk, "reason": REASON}
    people.signed_in(admin).post(url("role_grant", target.public_id, "focal-point"), data)
    assert not RoleGrant.objects.filter(user=target).exists()


def test_administrator_has_no_page_to_grant_himself_a_role(admin):
    people.staff("administrator", "Second")
    client = people.signed_in(admin)
    for address in (
        url("role_choose", admin.public_id),
        url("role_grant", admin.public_id, "trainer"),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": REASON}).status_code in {404, 405}


def test_two_administrators_make_a_third(admin, target):
    second = people.staff("administrator", "Second")
    first_browser, second_browser = people.signed_in(admin), people.signed_in(second)
    data = {"region": "", "reason": REASON}
    first_browser.post(url("role_grant", target.public_id, "administrator"), data)
    proposal = RoleGrant.objects.get(user=target)
    confirm = url("role_confirm", proposal.public_id)
    assert first_browser.get(confirm).status_code == 404
    assert first_browser.post(confirm).status_code == 404
    assert people.signed_in(target).post(confirm).status_code == 404
    assert "Tom Target" in second_browser.get(url("roles_waiting")).content.decode()
    assert "Tom Target" not in first_browser.get(url("roles_waiting")).content.decode()
    assert second_browser.get(confirm).status_code == 200
    proposal.refresh_from_db()
    assert proposal.confirmed_at is None  # looking changes nothing
    second_browser.post(confirm)
    proposal.refresh_from_db()
    assert proposal.confirmed_by == second
    assert second_browser.post(confirm).status_code == 404


def test_role_is_ended_with_a_reason(admin, target):
    grant = people.with_role(target, "trainer")
    client = people.signed_in(admin)
    address = url("role_end", grant.public_id)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "x"}).status_code == 200
    assert client.post(address, {"reason": REASON}).status_code == 302
    assert client.post(address, {"reason": REASON}).status_code == 404
    forget(target)
    assert not has_role(target, Role.TRAINER)


def test_last_administrator_is_told_why_he_stays(admin):
    grant = admin.role_grants.get()
    response = people.signed_in(admin).post(url("role_end", grant.public_id), {"reason": REASON})
    assert response.status_code == 409
    grant.refresh_from_db()
    assert grant.ended_at is None


def test_without_a_fresh_factor_nothing_is_granted(admin, target):
    client = people.signed_in(admin, fresh=False)
    response = client.post(
        url("role_grant", target.public_id, "focal-point"), {"region": "SN", "reason": REASON}
    )
    assert response.status_code == 302
    assert not RoleGrant.objects.filter(user=target).exists()


def test_own_roles_are_shown_and_given_up(target):
    grant = people.with_role(target, "translator", language="fr")
    client = people.signed_in(target)
    html = client.get(url("my_roles")).content.decode()
    assert "Translator" in html
    assert "Give this role up" in html
    assert client.post(url("role_end", grant.public_id), {"reason": REASON})["Location"] == url(
        "my_roles"
    )
    forget(target)
    assert not has_role(target, Role.TRANSLATOR)


def test_own_roles_of_somebody_without_any(target):
    assert "You have no role." in people.signed_in(target).get(url("my_roles")).content.decode()


def test_hostile_names_and_reasons_are_only_text(admin):
    bad = people.member("<script>alert(1)</script>")
    people.with_role(bad, "trainer")
    RoleGrant.objects.filter(user=bad).update(reason="<img src=x onerror=y>")
    client = people.signed_in(admin)
    for address in (url("people"), url("person", bad.public_id)):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_no_get_changes_anything(admin, target):
    people.staff("administrator", "Second")
    grant = people.with_role(target, "focal-point", region_id="SN")
    client = people.signed_in(admin)
    before = list(RoleGrant.objects.values()), list(Membership.objects.values())
    for address in closed(grant, target):
        client.get(address)
    assert before == (list(RoleGrant.objects.values()), list(Membership.objects.values()))

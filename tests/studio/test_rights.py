"""Rights in the studio follow from roles in force, and from nothing else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from wagtail.models import GroupPagePermission, Page

from portal.accounts import step_up
from portal.events.messages import RightsChanged
from portal.permissions import forget
from portal.roles import services
from portal.roles.models import RoleGrant
from portal.roles.receivers import on_rights_changed
from portal.roles.studio import difference, group_of, stored, sync_studio_rights, wanted
from portal.shared import clock
from portal.vetting.models import Membership
from tests import people
from tests.studio.conftest import A, B, Studio


def pages_of(person, *rights):
    found = stored(group_of(person)).pages
    ids = {page for right, page in found if not rights or right in rights}
    return {
        f"{p.slug}.{p.locale.language_code}" for p in Page.objects.filter(pk__in=ids, depth__gt=1)
    }


@pytest.mark.parametrize(
    ("actor", "trees"),
    [
        ("none", set()),
        ("trainer_a", {"alpha.en", "alpha.fr", "alpha.es"}),
        ("trainer_b", {"beta.en", "beta.fr", "beta.es"}),
        ("reviewer_fr", {"home-fr.fr"}),
        ("translator_fr", {"home-fr.fr"}),
        ("translator_es", {"home-es.es"}),
    ],
)
def test_trees_are_exact(studio: Studio, actor, trees):
    assert pages_of(studio.people[actor]) == trees


def test_only_reviewers_and_administrators_publish(studio: Studio):
    for actor, person in studio.people.items():
        published = any(right == "publish_page" for right, _page in stored(group_of(person)).pages)
        assert published == (actor in {"reviewer_fr", "admin"})


def test_language_narrows_a_trainers_course(studio: Studio):
    person = people.staff("trainer", course=A, language="fr")
    sync_studio_rights(person)
    assert pages_of(person) == {"alpha.fr"}


def test_trainer_of_all_courses_has_the_course_trees(studio: Studio):
    person = people.staff("trainer", language="es")
    sync_studio_rights(person)
    assert pages_of(person) == {"courses.es"}


def test_roles_of_several_kinds_add_up(studio: Studio):
    person = people.staff("trainer", course=B, language="fr")
    people.with_role(person, "translator", language="es")
    sync_studio_rights(person)
    assert pages_of(person) == {"beta.fr", "home-es.es"}
    assert pages_of(person, "add_page") == {"beta.fr"}


def test_regional_administrators_have_no_studio(studio: Studio):
    person = people.staff("administrator", region_id="SN")
    sync_studio_rights(person)
    assert group_of(person) is None
    assert people.signed_in(person).get("/studio/").status_code == 404


def test_focal_points_propose_records_of_the_library_and_have_nothing_else(studio: Studio):
    person = people.staff("focal-point", region_id="west-africa")
    sync_studio_rights(person)
    found = stored(group_of(person))
    assert (found.pages, found.collections) == (frozenset(), frozenset())
    assert found.models == {"wagtailadmin.access_admin"}
    client, page = people.signed_in(person), studio.page("help", "en")
    assert client.get("/studio/").status_code == 200
    for path in (f"/studio/pages/{page.pk}/edit/", f"/studio/pages/{page.pk}/"):
        assert client.get(path).status_code == 404


def test_nobody_may_manage_accounts(studio: Studio):
    for person in studio.people.values():
        for right in ("add_user", "change_user", "delete_user"):
            assert not person.has_perm(f"portal.{right}")
            assert not person.has_perm(f"auth.{right}")
        assert not person.has_perm("auth.change_group")
        assert not person.is_superuser


def test_sync_twice_changes_nothing(studio: Studio):
    assert not any(sync_studio_rights(person) for person in studio.people.values())


def test_rights_and_groups_from_elsewhere_are_taken_away(studio: Studio):
    person = studio.people["translator_fr"]
    other = Group.objects.create(name="Extra")
    GroupPagePermission.objects.create(
        group=other,
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(codename="publish_page"),
    )
    person.groups.add(other)
    person.user_permissions.add(Permission.objects.get(codename="change_user"))
    with pytest.raises(CommandError):
        call_command("studio_rights", "--check")
    call_command("studio_rights")
    call_command("studio_rights", "--check")
    assert list(person.groups.values_list("name", flat=True)) == [f"studio:{person.public_id}"]
    assert not person.user_permissions.exists()


def test_stock_groups_open_nothing(studio: Studio):
    for name in ("Editors", "Moderators"):
        group = Group.objects.get(name=name)
        assert not group.page_permissions.exists()
        assert not group.permissions.exists()
        assert not group.collection_permissions.exists()


def test_end_of_a_role_closes_the_studio(studio: Studio, django_capture_on_commit_callbacks):
    admin, trainer = studio.people["admin"], studio.people["trainer_a"]
    grant = trainer.role_grants.get()
    with step_up.confirmed(admin), django_capture_on_commit_callbacks(execute=True):
        services.end(actor=admin, grant=grant, reason="No longer writes it.")
    assert group_of(trainer) is None
    assert studio.clients["trainer_a"].get("/studio/").status_code == 404


def test_grant_opens_exactly_its_tree(studio: Studio, django_capture_on_commit_callbacks):
    from portal.roles.scope import Scope

    admin, person = studio.people["admin"], studio.people["none"]
    with step_up.confirmed(admin), django_capture_on_commit_callbacks(execute=True):
        services.grant(
            actor=admin, user=person, role="trainer", scope=Scope(course=A, language="fr"),
            reason="Writes the French course.",
        )  # fmt: skip
    assert pages_of(person) == {"alpha.fr"}


@pytest.mark.parametrize("state", ["suspended", "lapsed", "ended"])
def test_membership_that_is_not_in_force_closes_the_studio(studio: Studio, state):
    person = studio.people["trainer_a"]
    Membership.objects.filter(user=person).update(state=state)
    assert studio.clients["trainer_a"].get("/studio/").status_code == 404  # before any listener
    on_rights_changed(RightsChanged(person.pk))
    assert group_of(person) is None


def test_role_past_its_last_day_opens_nothing_although_nobody_tidied_up(studio: Studio):
    person = studio.people["translator_es"]
    RoleGrant.objects.filter(user=person).update(ends_on=clock.now().date() - timedelta(days=1))
    people.with_role(person, "translator", language="fr")
    page = studio.page("help", "es")
    response = studio.clients["translator_es"].get(f"/studio/pages/{page.pk}/edit/")
    assert response.status_code == 404
    forget(person)
    assert not difference(person)


def test_page_moved_into_a_tree_belongs_to_it_and_one_moved_out_no_longer(studio: Studio):
    lesson, module = studio.page("beta-lesson", "fr"), studio.page("alpha-module", "fr")
    lesson.move(module, pos="last-child")
    assert studio.clients["trainer_a"].get(f"/studio/pages/{lesson.pk}/edit/").status_code == 200
    assert studio.clients["trainer_b"].get(f"/studio/pages/{lesson.pk}/edit/").status_code == 404


def test_new_language_of_a_course_opens_to_its_trainer(studio: Studio):
    from courses.catalogue.pages import CoursePage
    from tests.studio.conftest import put

    studio.page("alpha", "es").delete()
    index = studio.page("courses", "es")
    put(index, CoursePage, "alpha-new", "es", A, code="A", summary="S")
    assert "alpha-new.es" in pages_of(studio.people["trainer_a"])
    assert wanted(studio.people["trainer_a"]) == stored(group_of(studio.people["trainer_a"]))

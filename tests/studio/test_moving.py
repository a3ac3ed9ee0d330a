"""Copying, moving, deleting, and children of another parent: source and target are asked."""

import itertools

from django.urls import reverse

from tests.studio.conftest import Studio


def test_own_page_is_not_copied_or_moved_into_a_foreign_tree(studio: Studio):
    client, lesson = studio.clients["trainer_a"], studio.page("alpha-lesson", "en")
    foreign = studio.page("beta-module", "en")
    copy = reverse("wagtailadmin_pages:copy", args=[lesson.pk])
    data = {"new_title": "X", "new_slug": "x", "new_parent_page": foreign.pk}
    assert client.post(copy, data).status_code == 404
    assert client.post(copy, data | {"new_parent_page": "x"}).status_code == 404
    move = reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, foreign.pk])
    assert client.post(move).status_code == 404
    lesson.refresh_from_db()
    assert lesson.get_parent().slug == "alpha-module"
    assert foreign.get_children().count() == 1


def test_foreign_page_is_not_copied_into_ones_own_tree(studio: Studio):
    client, own = studio.clients["trainer_a"], studio.page("alpha-module", "en")
    copy = reverse("wagtailadmin_pages:copy", args=[studio.page("beta-lesson", "en").pk])
    data = {"new_title": "X", "new_slug": "x", "new_parent_page": own.pk}
    assert client.post(copy, data).status_code == 404
    assert own.get_children().count() == 1


def test_own_copy_is_a_draft_and_an_alias_is_refused(studio: Studio):
    client, lesson = studio.clients["trainer_a"], studio.page("alpha-lesson", "en")
    own = lesson.get_parent()
    copy = reverse("wagtailadmin_pages:copy", args=[lesson.pk])
    data = {"new_title": "X", "new_slug": "x", "new_parent_page": own.pk, "publish_copies": "on"}
    assert client.post(copy, data | {"alias": "on"}).status_code == 404
    assert client.post(copy, data).status_code == 302
    assert not studio.page("x", "en").live


def test_revision_of_a_foreign_page_is_not_read_through_ones_own(studio: Studio):
    own, foreign = studio.page("alpha-lesson", "en"), studio.page("beta-lesson", "en")
    client, theirs = studio.clients["trainer_a"], foreign.latest_revision_id
    for url in (
        reverse("wagtailadmin_pages:revisions_view", args=[own.pk, theirs]),
        reverse("wagtailadmin_pages:revisions_revert", args=[own.pk, theirs]),
        reverse("wagtailadmin_pages:revisions_unschedule", args=[own.pk, theirs]),
        reverse("wagtailadmin_pages:revisions_compare", args=[own.pk, theirs, "latest"]),
        reverse("wagtailadmin_pages:revisions_compare", args=[own.pk, "live", theirs]),
    ):
        assert client.get(url).status_code == 404, url


def test_bulk_deeds_name_and_touch_no_foreign_page(studio: Studio):
    own, foreign = studio.page("alpha-lesson", "en"), studio.page("beta-lesson", "en")
    client = studio.clients["trainer_a"]
    for action, ids in itertools.product(("delete", "move", "publish", "unpublish"), (
        f"id={own.pk}&id={foreign.pk}", f"id={foreign.pk}", "id=all", f"id=all&childOf={foreign.get_parent().pk}", "id=x", "",
    )):  # fmt: skip
        url = f"/studio/bulk/wagtailcore/page/{action}/?{ids}"
        for ask in (client.get, client.post):
            response = ask(url)
            assert response.status_code == 404, url
    assert client.get("/studio/bulk/portal/user/delete/?id=1").status_code == 404
    assert studio.clients["admin"].get("/studio/bulk/portal/user/delete/?id=1").status_code == 404


def test_translator_deletes_moves_and_adds_nothing(studio: Studio):
    client, page = studio.clients["translator_fr"], studio.page("alpha-lesson", "fr")
    page.unpublish()
    for name in ("delete", "move", "unpublish", "set_page_position", "convert_alias", "lock"):
        url = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        assert client.post(url).status_code == 404, name
    url = reverse("wagtailadmin_pages:add_subpage", args=[page.get_parent().pk])
    assert client.get(url).status_code == 404
    page.refresh_from_db()
    assert not page.live


def test_trainer_cannot_publish_or_unpublish(studio: Studio):
    client, page = studio.clients["trainer_a"], studio.page("alpha-lesson", "en")
    for name in ("unpublish", "set_page_position", "lock"):
        assert client.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 404
    page.refresh_from_db()
    assert page.live

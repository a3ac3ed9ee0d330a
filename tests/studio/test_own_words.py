"""Nobody publishes what she wrote or translated herself, on any road."""

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from portal.roles.authorship import wrote
from portal.roles.studio_services import WORKFLOW, ensure_review
from tests.studio.conftest import Studio
from tests.studio.editing import draft_by, edit, form, lesson_form


def test_there_is_one_review_for_all_pages(studio: Studio):
    first, second = ensure_review(), ensure_review()
    assert first == second
    assert studio.page("alpha-lesson", "fr").get_workflow() == first
    assert first.name == WORKFLOW


@pytest.mark.parametrize("actor", ["reviewer_fr", "admin"])
def test_own_words_are_not_published_from_the_editor(studio: Studio, actor):
    page = studio.page("help", "fr")
    sent = edit(
        studio.clients[actor], page, **form(page, summary="Mine", **{"action-publish": "1"})
    )
    page.refresh_from_db()
    assert page.summary != "Mine"
    assert page.get_latest_revision_as_object().summary == "Mine"  # nothing is lost
    assert sent.status_code == 302
    html = studio.clients[actor].get(sent.url).content.decode()
    assert "you wrote part of this text" in html


@pytest.mark.parametrize("actor", ["reviewer_fr", "admin"])
def test_words_of_others_are_published_from_the_editor(studio: Studio, actor):
    page = studio.page("help", "fr")
    draft_by(page, studio.people["translator_fr"])
    sent = edit(
        studio.clients[actor], page, **form(page, summary="New words", **{"action-publish": "1"})
    )
    assert sent.status_code == 302
    page.refresh_from_db()
    assert page.summary == "New words"


def test_words_of_both_are_published_by_a_third(studio: Studio):
    page = studio.page("help", "fr")
    draft_by(page, studio.people["translator_fr"])
    edit(
        studio.clients["reviewer_fr"],
        page,
        **form(page, summary="Changed", **{"action-publish": "1"}),
    )
    page.refresh_from_db()
    assert page.summary == ""
    edit(studio.clients["admin"], page, **form(page, summary="Changed", **{"action-publish": "1"}))
    page.refresh_from_db()
    assert page.summary == "Changed"


def test_translator_and_trainer_do_not_publish(studio: Studio):
    page = studio.page("help", "fr")
    edit(
        studio.clients["translator_fr"], page, **form(page, summary="X", **{"action-publish": "1"})
    )
    page.refresh_from_db()
    assert page.summary == ""


def test_new_page_is_a_draft_whoever_makes_it(studio: Studio):
    module = studio.page("alpha-module", "en")
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])
    for actor in ("admin", "trainer_a"):
        studio.clients[actor].post(url, lesson_form("Fresh") | {"action-publish": "1"})
        page = studio.page("fresh", "en")
        assert not page.live
        assert wrote(studio.people[actor], page)
        page.delete()


def test_own_texts_are_not_published_in_bulk(studio: Studio):
    page = studio.page("help", "fr")
    draft_by(page, studio.people["reviewer_fr"])
    url = f"/studio/bulk/wagtailcore/page/publish/?id={page.pk}"
    studio.clients["reviewer_fr"].post(url)
    page.refresh_from_db()
    assert page.summary == ""
    studio.clients["admin"].post(url)
    page.refresh_from_db()
    assert page.summary == "New words"


def test_own_texts_are_not_published_in_bulk_below_another_page(studio: Studio):
    page, above = studio.page("alpha-lesson", "fr"), studio.page("alpha-module", "fr")
    page.unpublish()
    page.title = "Mine"
    page.save_revision(user=studio.people["reviewer_fr"])
    url = f"/studio/bulk/wagtailcore/page/publish/?id={above.pk}"
    studio.clients["reviewer_fr"].post(url, {"include_descendants": "on"})
    page.refresh_from_db()
    assert not page.live


def translated(studio: Studio, by):
    page = studio.page("help", "en")
    source, _made = TranslationSource.update_or_create_from_instance(page)
    french = Locale.objects.get(language_code="fr")
    row = Translation.objects.get_or_create(source=source, target_locale=french)[0]
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string, locale=french, context=segment.context,
            data="Aide", last_translated_by=by, translation_type="manual",
        )  # fmt: skip
    return row


def test_own_translation_is_not_published(studio: Studio):
    translated(studio, studio.people["reviewer_fr"])
    page = studio.page("help", "fr")
    edit(studio.clients["reviewer_fr"], page, action="publish")
    page.refresh_from_db()
    assert page.title != "Aide"


def test_translation_of_somebody_else_is_published(studio: Studio):
    translated(studio, studio.people["translator_fr"])
    page = studio.page("help", "fr")
    edit(studio.clients["reviewer_fr"], page, action="publish")
    page.refresh_from_db()
    assert page.title == "Aide"


def test_translator_does_not_publish_a_translation(studio: Studio):
    translated(studio, studio.people["admin"])
    page = studio.page("help", "fr")
    edit(studio.clients["translator_fr"], page, action="publish")
    page.refresh_from_db()
    assert page.title != "Aide"


# Who wrote what


def test_publishing_alone_makes_nobody_an_author(studio: Studio):
    page, reviewer = studio.page("help", "fr"), studio.people["reviewer_fr"]
    draft_by(page, studio.people["translator_fr"])
    draft_by(page, reviewer)  # the same words once more
    page.refresh_from_db()
    assert wrote(studio.people["translator_fr"], page)
    assert not wrote(reviewer, page)


def test_what_is_live_already_no_longer_counts(studio: Studio):
    page, reviewer = studio.page("help", "fr"), studio.people["reviewer_fr"]
    draft_by(page, reviewer).publish()
    page = studio.page("help", "fr")
    assert not wrote(reviewer, page)
    draft_by(page, reviewer, "More")
    assert wrote(reviewer, studio.page("help", "fr"))


def test_unpublished_page_counts_from_its_beginning(studio: Studio):
    page, reviewer = studio.page("help", "fr"), studio.people["reviewer_fr"]
    draft_by(page, reviewer).publish()
    page = studio.page("help", "fr")
    page.unpublish()
    assert wrote(reviewer, studio.page("help", "fr"))

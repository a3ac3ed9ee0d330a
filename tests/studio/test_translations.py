"""wagtail-localize knows no right on the single page or row; the gate does."""

from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from tests.studio.conftest import Studio, key, put


def translation(page, code: str) -> Translation:

    source, _made = TranslationSource.update_or_create_from_instance(page)
    locale = Locale.objects.get(language_code=code)
    return Translation.objects.get_or_create(source=source, target_locale=locale)[0]


def test_translation_opens_to_its_language_only(studio: Studio):
    row = translation(studio.page("help", "en"), "fr")
    segment = row.source.stringsegment_set.first()
    strings = reverse("wagtail_localize:edit_string_translation", args=[row.pk, segment.pk])
    for actor, opens in (("translator_fr", True), ("translator_es", False), ("trainer_a", False)):
        client = studio.clients[actor]
        for name in ("download_pofile", "preview_translation"):
            url = reverse(f"wagtail_localize:{name}", args=[row.pk])
            assert (client.get(url).status_code == 200) is opens, (actor, name)
        answer = client.put(strings, "value=Aide", "application/x-www-form-urlencoded")
        assert (answer.status_code in {200, 201}) is opens
        upload = client.post(reverse("wagtail_localize:upload_pofile", args=[row.pk]), {})
        stop = reverse("wagtail_localize:stop_translation", args=[row.pk])
        if not opens:
            assert upload.status_code == client.post(stop).status_code == 404


def test_segment_of_a_foreign_page_is_not_reached_through_ones_own(studio: Studio):
    mine = translation(studio.page("alpha-lesson", "en"), "fr")
    theirs = translation(studio.page("beta-lesson", "en"), "fr").source.stringsegment_set.first()
    url = reverse("wagtail_localize:edit_string_translation", args=[mine.pk, theirs.pk])
    answer = studio.clients["trainer_a"].put(url, "value=x", "application/x-www-form-urlencoded")
    assert answer.status_code == 404


def test_translating_what_is_not_ones_own_creates_nothing(studio: Studio):

    new = Locale.objects.create(language_code="ru")
    client = studio.clients["trainer_a"]
    before = Page.objects.count()
    for slug, status in (
        ("beta-lesson", 404),
        ("help", 404),
        ("alpha", 404),
        ("alpha-lesson", 404),
    ):
        page = studio.page(slug, "en")  # even her own: its parent in Russian is not hers
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        assert client.post(url, {"locales": [new.pk]}).status_code == status
    assert Page.objects.count() == before
    for actor in ("translator_fr", "reviewer_fr"):
        url = reverse(
            "wagtail_localize:submit_page_translation", args=[studio.page("help", "fr").pk]
        )
        assert studio.clients[actor].get(url).status_code in {302, 403, 404}
    row = studio.question("beta", "en")
    url = reverse(
        "wagtail_localize:submit_snippet_translation", args=["courses", "question", row.pk]
    )
    assert client.get(url).status_code == 404


def test_trainer_sends_an_own_new_lesson_to_translation(studio: Studio):
    from courses.catalogue.pages import LessonPage

    page = put(studio.page("alpha-module", "en"), LessonPage, "fresh", "en", key("fresh"))
    french = studio.page("alpha", "fr").locale
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert studio.clients["trainer_a"].post(url, {"locales": [french.pk]}).status_code == 302
    assert studio.page("fresh", "fr").get_parent() == studio.page("alpha-module", "fr").page_ptr


def test_all_languages_are_not_published_at_once(studio: Studio):
    row = translation(studio.page("alpha-lesson", "en"), "fr")
    url = reverse("wagtail_localize:update_translations", args=[row.source_id])
    for actor in ("trainer_a", "admin"):
        sent = studio.clients[actor].post(url, {"publish_translations": "on"})
        assert sent.status_code == 404
    assert studio.clients["trainer_b"].get(url).status_code == 404
    assert studio.clients["trainer_a"].get(url).status_code == 200

"""The site that comes with the product."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from portal.languages.table import CODES
from portal.pages import services, shipped
from portal.pages.models import HomePage, NewsPage, StandardPage
from portal.pages.services import digest, missing_texts, ship_site
from portal.pages.translating import strings_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_site")]

PATHS = [row.path for row in shipped.TREE]


def found(path: str, language: str) -> Any:
    key = shipped.identity(path)
    return Page.objects.get(translation_key=key, locale__language_code=language).specific


def change_text(monkeypatch: pytest.MonkeyPatch, language: str, path: str, title: str) -> None:
    """Make a later edition of the product ship another title."""
    before = shipped.texts

    def texts(code: str) -> dict[str, Any]:
        rows = dict(before(code))
        if code == language:
            rows[path] = rows[path] | {"title": title}
        return rows

    monkeypatch.setattr(shipped, "texts", texts)


def test_ship_site_makes_every_page_in_every_language() -> None:
    assert Locale.objects.count() == len(CODES)
    assert HomePage.objects.live().count() == len(CODES)
    assert Page.objects.filter(depth__gte=2).live().count() == len(CODES) * len(PATHS)
    assert not Page.objects.filter(depth=2, slug__endswith="-before").exists()


def test_ship_site_points_the_site_at_the_english_home_page() -> None:
    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == ("testserver", 80, True)
    assert site.root_page.locale.language_code == "en"


def test_ship_site_again_changes_nothing() -> None:
    again = ship_site(base_url="http://testserver")
    assert (again.made, again.renewed, again.left) == ([], [], [])


def test_ship_site_at_another_address_moves_the_site() -> None:
    ship_site(base_url="https://learn.example.org")
    site = Site.objects.get()
    assert (site.hostname, site.port) == ("learn.example.org", 443)


def test_ship_site_with_new_text_renews_an_untouched_page(monkeypatch: pytest.MonkeyPatch) -> None:
    change_text(monkeypatch, "fr", "about", "Un autre titre")
    assert ship_site(base_url="http://testserver").renewed == ["fr/about"]
    page = found("about", "fr")
    assert (page.title, page.live, page.has_unpublished_changes) == ("Un autre titre", True, False)
    assert missing_texts(page=page) == 0


def test_ship_site_with_new_text_leaves_a_page_a_person_edited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    editor = get_user_model().objects.create_user("editor@example.org")
    page = found("about", "fr")
    page.title = "Mon titre"
    page.save_revision(user=editor).publish()
    change_text(monkeypatch, "fr", "about", "Un autre titre")
    assert ship_site(base_url="http://testserver").left == ["fr/about"]
    assert found("about", "fr").title == "Mon titre"


def test_ship_site_leaves_a_page_with_a_draft_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = get_user_model().objects.create_user("editor@example.org")
    page = found("about", "fr")
    page.title = "Brouillon"
    page.save_revision(user=editor)
    change_text(monkeypatch, "fr", "about", "Un autre titre")
    assert ship_site(base_url="http://testserver").left == ["fr/about"]
    assert found("about", "fr").get_latest_revision_as_object().title == "Brouillon"


def test_ship_site_leaves_a_page_changed_without_an_author() -> None:
    StandardPage.objects.filter(pk=found("about", "fr").pk).update(summary="Autre chose")
    assert ship_site(base_url="http://testserver").left == ["fr/about"]
    assert found("about", "fr").summary == "Autre chose"


def test_ship_site_makes_a_deleted_page_again() -> None:
    found("about/accessibility", "uk").delete()
    assert ship_site(base_url="http://testserver").made == ["uk/about/accessibility"]
    assert missing_texts(page=found("about/accessibility", "uk")) == 0


def test_ship_site_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    found("news/first-course", "ar").delete()

    def fail(**_: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(services, "record_translation", fail)
    with pytest.raises(RuntimeError):
        ship_site(base_url="http://testserver")
    assert not NewsPage.objects.filter(locale__language_code="ar").exists()


def test_digest_sees_every_word_of_the_body() -> None:
    page = found("about/help", "en")
    before = digest(page)
    raw = page.body.get_prep_value()
    raw[0]["value"]["items"][0]["value"]["title"] += "!"
    page.body = type(page)._meta.get_field("body").to_python(raw)
    assert digest(page) != before


@pytest.mark.parametrize("path", PATHS)
def test_all_languages_have_the_same_texts_to_translate(path: str) -> None:
    source = {place: len(texts) for place, texts in strings_of(found(path, "en")).items()}
    for code in CODES:
        target = {place: len(texts) for place, texts in strings_of(found(path, code)).items()}
        assert target == source, code


@pytest.mark.parametrize("path", PATHS)
def test_translators_find_the_whole_page_translated(path: str) -> None:
    for code in CODES:
        page = found(path, code)
        assert missing_texts(page=page) == 0
        if code != "en":
            assert Translation.objects.filter(
                source__object_id=page.translation_key, target_locale=page.locale, enabled=True
            ).exists()


def test_translation_saved_by_translators_keeps_the_rest_of_the_page() -> None:
    page = found("about", "fr")
    record = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    row = StringTranslation.objects.get(locale=page.locale, data="À propos de cette plateforme")
    row.data = "Sur cette plateforme"
    row.save()
    record.save_target(publish=True)
    after = found("about", "fr")
    assert after.title == "Sur cette plateforme"
    assert after.slug == "about"
    assert strings_of(after) == strings_of(page) | {"title": ["Sur cette plateforme"]}


def test_published_source_brings_its_new_text_to_the_translators() -> None:
    page = found("about", "en")
    page.title = "About us"
    page.save_revision().publish()
    source = TranslationSource.objects.get_for_instance(page)
    assert source.object_repr == "About us"
    assert missing_texts(page=found("about", "fr")) == 1


def test_text_with_a_term_in_it_reaches_translators_in_one_piece() -> None:
    page = found("about", "en")
    page.body = [("text", "<p>A <dfn>firearm</dfn> is traced.</p>")]
    assert "A <dfn>firearm</dfn> is traced." in set().union(*strings_of(page).values())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", PATHS)
def test_every_shipped_page_is_shown(client: Client, code: str, path: str) -> None:
    address = f"/{code}/" if path == shipped.HOME else f"/{code}/{path}/"
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == 200
    assert found(path, code).title in html
    assert "style=" not in html
    assert len(response.content) < 30_000 * 3  # 30 KB compressed is the budget


def test_links_between_shipped_pages_stay_in_the_language(client: Client) -> None:
    assert '<a href="/uk/courses/">курси</a>' in client.get("/uk/about/help/").content.decode()
    assert 'href="/ar/about/help/"' in client.get("/ar/").content.decode()


def test_figures_and_facts_carry_their_source() -> None:
    """Statements about the field name document and paragraph (brief.md, weights of statement)."""
    for code in CODES:
        body = str(shipped.texts(code)["home"]) + str(shipped.texts(code)["about"])
        assert "33" in body
        assert "34" in body
        assert "2022" in body

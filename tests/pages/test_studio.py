"""The studio: who gets in, what stands in its menus, what translators may publish."""

import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from portal.pages import shipped
from portal.pages.blocks import RICH
from portal.pages.models import PortalImage, StandardPage
from portal.roles.studio import sync_studio_rights
from tests import people
from tests.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_site")]


@pytest.fixture
def editor(client: Client) -> Client:
    """A signed-in administrator: who may edit and publish all pages."""
    person = people.staff("administrator")
    sync_studio_rights(person)
    return people.signed_in(person, client=client)


def test_studio_of_a_visitor_leads_to_the_one_sign_in(client: Client) -> None:
    response = client.get("/studio/")
    assert response.status_code == 302
    assert response["Location"] == reverse("account_login") + "?next=/studio/"


def test_studio_of_a_learner_is_closed(client: Client) -> None:
    signed_in(get_user_model().objects.create_user("learner@example.org"), client=client)
    assert client.get("/studio/").status_code in {302, 403, 404}


def test_studio_greets_an_editor_in_plain_words(editor: Client) -> None:
    html = editor.get("/studio/").content.decode()
    assert "What you can do here" in html
    assert "releases.wagtail.org" not in html
    assert "gravatar" not in html


@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index"])
def test_accounts_in_the_studio_are_closed_to_editors(editor: Client, name: str) -> None:
    address = reverse(name)
    assert f'"{address}"' not in editor.get("/studio/").content.decode()
    assert editor.get(address).status_code in {302, 403, 404}


def test_accounts_in_the_studio_are_open_to_superusers(client: Client) -> None:
    signed_in(get_user_model().objects.create_superuser("root@example.org"), client=client)
    assert reverse("wagtailusers_users:index") in client.get("/studio/").content.decode()


def test_page_of_each_type_can_be_opened_for_editing(editor: Client) -> None:
    for row in shipped.TREE:
        page = Page.objects.get(
            translation_key=shipped.identity(row.path), locale__language_code="en"
        )
        assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_translation_opens_in_the_translators_view(editor: Client) -> None:
    page = StandardPage.objects.get(slug="help", locale__language_code="fr")
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "wagtail_localize" in html
    assert "Commencer un cours" in html


def test_translation_with_missing_texts_is_not_published(editor: Client) -> None:
    page = StandardPage.objects.get(slug="help", locale__language_code="fr")
    StringTranslation.objects.filter(locale=page.locale, data="Commencer un cours").delete()
    before = page.last_published_at
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = editor.post(address, {"action": "publish"}, follow=True).content.decode()
    page.refresh_from_db()
    assert page.last_published_at == before
    assert "Not published: 1 text is not translated yet." in html


def test_complete_translation_is_published(
    editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = StandardPage.objects.get(slug="help", locale__language_code="fr")
    before = page.last_published_at
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address, {"action": "publish"}, follow=True)
    page.refresh_from_db()
    assert page.last_published_at > before


def test_term_survives_the_editor() -> None:
    converter = ContentstateConverter(features=RICH)
    html = "<p>A <dfn>firearm</dfn> and <b>more</b></p>"
    stored = converter.to_database_format(converter.from_database_format(html))
    assert "<dfn>firearm</dfn>" in stored


def test_style_that_is_not_offered_does_not_survive_the_editor() -> None:
    converter = ContentstateConverter(features=RICH)
    html = '<p onclick="x">A <sup>b</sup> <script>c</script></p>'
    stored = converter.to_database_format(converter.from_database_format(html))
    assert "<sup" not in stored
    assert "<script" not in stored
    assert "onclick" not in stored


def test_preview_shows_the_draft_in_the_language_of_the_page(editor: Client) -> None:
    page = StandardPage.objects.get(slug="about", locale__language_code="ar")
    page.title = "عنوان جديد"
    page.save_revision()
    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    response = editor.get(address)
    html = response.content.decode()
    assert "عنوان جديد" in html
    assert '<html lang="ar" dir="rtl"' in html
    assert "language-notice" not in html
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_picture_dropped_into_the_studio_waits_for_its_alternative_text(client: Client) -> None:
    signed_in(get_user_model().objects.create_superuser("root@example.org"), client=client)
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "PNG")
    sent = SimpleUploadedFile("a.png", content.getvalue(), "image/png")
    first = client.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Port", "files[]": sent},
        HTTP_X_REQUESTED_WITH="XMLHttpRequest",
    ).json()
    assert first["success"]
    assert not PortalImage.objects.exists()
    number = first["uploaded_file_id"]
    client.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number]),
        {
            f"uploaded-image-{number}-title": "Port",
            f"uploaded-image-{number}-description": "A port with cranes",
            f"uploaded-image-{number}-collection": "1",
        },
        HTTP_X_REQUESTED_WITH="XMLHttpRequest",
    )
    assert PortalImage.objects.get().description == "A port with cranes"

"""What pages show of files: the download row and the field a file is sent by."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.files import queries, services
from portal.files.models import StoredFile
from tests.files.made import pdf
from tests.files.uploads import PURPOSE, upload, verified
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", StoredFile.State.values)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_row_shows_state_in_words_and_offers_only_what_can_be_opened(state, language):
    owner = verified(member())
    sent = upload("a<b>.pdf", pdf())
    stored = services.receive(owner=owner, upload=sent, purpose=PURPOSE, label="RED")
    stored.state = state
    with translation.override(language):
        shown = render_to_string("portal/files/row.html", {"file": queries.row(owner, stored)})
    assert '<bdi dir="auto">a_b_.pdf</bdi>' in shown
    assert "TLP:RED" in shown
    is_open = state in {"clean", "unscanned"}
    assert (
        f'href="{reverse("stored_file", kwargs={"public_id": stored.public_id})}"'
        in shown.replace("/ar/", "/en/")
    ) is is_open
    assert "delete/" in shown
    other = queries.row(verified(member()), stored)
    assert other.delete_url == ""


def test_file_field_says_the_limits_first_and_fits_the_errors():
    class Form(forms.Form):
        letter = forms.FileField(label="Letter", required=False)

    form = Form({})
    form.add_error("letter", "No.")
    limits = queries.limits_of(frozenset({"pdf", "jpg", "jpeg"}))
    shown = render_to_string(
        "portal/components/file_field.html", {"field": form["letter"], **limits}
    )
    assert "Accepted: PDF, JPEG." in shown
    assert "Documents up to 50 MB, pictures up to 10 MB." in shown
    assert shown.index("Accepted") < shown.index("No.") < shown.index('type="file"')
    only = queries.limits_of(frozenset({"png"}))
    assert "Up to 10 MB." in render_to_string(
        "portal/components/file_field.html", {"field": form["letter"], **only}
    )

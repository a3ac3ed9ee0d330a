"""The forms in which editors send pictures and documents."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from portal.pages.uploads import check_document, rewrite_image
from portal.shared.text import plain


class _CleanTitle:
    """Titles bear no marks that turn the direction of text."""

    def clean_title(self) -> str:
        return plain(self.cleaned_data["title"])  # type: ignore[attr-defined]


class PortalImageForm(_CleanTitle, BaseImageForm):
    """A picture with its alternative text. The file stored is encoded anew."""

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if not isinstance(sent, UploadedFile):
            return sent  # not changed
        name = plain(sent.name or "")
        return SimpleUploadedFile(name, rewrite_image(sent, name), sent.content_type or "")


class PortalDocumentForm(_CleanTitle, BaseDocumentForm):
    """A document whose content is what its name says."""

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if isinstance(sent, UploadedFile):
            check_document(sent, sent.name or "")
        return sent

"""Listens to Wagtail for the site's pages."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from portal.pages.services import refresh_translation_source


@receiver(page_published, dispatch_uid="portal.pages.refresh_translation_source")
def on_page_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    refresh_translation_source(page=instance)

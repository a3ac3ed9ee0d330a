"""``manage.py begin_discussions``: makes the spaces every site starts with."""

from typing import Any

from django.core.management.base import BaseCommand

from community.discussions.spaces import begin


class Command(BaseCommand):
    help = "Make the discussion spaces of regions, languages, themes and groups that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{begin()} spaces made.")

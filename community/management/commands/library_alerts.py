"""``manage.py library_alerts``: tells of new records in searches people keep; once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from community.library.alerts import tell


class Command(BaseCommand):
    help = "Tell people that a search they keep has found something new."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell()} people told.")

"""``manage.py discussions_daily``: tells focal points of questions that wait; once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from community.discussions.surfacing import tell


class Command(BaseCommand):
    help = "Tell who moderates of questions that have had no answer for three days."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell()} questions told of.")

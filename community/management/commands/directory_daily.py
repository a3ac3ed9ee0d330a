"""What the directory does once a day: reminders of old entries, old rows of its changes."""

from typing import Any

from django.core.management.base import BaseCommand

from community.directory import reminders


class Command(BaseCommand):
    help = "Reminds members of entries that nobody confirmed for a year."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both; may be run any number of times."""
        reminded, forgotten = reminders.remind(), reminders.forget_changes()
        self.stdout.write(f"Reminded: {reminded}. Changes forgotten: {forgotten}.")

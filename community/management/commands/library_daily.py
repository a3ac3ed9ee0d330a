"""What the library does once a day: loans that ended, copies nobody fetches, texts left unread."""

from typing import Any

from django.core.management.base import BaseCommand

from community.library import copies, editions, lending


class Command(BaseCommand):
    help = "Ends loans whose day has passed, deletes old copies, reads texts that still wait."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it; may be run any number of times."""
        ended, deleted, begun = lending.end_overdue(), copies.forget(), editions.read_waiting()
        self.stdout.write(f"Loans ended: {ended}. Copies deleted: {deleted}. Texts begun: {begun}.")

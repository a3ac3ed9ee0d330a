"""``manage.py events_daily``: reminders of events, and places that end; once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from community.events.daily import run


class Command(BaseCommand):
    help = "Remind people of events, and free the places of people an event is not for any more."

    def handle(self, *args: Any, **options: Any) -> None:
        freed, reminded = run()
        self.stdout.write(f"{reminded} people reminded, {freed} places freed.")

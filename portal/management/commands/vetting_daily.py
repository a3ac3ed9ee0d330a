"""``manage.py vetting_daily``: reminders, expiry and lapses of members, once a day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.vetting.tasks import daily


class Command(BaseCommand):
    help = "Remind, expire and lapse what is due today. Running it twice does nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--enqueue", action="store_true", help="give the work to the worker, do not wait"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["enqueue"]:
            daily.enqueue()
            return
        done = daily.call()
        self.stdout.write("\n".join(f"{count} {name}" for name, count in done.items()))
        if done["failed"]:
            raise CommandError("Some of it failed: see the log. The next run tries again.")

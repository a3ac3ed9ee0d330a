"""``manage.py purge_messages``: deletes what may not be kept; daily, and ``--quick`` more often."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.messages import purge


class Command(BaseCommand):
    help = (
        "Delete messages and files past their time, what closed rooms left, and unfinished "
        "uploads. Running it twice deletes nothing twice. A legal hold keeps what is in a room."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="only messages and files with a time of their own"
        )
        parser.add_argument("--most", type=int, default=purge.MOST, help="rows of each job")

    def handle(self, *args: Any, **options: Any) -> None:
        done = purge.run(purge.QUICK if options["quick"] else None, options["most"])
        self.stdout.write("\n".join(f"{count} {name}" for name, count in done.items()))
        if done["failed"]:
            raise CommandError("Some of it failed: see the log. The next run tries again.")

"""``manage.py scan_files``: ask the virus scanner again, and tidy the private store."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.files import services


class Command(BaseCommand):
    help = (
        "Checks files that wait for the virus scanner or were never checked, and deletes what "
        "interrupted uploads left behind. Run it every few minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = services.scan_waiting()
        for state, count in sorted(counts.items()):
            self.stdout.write(f"{state}: {count}")
        self.stdout.write(f"left behind and deleted: {services.sweep()}")

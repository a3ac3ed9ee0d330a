"""``manage.py ship_library``: the records of the library that come with the product."""

from typing import Any

from django.core.management.base import BaseCommand

from community.library.shipping import ship_library


class Command(BaseCommand):
    help = "Bring the shipped records of the library into the database; people's edits stay."

    def handle(self, *args: Any, **options: Any) -> None:
        done = ship_library()
        self.stdout.write(
            f"library: {len(done.made)} made, {len(done.renewed)} renewed, {len(done.left)} left"
        )

"""``manage.py library_index``: indexes all records of the library anew."""

from typing import Any

from django.core.management.base import BaseCommand

from community.library.index import rewrite


class Command(BaseCommand):
    help = "Index all records of the library anew, after a change of names or a restored database."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rewrite()} records indexed.")

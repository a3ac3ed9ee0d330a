"""``manage.py reseal``: seal every secret anew under the first of ``FIELD_KEYS``.

To change the key: put the new one in front, restart, run this, then take the old one away.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts import resealing


class Command(BaseCommand):
    help = "Seal every secret anew under the first of FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        done, failed = resealing.reseal_all()
        self.stdout.write(f"{done} secrets are sealed under the first key now.")
        if failed:
            raise CommandError(f"{failed} secret(s) could not be opened by any key, and were left.")

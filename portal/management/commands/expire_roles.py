"""``manage.py expire_roles``: ends roles past their last day; run daily."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.roles.services import expire_roles


class Command(BaseCommand):
    help = "End roles past their last day and proposals nobody confirmed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_roles()} roles ended.")

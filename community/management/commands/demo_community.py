"""``manage.py demo_community``: what the demo people have done before. Development data only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from community.demo import make_demo_community


class Command(BaseCommand):
    help = "Give the demo people entries, a group, a discussion and events, once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("Demo people exist in development data only.")
        self.stdout.write("Made." if make_demo_community() else "Nothing to make.")

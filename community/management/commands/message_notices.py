"""``manage.py message_notices``: tells of messages unread for 15 minutes; every few minutes."""

from typing import Any

from django.core.management.base import BaseCommand

from community.messages.notices import tell_of_unread


class Command(BaseCommand):
    help = "Tell people that something waits in a room, and send the mails that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell_of_unread()} notices.")

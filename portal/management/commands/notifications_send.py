"""``manage.py notifications_send``: the mails about notices whose time has come."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.notifications.mailing import tell_everybody


class Command(BaseCommand):
    help = "Send mails about unread notices to those who chose once a day or once a week."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell_everybody()} mails sent.")

"""``manage.py forget_visitors``: delete what visitors did when 30 days have passed."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from courses.enrolment.services import forget_visitors
from courses.player.reader import VISITOR_SECONDS
from portal.shared.clock import now


class Command(BaseCommand):
    help = "Delete the work of visitors that was not touched for 30 days."

    def handle(self, *args: Any, **options: Any) -> None:
        count = forget_visitors(before=now() - timedelta(seconds=VISITOR_SECONDS))
        self.stdout.write(f"{count} courses of visitors deleted")

"""``manage.py rebuild_progress``: compute every learner's state from the log again."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.enrolment.models import Enrolment
from courses.progress.services import rebuild


class Command(BaseCommand):
    help = "Fold all learning events again and name the enrolments whose stored state differed."

    def handle(self, *args: Any, **options: Any) -> None:
        differing = 0
        total = 0
        for enrolment in Enrolment.objects.order_by("pk").iterator():
            total += 1
            if rebuild(enrolment=enrolment):
                differing += 1
                self.stdout.write(f"enrolment {enrolment.public_id} differed and was mended")
        self.stdout.write(f"{total} enrolments, {differing} differed")

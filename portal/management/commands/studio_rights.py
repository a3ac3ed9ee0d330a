"""``manage.py studio_rights``: rights in the studio, derived anew from roles."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.roles.studio_services import rebuild, wrong


class Command(BaseCommand):
    help = "Rebuild everybody's rights in the studio from their roles; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail if wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            self.stdout.write(f"{rebuild()} people's rights were put right.")
            return
        people = wrong()
        for person in people:
            self.stdout.write(f"{person.public_id}: rights are not what the roles say")
        if people:
            raise CommandError(f"{len(people)} people's rights are wrong.")
        self.stdout.write("Everybody's rights are what their roles say.")

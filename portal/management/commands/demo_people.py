"""``manage.py demo_people``: people to try the product with. Development data only."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts.demo import DEMO_PEOPLE, make_demo_people


class Command(BaseCommand):
    help = "Make the demo people, or print them with --json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print them, make nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("Demo people exist in development data only.")
        if not options["json"]:
            make_demo_people()
        self.stdout.write(json.dumps([person.as_json() for person in DEMO_PEOPLE], indent=1))

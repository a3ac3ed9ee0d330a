"""``manage.py first_administrators``: the first two, by the operator, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import User
from portal.organisations.models import Unit
from portal.roles.administrators import appoint_first
from portal.shared.errors import ServiceError


class Command(BaseCommand):
    help = (
        "Make two accounts members and administrators. Refused if there is an administrator: "
        "further ones are appointed by two administrators on the site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs=2, metavar="address")
        parser.add_argument("--organisation", required=True, help="name of their organisation")
        parser.add_argument("--country", required=True, help="its country, ISO 3166-1 alpha-2")
        parser.add_argument("--unit", default=Unit.INTERNATIONAL, choices=Unit.values)

    def handle(self, *args: Any, **options: Any) -> None:
        users = [self._account(address) for address in options["addresses"]]
        try:
            appoint_first(
                users=users,
                name=options["organisation"],
                country=options["country"].upper(),
                unit=options["unit"],
            )
        except ServiceError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Two administrators were made. Both need a second factor to act.")

    def _account(self, address: str) -> User:
        found = User.objects.filter(email__iexact=address.strip(), is_active=True).first()
        if found is None or not found.emailaddress_set.filter(verified=True).exists():
            raise CommandError(f"No account with the proven address {address}. Sign up first.")
        return found

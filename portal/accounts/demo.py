"""Invented people of development data: one for each role there is so far."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction

# Not a secret: these accounts are made in development data only (the command refuses elsewhere).
PASSWORD = "try-the-platform-2026"  # noqa: S105


@dataclass(frozen=True)
class DemoPerson:
    """A person to sign in as; ``role`` is learner, courier, trainer or administrator."""

    role: str
    email: str
    name: str
    language: str
    region: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "email": self.email,
            "password": PASSWORD,
            "name": self.name,
            "language": self.language,
        }


DEMO_PEOPLE = (
    DemoPerson("learner", "amina@demo.invalid", "Amina Haddad", "ar"),
    DemoPerson("learner", "claire@demo.invalid", "Claire Fontaine", "fr", "SN"),
    DemoPerson("learner", "oleh@demo.invalid", "Oleh Koval", "uk", "UA"),
    DemoPerson("courier", "idris@demo.invalid", "Idris Bello", "en", "NG"),
    DemoPerson("trainer", "tomas@demo.invalid", "Tomás Rivera", "es", "GT"),
    DemoPerson("administrator", "mei@demo.invalid", "Mei Lin", "zh-hans"),
)


@transaction.atomic
def make_demo_people() -> None:
    """Make the demo people; those who exist only get their password back."""
    users = get_user_model()
    for person in DEMO_PEOPLE:
        user, created = users.objects.get_or_create(
            email=person.email,
            defaults={"name": person.name, "language": person.language, "region_id": person.region},
        )
        if created or not user.check_password(PASSWORD):
            user.set_password(PASSWORD)
            user.is_superuser = user.is_staff = person.role == "administrator"
            user.save()
        EmailAddress.objects.get_or_create(
            user=user, email=person.email, defaults={"verified": True, "primary": True}
        )
        if person.role == "courier":
            user.user_permissions.set(Permission.objects.filter(codename="learn_courier"))
        if person.role == "trainer":
            user.groups.set(Group.objects.filter(name="Editors"))

"""Who a session is of: allauth's sign-in, with prepared queries for what every request asks."""

from contextlib import suppress
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.apps import apps
from django.db.models import QuerySet
from django_otp.middleware import OTPMiddleware
from django_otp.models import Device

from portal.accounts.models import User
from portal.shared.prepared import prepared


@prepared
def _user(number: int) -> QuerySet[User]:
    return User._default_manager.filter(pk=number)


class AuthenticationBackend(AllauthBackend):
    """allauth's own but for the query of a session's account."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the account if it may be signed in."""
        user = _user.first(int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None


_by_model: dict[type[Device], prepared[Device]] = {}


def _factors(model: type[Device]) -> prepared[Device]:
    if model not in _by_model:
        _by_model[model] = prepared(lambda number: model._default_manager.filter(pk=number))
    return _by_model[model]


class FactorMiddleware(OTPMiddleware):
    """django-otp's own but for the query of the second factor a session was confirmed by."""

    def _device_from_persistent_id(self, persistent_id: str) -> Device | None:
        label, _, number = self._normalize_persistent_id(persistent_id).rpartition("/")
        with suppress(ValueError, LookupError):
            model = apps.get_model(label)
            if issubclass(model, Device):
                return _factors(model).first(int(number))
        return None

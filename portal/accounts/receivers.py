"""Listens to allauth: a new password ends every sign-in of the account."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.dispatch import receiver

from portal.accounts.services import end_sign_ins


@receiver([password_changed, password_reset, password_set], dispatch_uid="accounts.new_password")
def after_new_password(user: Any, **kwargs: Any) -> None:
    end_sign_ins(user=user)

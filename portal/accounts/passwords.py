"""The rule of a password's length, in words of our own: Django's are not in all our languages."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext


class LengthValidator(MinimumLengthValidator):
    """Refuses a password shorter than ``min_length`` characters (security.md 10, "Codes")."""

    def get_error_message(self) -> str:
        words = gettext("The password is too short. Use at least %(number)s characters.")
        return words % {"number": self.min_length}

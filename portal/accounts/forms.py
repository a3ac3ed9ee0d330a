"""The account forms: allauth's, with our fields. Nothing is asked twice."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts import passkeys, step_up
from portal.accounts.fields import (
    AddressField,
    CodeField,
    NameField,
    NewPasswordField,
    PasswordField,
)
from portal.accounts.models import User
from portal.languages.table import LANGUAGE_CHOICES
from portal.organisations import regions
from portal.organisations.models import Region
from portal.shared.steady import steady


class SignInForm(allauth_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(autocomplete="username webauthn")
        self.fields["password"] = PasswordField()
        self.order_fields(["login", "password"])


class SignUpForm(allauth_forms.SignupForm):
    """A new account. An address that already has one gets the same answer and other mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField(
            help_text=_("We send a code to this address to make sure that it is yours.")
        )
        self.fields["password1"] = NewPasswordField(label=_("Password"))
        self.order_fields(["email", "password1"])

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Store the account, or answer as if. Two requests for one address store one account."""
        if self.account_already_exists:
            # The password is hashed all the same: the time taken must not tell the cases apart.
            get_user_model()().set_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class ConfirmAddressForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that was sent to an address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()


class ChangeAddressForm(allauth_forms.AddEmailForm):
    """Another address for a signed-in person; it counts once its code was entered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField(label=_("New e-mail address"))


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    """Asks for a mail with a link to set a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link if there is an account; the time taken does not tell whether there is."""
        with steady(settings.STEADY_ANSWER_SECONDS):
            return str(super().save(request, **kwargs))


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    """Sets a new password after following the link from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"password1": _new_password(self.user)}


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """Changes the password of a signed-in person who knows the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "oldpassword": PasswordField(label=_("Present password")),
            "password1": _new_password(self.user),
        }

    def save(self) -> None:
        """Store the password. Raises step_up.Needed for who owns a second factor."""
        step_up.require_if_owned(self.user)
        super().save()


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """Sets the first password of an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"password1": _new_password(self.user)}

    def save(self) -> None:
        """Store the password. Raises step_up.Needed for who owns a second factor."""
        step_up.require_if_owned(self.user)
        super().save()


class ConfirmPasswordForm(allauth_forms.ReauthenticateForm):
    """Asks for the password again before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField()


class PasskeyNameForm(forms.Form):
    """The name of a passkey, as the list of second factors shows it."""

    name = NameField(
        label=_("Name of the passkey"),
        max_length=passkeys.NAME_LENGTH,
        help_text=_("To tell it from other passkeys, for example: my phone."),
        error_messages={"required": _("Enter a name for the passkey.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )


def _new_password(user: Any) -> NewPasswordField:
    field = NewPasswordField()
    field.user = user
    return field


class ProfileForm(forms.Form):
    """ "About me": what a person may tell. Nothing but the language is needed."""

    name = NameField(
        label=_("Name"),
        max_length=User._meta.get_field("name").max_length,
        required=False,
        help_text=_(
            "As you want to be addressed. Members and the people who check applications see it."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGE_CHOICES,
        help_text=_("Of the pages and of our mails to you."),
    )
    region = forms.ChoiceField(
        label=_("Country"),
        choices=regions.choices,
        required=False,
        help_text=_(
            "Courses then show the law and the contacts of your country where we have them."
        ),
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    def clean_region(self) -> Region | None:
        """Return the place itself."""
        code = self.cleaned_data["region"]
        if not code:
            return None
        region = Region.objects.filter(pk=code).first()
        if region is None:
            raise forms.ValidationError(_("Choose a country from the list."))
        return region

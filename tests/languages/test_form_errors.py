"""What a form says is wrong, it says in the reader's language: ours, Django's, and of passwords."""

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.accounts.models import User
from portal.languages.table import CODES


class Everything(forms.Form):
    text = forms.CharField(max_length=3, min_length=2)
    mail = forms.EmailField()
    day = forms.DateField()
    number = forms.IntegerField(max_value=3)
    choice = forms.ChoiceField(choices=[("a", "a")])
    several = forms.MultipleChoiceField(choices=[("a", "a")])
    file = forms.FileField()


ENTRIES = (
    {},
    {"text": "x" * 9, "mail": "z", "day": "z", "number": "9", "choice": "q", "several": ["q"]},
    {"text": "x\x00", "number": "z"},
    {"text": "x"},
)
PASSWORDS = ("short", "password1234", "walkerwalker1")


def errors(language: str) -> list[str]:
    with translation.override(language):
        found = [str(e) for data in ENTRIES for es in Everything(data).errors.values() for e in es]
        for password in PASSWORDS:
            with pytest.raises(ValidationError) as refused:
                validate_password(password, User(email="walkerwalker1@example.org"))
            found += refused.value.messages
        return found


@pytest.mark.parametrize("language", [code for code in CODES if code != "en"])
def test_every_error_of_a_form_is_in_the_readers_language(language: str) -> None:
    same = {
        ours
        for ours, english in zip(errors(language), errors("en"), strict=True)
        if ours == english
    }
    assert same == set()

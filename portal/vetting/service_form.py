"""A form that hands what was typed to one service and shows what the service refuses."""

from collections.abc import Callable
from typing import Any

from django import forms

from portal.shared.errors import Conflict, Invalid


class ServiceForm(forms.Form):
    """A form that hands its values to one service and shows what the service refuses."""

    status = 200
    conflict: object = ""

    def carry_out(self, service: Callable[..., Any], **known: Any) -> bool:
        """Call the service with ``known`` and the cleaned values; say whether it was done.

        What is refused stands beside the fields afterwards, ``status`` holds the answer's status.
        """
        try:
            service(**known, **self.cleaned_data)
        except Invalid as refused:
            self.status = 400
            if not refused.fields:
                self.add_error(None, str(refused))
            for name, sentence in refused.fields.items():
                self.add_error(name if name in self.fields else None, str(sentence))
            return False
        except Conflict as refused:
            self.status, self.conflict = 409, refused.message
            return False
        return True

    def is_valid(self) -> bool:
        valid = super().is_valid()
        self.status = 200 if valid or not self.is_bound else 400
        return valid

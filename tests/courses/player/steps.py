"""What a learner does in the mini course, said once."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from tests.courses import minipack

STEPS = [("one", 1), ("one", 2), ("two", 1), ("three", 1)]


def changed_note(language: str = "fr") -> str:
    """Return what a reader of a text that is behind its source is told."""
    with translation.override(language):
        return gettext("The original of this part has changed since it was translated.")


def url(lesson: str, step: int, language: str = "en") -> str:
    return f"/{language}/courses/mini/{lesson}/{step}/"


def answer(
    client: Client, code: str, fields: dict[str, Any] | None = None, *, language: str = "en",
    key: str = "", **headers: Any,
) -> HttpResponse:  # fmt: skip
    """Post an answer; the right one when no fields are given."""
    data = {**(minipack.RIGHT[code] if fields is None else fields), "key": key or str(uuid.uuid4())}
    path = f"/{language}/courses/mini/answer/{minipack.BLOCK[code]}/"
    return client.post(path, data, headers=headers)


def complete(client: Client, lesson: str, step: int, language: str = "en") -> HttpResponse:
    return client.post(f"{url(lesson, step, language)}complete/")


def do_everything(client: Client) -> None:
    """Answer all questions rightly and complete all steps."""
    for code in minipack.CODES:
        answer(client, code)
    for lesson, step in STEPS:
        complete(client, lesson, step)

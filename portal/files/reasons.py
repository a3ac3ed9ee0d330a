"""Why a file is refused, as codes: the checks run without Django, the words stand in ``words``."""

import enum


class Reason(enum.StrEnum):
    """One reason each. The value goes into the record; no value says anything about content."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TYPE = "type"  # a type that is not accepted
    ARCHIVE = "archive"
    NOT_AS_NAMED = "not-as-named"  # ending, first bytes and parser do not agree
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    EMBEDDED = "embedded"  # another document inside
    REMOTE = "remote"  # would fetch something when opened
    FORMULAS = "formulas"
    NOT_UTF8 = "not-utf8"
    PIXELS = "pixels"
    MOVING = "moving"
    PAGES = "pages"
    HEAVY = "heavy"  # unpacks to too much, or takes too long to read
    VIRUS = "virus"
    QUOTA_BYTES = "quota-bytes"
    QUOTA_FILES = "quota-files"


class Refused(Exception):
    """A file was not accepted."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

"""Short texts of people as services take them: tidied, neither empty nor too long."""

from django.utils.translation import ngettext

from portal.shared.errors import Invalid
from portal.shared.text import UNSEEN, plain


def one_line(text: str, *, field: str, most: int, missing: object = "") -> str:
    """Return a text on one line without what cannot be seen, such as a name or a title.

    Raises Invalid for ``field``: empty where ``missing`` says what to do, or longer than ``most``.
    """
    return _checked(" ".join(UNSEEN.sub("", plain(text)).split()), field, most, missing)


def paragraphs(text: str, *, field: str, most: int, missing: object = "") -> str:
    """Return a text of several lines, their ends made alike. Raises Invalid as ``one_line``."""
    alike = plain(text).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return _checked("\n".join(line.rstrip() for line in alike.split("\n")).strip("\n"), field,
                    most, missing)  # fmt: skip


def _checked(text: str, field: str, most: int, missing: object) -> str:
    if missing and not text.strip():
        raise Invalid(fields={field: missing})
    if len(text) > most:
        sentence = ngettext(
            "Use at most %(count)d character.", "Use at most %(count)d characters.", most
        ) % {"count": most}
        raise Invalid(fields={field: sentence})
    return text

"""What a person is told when a file is refused: what is wrong, and the way out."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.files.bounds import MEBIBYTE
from portal.files.kinds import KINDS, Kind
from portal.files.reasons import Reason

WORDS: dict[Reason, str | Promise] = {
    Reason.EMPTY: gettext_lazy("This file is empty. Choose another file."),
    Reason.ARCHIVE: gettext_lazy(
        "Archives such as ZIP are not accepted. Unpack it and send the files one by one."
    ),
    Reason.NOT_AS_NAMED: gettext_lazy(
        "The content of this file does not fit its name. Open it, save it again and send the new "
        "file."
    ),
    Reason.BROKEN: gettext_lazy(
        "This file cannot be read. It may be damaged. Open it, save it again and send the new file."
    ),
    Reason.ENCRYPTED: gettext_lazy(
        "This file is protected by a password. Save it without a password and send it again."
    ),
    Reason.MACROS: gettext_lazy(
        "This file may hold macros or scripts. Save it as PDF, or as .docx, .xlsx or .pptx without "
        "macros."
    ),
    Reason.EMBEDDED: gettext_lazy(
        "Another file is embedded in this one. Remove it, or save the document as PDF."
    ),
    Reason.REMOTE: gettext_lazy(
        "This document would fetch something from elsewhere when it is opened. Save it as PDF."
    ),
    Reason.FORMULAS: gettext_lazy(
        "This table holds formulas. Save the values only, or send it as .xlsx."
    ),
    Reason.NOT_UTF8: gettext_lazy(
        "The letters of this text cannot be read. Save it with the encoding UTF-8."
    ),
    Reason.PIXELS: gettext_lazy("This picture has too many pixels. Make it smaller."),
    Reason.MOVING: gettext_lazy("Moving pictures are not accepted. Send a single picture."),
    Reason.PAGES: gettext_lazy("This document has too many pages. Send it in parts."),
    Reason.HEAVY: gettext_lazy(
        "This file takes too much to read. Send a smaller or simpler one, for instance as PDF."
    ),
    Reason.VIRUS: gettext_lazy(
        "The virus check found something in this file. It was not kept. Do not open it, and tell "
        "your IT desk."
    ),
    Reason.QUOTA_BYTES: gettext_lazy(
        "Your files take up all the room an account has. Delete one of them first."
    ),
    Reason.QUOTA_FILES: gettext_lazy(
        "You have as many files as an account may have. Delete one of them first."
    ),
}


def sentence(reason: Reason, *, accepted: frozenset[str] = frozenset(), most: int = 0) -> str:
    """Return the sentence of a reason. ``accepted`` are endings, ``most`` is a size in bytes."""
    if reason == Reason.TYPE:
        return _("This type of file is not accepted. Send one of these: %(types)s.") % {
            "types": names(accepted)
        }
    if reason == Reason.TOO_LARGE:
        size = most // MEBIBYTE
        return ngettext(
            "This file is too large. At most %(count)d MB are accepted.",
            "This file is too large. At most %(count)d MB are accepted.",
            size,
        ) % {"count": size}
    return str(WORDS[reason])


def names(accepted: frozenset[str]) -> str:
    """Return the printed names of kinds, each once: "PDF, JPEG, PNG"."""
    found: list[str] = []
    for ending, kind in KINDS.items():
        if ending in accepted and ending != "gif" and kind.name not in found:
            found.append(kind.name)
    return ", ".join(found)


def name_of(content_type: str) -> str:
    """Return the printed name of a stored content type: "PDF"."""
    kind: Kind | None = next(
        (k for k in KINDS.values() if k.content_type == content_type and k.ending != "gif"), None
    )
    return kind.name if kind else ""

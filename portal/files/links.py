"""Which addresses a document may carry: ones a reader opens on purpose, nothing fetched. Pure."""

SCHEMES = ("http://", "https://", "mailto:")


def is_plain_link(address: str) -> bool:
    """Say whether it is an ordinary web or mail address."""
    return address.strip().lower().startswith(SCHEMES) and not any(
        ord(char) < 32 for char in address
    )

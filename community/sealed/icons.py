"""The icons of the screens: some of the site's own, and those only messages need, drawn alike."""

from portal.templatetags.icons import ICONS, MIRRORED

SHARED = (
    "arrow-start", "bell", "check", "check-circle", "chevron-end", "circle", "clock", "copy",
    "cross", "cross-circle", "device", "document", "down", "download", "image", "info", "lock",
    "offline", "person", "search", "sign-out", "undo", "up", "warning",
)  # fmt: skip
OWN: dict[str, tuple[str, ...]] = {
    "attach": ("M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a2 2 0 0 1-3-3L14 7",),
    "edit": ("M4 20h4L19 9l-4-4L4 16z", "M13 7l4 4"),
    "flag": ("M6 21V4h12l-3 4 3 4H6",),
    "folder": ("M3 6h7l2 3h9v10H3z",),
    "forward": ("M14 5l6 6-6 6", "M20 11h-9a7 7 0 0 0-7 7"),
    "key": ("M8 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 12h9v4", "M17 12v3"),
    "link": (
        "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1.5 1.5",
        "M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1.5-1.5",
    ),
    "more": tuple(f"M{x} 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0z" for x in (4, 11, 18)),
    "mute": ("M6 16v-5a6 6 0 0 1 9-5", "M18 10v7", "M4 19h12", "M4 4l16 16"),
    "people": (
        "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
        "M2 20c0-3.5 3-5.5 7-5.5s7 2 7 5.5",
        "M16 5a3.5 3.5 0 0 1 0 7",
        "M18 15c2.5.6 4 2.2 4 5",
    ),
    "pin": ("M9 4h6l-1 7 4 3v2H6v-2l4-3z", "M12 16v5"),
    "plus": ("M12 5v14", "M5 12h14"),
    "poll": ("M5 20v-8", "M12 20V5", "M19 20v-5"),
    "reply": ("M10 5l-6 6 6 6", "M4 11h9a7 7 0 0 1 7 7"),
    "send": ("M4 4l17 8-17 8 3-8z", "M7 12h8"),
    "smile": (
        "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
        "M8.5 14.5a4.5 4.5 0 0 0 7 0",
        "M9 10v.1",
        "M15 10v.1",
    ),
    "topic": ("M4 5h16v11H10l-5 4v-4H4z", "M8 9h8", "M8 12h5"),
    "trash": ("M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"),
}
TURNING = ("forward", "reply", "send", "topic")  # direction of reading; a pen and a key are things


def drawn() -> dict[str, tuple[str, ...]]:
    """Return name → path data on a 24 × 24 grid."""
    return {name: ICONS[name] for name in SHARED} | OWN


def mirrored() -> list[str]:
    """Return the icons that turn with the direction of reading."""
    return sorted((MIRRORED & set(SHARED)) | set(TURNING))

"""The icons: path data on a 24 × 24 grid, drawn as lines of width 2 in the colour of the text."""

ICONS: dict[str, tuple[str, ...]] = {
    "arrow-end": ("M5 12h14", "M13 6l6 6-6 6"),
    "arrow-start": ("M19 12H5", "M11 6l-6 6 6 6"),
    "chevron-down": ("M6 9l6 6 6-6",),
    "chevron-end": ("M9 6l6 6-6 6",),
    "bell": ("M6 17v-6a6 6 0 0 1 12 0v6l2 2H4z", "M10 22h4"),
    "check": ("M5 12.5l4.5 4.5L19 7.5",),
    "check-circle": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M8 12.5l2.7 2.7L16 9.5"),
    "circle": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",),
    "clock": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 7v5l3 2"),
    "copy": ("M9 9h11v11H9z", "M15 9V4H4v11h5"),
    "cross": ("M6 6l12 12", "M18 6L6 18"),
    "cross-circle": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M9 9l6 6", "M15 9l-6 6"),
    "current": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z"),
    "device": ("M7 3h10v18H7z", "M11 18h2"),
    "document": ("M6 3h8l4 4v14H6z", "M14 3v4h4", "M9 12h6", "M9 16h6"),
    "down": ("M12 5v14", "M6 13l6 6 6-6"),
    "download": ("M12 4v11", "M7 10l5 5 5-5", "M5 20h14"),
    "external": ("M14 4h6v6", "M20 4l-9 9", "M18 14v6H4V6h6"),
    "filter": ("M4 6h16", "M7 12h10", "M10 18h4"),
    "globe": (
        "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
        "M3 12h18",
        "M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9",
        "M12 3c-3 3-3.5 6-3.5 9s.5 6 3.5 9",
    ),
    "half": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 3v18", "M16 6v12", "M14 4v16"),
    "help": (
        "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
        "M9.5 9.5a2.5 2.5 0 1 1 2.5 3v1.5",
        "M12 17v.1",
    ),
    "hint": ("M9 18h6", "M10 21h4", "M12 3a6 6 0 0 0-3.5 10.9V15h7v-1.1A6 6 0 0 0 12 3z"),
    "image": ("M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M15 9v.1"),
    "info": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 11v5", "M12 8v.1"),
    "law": (
        "M12 4v16",
        "M7 20h10",
        "M5 7h14",
        "M5 7l-3 6a3 3 0 0 0 6 0z",
        "M19 7l-3 6a3 3 0 0 0 6 0z",
    ),
    "lock": ("M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"),
    "menu": ("M4 6h16", "M4 12h16", "M4 18h16"),
    "note": ("M5 4h14v16H5z", "M9 9h6", "M9 13h6"),
    "offline": (
        "M4 4l16 16",
        "M9 6.6A6 6 0 0 1 17.5 10 4.5 4.5 0 0 1 20 17",
        "M6 10a4.5 4.5 0 0 0 1 9h9",
    ),
    "partly": ("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M8 12h8"),
    "person": ("M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4 21c0-4.5 3.5-6.5 8-6.5s8 2 8 6.5"),
    "play": ("M8 5l11 7-11 7z",),
    "remember": ("M6 4h12v17l-6-4-6 4z",),
    "safety": ("M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6z", "M12 9v4", "M12 16v.1"),
    "search": ("M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "M15.5 15.5L20 20"),
    "sign-out": ("M14 4H5v16h9", "M10 12h10", "M16 8l4 4-4 4"),
    "source": ("M5 4h6v16H5z", "M13 4h6v16h-6z", "M8 8v.1", "M16 8v.1"),
    "undo": ("M9 6L4 11l5 5", "M4 11h10a5.5 5.5 0 0 1 0 11h-2"),
    "up": ("M12 19V5", "M6 11l6-6 6 6"),
    "warning": ("M12 4L2.5 20h19z", "M12 10v4", "M12 17v.1"),
}

# Reading direction changes what these say; clocks, check marks, media and letters stay.
MIRRORED = frozenset(
    {"arrow-end", "arrow-start", "chevron-end", "external", "help", "sign-out", "source", "undo"}
)

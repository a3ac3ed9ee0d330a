"""The browsers that can open sealed rooms (messaging.md 9): WebCrypto with Ed25519 decides."""

BROWSERS = (
    ("Chrome", "137"),
    ("Edge", "137"),
    ("Firefox", "129"),
    ("Safari", "17"),
)

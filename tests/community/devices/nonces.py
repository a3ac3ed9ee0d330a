"""Ed25519 with a nonce of one's own choice: any number of good signatures by one key (RFC 8032).

The libraries take the nonce from the message, so that the same message gives the same signature.
Nothing but their manners keeps a client from another one.
"""

import hashlib
import secrets

from cryptography.hazmat.primitives import serialization

from tests.community.paper import Key, b64

Q = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, Q - 2, Q) % Q
Point = tuple[int, int]


def _x_of(y: int) -> int:
    square = (y * y - 1) * pow(D * y * y + 1, Q - 2, Q)
    x = pow(square, (Q + 3) // 8, Q)
    if (x * x - square) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    return Q - x if x % 2 else x


_Y = 4 * pow(5, Q - 2, Q) % Q
BASE: Point = (_x_of(_Y), _Y)


def _sum(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + k, Q - 2, Q) % Q
    return x, (y1 * y2 + x1 * x2) * pow(1 - k, Q - 2, Q) % Q


def _times(number: int) -> bytes:
    """Return the base point so many times, as 32 bytes."""
    found, point = (0, 1), BASE
    while number:
        if number & 1:
            found = _sum(found, point)
        point, number = _sum(point, point), number >> 1
    return (found[1] | (found[0] & 1) << 255).to_bytes(32, "little")


def another_signature(key: Key, data: bytes) -> str:
    """Return a signature over the data that is as good as the usual one, and differs from it."""
    seed = key.private.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    secret = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    secret = secret & ((1 << 254) - 8) | 1 << 254
    public = key.private.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    nonce = secrets.randbelow(ORDER)
    point = _times(nonce)
    digest = int.from_bytes(hashlib.sha512(point + public + data).digest(), "little")
    return b64(point + ((nonce + digest * secret) % ORDER).to_bytes(32, "little"))

"""What somebody with every right over the database may try on the record, at random."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

COLUMNS = ("number", "at", "event", "actor", "about", "thing", "body", "previous", "hash")


def write(sql: str, *values: Any) -> None:
    """Change the database past every model and service."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def read(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _last() -> int:
    return int(read("SELECT max(number) FROM portal_auditrow")[0][0])


def _text_bit(chance: random.Random, text: str) -> str:
    if not text:
        return chr(chance.randrange(33, 127))
    place = chance.randrange(len(text))
    while True:
        changed = chr(ord(text[place]) ^ (1 << chance.randrange(7)))
        if changed != "\0":  # PostgreSQL stores none
            return text[:place] + changed + text[place + 1 :]


def flip(chance: random.Random) -> str:
    """One bit of one column of one row."""
    column, number = chance.choice(COLUMNS), chance.randint(1, _last())
    value = read(f"SELECT {column} FROM portal_auditrow WHERE number = %s", number)[0][0]
    if column == "number":
        changed: Any = value ^ (1 << chance.randrange(40))
        taken = read("SELECT 1 FROM portal_auditrow WHERE number = %s", changed)
        changed = -changed if taken else changed
    elif isinstance(value, datetime) and connection.vendor != "sqlite":
        changed = value + timedelta(microseconds=1 << chance.randrange(30))
    elif column == "at":
        stored = read("SELECT CAST(at AS TEXT) FROM portal_auditrow WHERE number = %s", number)
        changed = _text_bit(chance, stored[0][0])
    else:
        changed = _text_bit(chance, value)
    write(f"UPDATE portal_auditrow SET {column} = %s WHERE number = %s", changed, number)
    return f"flip {column} of {number}"


def delete(chance: random.Random) -> str:
    """A row, or some in a row."""
    first = chance.randint(1, _last())
    last = first + chance.choice((0, 0, 1, 5))
    write("DELETE FROM portal_auditrow WHERE number BETWEEN %s AND %s", first, last)
    return f"delete {first} to {last}"


def _swap(one: int, other: int, columns: str) -> None:
    names = columns.split()
    listed = ", ".join(names)
    rows = {
        number: read(f"SELECT {listed} FROM portal_auditrow WHERE number = %s", number)[0]
        for number in (one, other)
    }
    settings = ", ".join(f"{name} = %s" for name in names)
    change = f"UPDATE portal_auditrow SET {settings} WHERE number = %s"
    if "hash" in names:  # unique: make room first
        write("UPDATE portal_auditrow SET hash = 'x' WHERE number = %s", one)
    write(change, *rows[one], other)
    write(change, *rows[other], one)


def swap_numbers(chance: random.Random) -> str:
    """Two rows change places."""
    one, other = chance.sample(range(1, _last() + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        write("UPDATE portal_auditrow SET number = %s WHERE number = %s", new, old)
    return f"swap {one} and {other}"


def swap_contents(chance: random.Random) -> str:
    """Two rows change what they say, hashes and all."""
    one, other = chance.sample(range(1, _last() + 1), 2)
    _swap(one, other, "at event actor about thing body previous hash")
    return f"swap contents of {one} and {other}"


def insert(chance: random.Random) -> str:
    """A copy of a row at the end, in front, or between two rows that make room."""
    last, source = _last(), chance.randint(1, _last())
    place = chance.choice((last + 1, 0, chance.randint(1, last)))
    if 0 < place <= last:
        for number in range(last, place - 1, -1):
            write("UPDATE portal_auditrow SET number = %s WHERE number = %s", number + 1, number)
        source += source >= place
    write(
        "INSERT INTO portal_auditrow SELECT %s, at, event, actor, about, thing, body, previous, %s "
        "FROM portal_auditrow WHERE number = %s",
        place, f"{chance.getrandbits(256):064x}", source,
    )  # fmt: skip
    return f"insert a copy of {source} at {place}"


def cut(chance: random.Random) -> str:
    """The last rows; sometimes the head follows: then only heads kept elsewhere can tell."""
    left = chance.randint(0, _last() - 1)
    rows = read("SELECT hash FROM portal_auditrow WHERE number = %s", left)
    write("DELETE FROM portal_auditrow WHERE number > %s", left)
    if chance.random() < 0.5:
        digest = rows[0][0] if rows else "0" * 64
        write("UPDATE portal_audithead SET number = %s, hash = %s", left, digest)
        return f"cut after {left}, head too"
    return f"cut after {left}"


def head(chance: random.Random) -> str:
    """The head is changed, moved back or removed."""
    number, digest = read("SELECT number, hash FROM portal_audithead")[0]
    match chance.randrange(3):
        case 0:
            write("UPDATE portal_audithead SET hash = %s", _text_bit(chance, digest))
        case 1:
            write("UPDATE portal_audithead SET number = %s", number ^ (1 << chance.randrange(20)))
        case _:
            write("DELETE FROM portal_audithead")
    return "head"


WAYS: tuple[Callable[[random.Random], str], ...] = (
    flip, flip, flip, delete, swap_numbers, swap_contents, insert, cut, head,
)  # fmt: skip


def tamper(seed: int) -> str:
    """Do one thing to the record and say what."""
    chance = random.Random(seed)
    return chance.choice(WAYS)(chance)


def some_deeds(count: int) -> None:
    """Write a record of ``count`` deeds by and about a few people."""
    from types import SimpleNamespace
    from uuid import UUID

    from django.db import transaction

    from portal.audit.services import record

    people = [SimpleNamespace(public_id=UUID(int=number)) for number in range(1, 6)]
    for number in range(count):
        with transaction.atomic():
            match number % 3:
                case 0:
                    record(
                        "sign-in",
                        actor=people[number % 5],
                        facts={"way": "password", "known": True},
                    )
                case 1:
                    record("application.read", actor=people[0], about=people[number % 5])
                case _:
                    record("file.refused", facts={"why": "größer als erlaubt"})

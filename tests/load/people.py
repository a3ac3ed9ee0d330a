"""The directory with 200 and with 20,000 people: search with facets, a page of one person.

``LOAD_PEOPLE`` sets the greater number. Each database is filled in a folder of its own and asked
in a process of its own, in turns with the floor (session and user alone). On SQLite, and as
``directory-postgres`` on PostgreSQL. Growth is from the small to the large.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import django
import psycopg

SMALL, LARGE = 200, int(os.environ.get("LOAD_PEOPLE", "20000"))
TIMES = 60  # requests of each kind
GROWTH_AIM = 5.0  # times the small one, for a hundred times as many people
SEARCH = "/en/community/members/?q=ana&topic=cases&topic=guidance&language=fr&unit=customs"
SIGHTS = ("everybody", "everybody", "region", "groups")


def _people(count: int) -> None:
    """Make members with entries: what they show, their languages, topics and groups vary."""
    from portal.accounts.models import User
    from portal.organisations.models import Organisation, Region, Unit
    from portal.shared import clock
    from portal.vetting.models import Membership

    moment = clock.now()
    countries = [code for code in Region.objects.values_list("pk", flat=True) if code.isupper()]
    Organisation.objects.bulk_create(
        Organisation(
            name=f"Office {number}", found_by=f" office {number}", state="active",
            country_id=countries[number % len(countries)], created_at=moment,
            unit=Unit.values[number % len(Unit.values)],
        )
        for number in range(max(20, count // 20))
    )  # fmt: skip
    offices = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    names = ("Ana", "Bruno", "Chiara", "Dmytro", "Élise", "Fatou", "李", "أحمد")
    User.objects.bulk_create(
        (
            User(
                email=f"person{number}@load.example", password="!",
                name=f"{names[number % len(names)]} Person{number}",
            )
            for number in range(count)
        ),
        batch_size=2_000,
    )  # fmt: skip
    users = list(User.objects.order_by("pk").values_list("pk", flat=True))
    lapses = moment.replace(year=moment.year + 1, day=1)
    Membership.objects.bulk_create(
        (
            Membership(
                user_id=key, tier="member", organisation_id=offices[number % len(offices)],
                post=f"Officer {number % 50}", since=moment, confirmed_at=moment, lapses_at=lapses,
            )
            for number, key in enumerate(users)
        ),
        batch_size=2_000,
    )  # fmt: skip
    _entries(users, moment)
    _groups(users, moment)


def _entries(users: list[int], moment: Any) -> None:
    from community.directory import index
    from community.directory.kinds import FIELDS
    from community.directory.models import Profile, ProfileTerm
    from community.library.vocabulary import TOPICS

    topics, languages = list(TOPICS), ("fr", "en", "es", "ru", "ar", "uk", "zh-hans")
    Profile.objects.bulk_create(
        (
            Profile(
                person_id=key, created_at=moment, confirmed_at=moment, work="Parcels and cases",
                mentor=number % 7 == 0,
                **{f"show_{f}": SIGHTS[(number + at) % 4] for at, f in enumerate(FIELDS)},
            )
            for number, key in enumerate(users)
        ),
        batch_size=2_000,
    )  # fmt: skip
    keys = list(Profile.objects.order_by("pk").values_list("pk", flat=True))
    ProfileTerm.objects.bulk_create(
        (
            ProfileTerm(profile_id=key, facet=facet, value=codes[(number + more) % len(codes)])
            for number, key in enumerate(keys)
            for facet, codes in (("topic", topics), ("language", languages))
            for more in (0, 3)
        ),
        batch_size=2_000,
    )
    index.write(keys)


def _groups(users: list[int], moment: Any) -> None:
    from community.groups.models import Group, GroupMember

    for number in range(20):
        made = Group.objects.create(
            name=f"Group {number}", purpose="p", kind="theme", joining="open", created_at=moment
        )
        GroupMember.objects.bulk_create(
            (
                GroupMember(group=made, person_id=key, state="in", since=moment)
                for key in users[number::20]
            ),
            batch_size=2_000,
        )


def _browser() -> Any:
    from django.test import Client

    from portal.accounts.models import User
    from portal.shared import ratelimit
    from tests.people import signed_in

    for name in ("searches", "directory-lists", "profiles"):
        limit = ratelimit.BY_NAME[name]
        ratelimit.BY_NAME[name] = type(limit)(**{**limit.__dict__, "amount": 10**6})
    return signed_in(User.objects.order_by("pk")[0], client=Client(SERVER_NAME="localhost"))


def _figures(seconds: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(median(seconds) * 1000, 2),
        "p95_ms": round(quantiles(seconds, n=20)[-1] * 1000, 2),
    }


def measure(count: int) -> dict[str, Any]:
    """Fill the database and return the figures of each page."""
    from community.directory import memory
    from community.directory.models import Profile

    began = perf_counter()
    _people(count)
    made = perf_counter() - began
    browser = _browser()
    person = Profile.objects.filter(show_name="everybody").order_by("pk")[1]
    pages = {
        "floor": "/load/session/",
        "search": SEARCH,
        "list": "/en/community/members/",
        "person": f"/en/community/members/{person.public_id}/",
    }
    began = perf_counter()
    memory.current()
    reading = perf_counter() - began
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(TIMES + 3):
        for name, address in pages.items():
            began = perf_counter()
            answer = browser.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{name}: status {answer.status_code}")
            if turn >= 3:
                taken[name].append(perf_counter() - began)
    found: dict[str, Any] = {name: _figures(rows) for name, rows in taken.items()}
    for name in pages:
        found[name]["times_floor"] = round(found[name]["p50_ms"] / found["floor"]["p50_ms"], 2)
    return {
        "people": count, "made_seconds": round(made, 1), "memory_read_ms": round(reading * 1000),
        **found,
    }  # fmt: skip


def _in_a_process(data: Path, count: int) -> dict[str, Any]:
    env = os.environ | {"PORTAL_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.people", str(count)], env=env, capture_output=True,
        text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _made_anew(address: str) -> None:
    """Put a database that was filled back to what a fresh one has."""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("DROP SCHEMA public CASCADE")
        server.execute("CREATE SCHEMA public")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "-v", "0"], check=True,
        stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip


def main() -> None:
    """Measure both sizes, print the figures; 1 where growth misses its aim."""
    from tests.load.probes import finish

    data, on_server = Path(os.environ["PORTAL_DATA"]), os.environ.get("LOAD_DATABASE", "")
    pair = []
    for count in (SMALL, LARGE):
        folder = data.parent / f"people-{count}-{'server' if on_server else 'file'}"
        shutil.copytree(data, folder, dirs_exist_ok=True)
        if on_server and pair:
            _made_anew(on_server)
        pair.append(_in_a_process(folder, count))
    grown = {
        name: round(pair[1][name]["p50_ms"] / pair[0][name]["p50_ms"], 2)
        for name in ("search", "list", "person")
    }
    finish(
        {
            "database": "postgresql" if on_server else "sqlite",
            "aim_growth": GROWTH_AIM, "small": pair[0], "large": pair[1], "growth": grown,
        },
        good=all(one <= GROWTH_AIM for one in grown.values()),
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        django.setup()
        json.dump(measure(int(sys.argv[1])), sys.stdout)
    else:
        main()

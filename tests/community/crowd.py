"""People who are in one case room, written into the data folder of a site that is then served.

Run inside ``manage.py shell``: prints JSON on its last line.
"""

import json
from dataclasses import replace
from typing import Any

from django.conf import settings

from community.devices import lists
from portal.shared import ratelimit
from tests import people
from tests.community.paper import ORIGIN
from tests.community.rooms.world import Case, sealed


def make(count: int) -> dict[str, Any]:
    """Make a room of ``count`` people, all inside, each with a signed-in device."""
    # The people are brought together here, not invited one by one over days.
    ratelimit.BY_NAME["invitations"] = replace(ratelimit.get("invitations"), amount=count)
    settings.ALLOWED_ORIGINS = [*settings.ALLOWED_ORIGINS, ORIGIN]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    office = people.organisation("Office of the crowd")
    papers = [
        sealed(user=people.member(f"Crowd {number}", of=office, email=f"crowd{number}@example.org"))
        for number in range(count)
    ]
    case = Case(*papers)
    assert case.answer.status_code == 201, case.answer.content
    return {
        "room": str(case.id),
        "members_seq": case.row.members_seq,
        "devices_pos": lists.position(),
        "people": [
            {
                "session": paper.client.cookies[settings.SESSION_COOKIE_NAME].value,
                "device": paper.device_id,
                "user": paper.name,
            }
            for paper in papers
        ],
    }


def show(count: int) -> None:
    """Print what ``make`` made."""
    print(json.dumps(make(count)))

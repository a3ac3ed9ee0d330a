"""Members with several signed-in browsers, written into the data folder of a site.

Run inside ``manage.py shell``: prints JSON on its last line. The sign-in form would let nobody in
more than three times in one step of the authenticator app.
"""

import json
from typing import Any

from django.conf import settings

from portal.accounts import step_up
from portal.shared import clock
from tests import people

BROWSERS = 2  # of each person and kind
LONG_AGO = (
    3_000  # seconds: a second factor that is not fresh any more, in a sign-in that is in force
)


def cast(*names: str, moderator: str = "") -> dict[str, Any]:
    """Make members of one office, and a focal point of another one over them. Each has sessions
    whose second factor is fresh, and some where it is not."""
    office = people.organisation(f"Customs office of {names[0]}", country="SN")
    made = {name: people.member(name, of=office, email=_address(name)) for name in names}
    if moderator:
        elsewhere = people.organisation(f"Border police of {moderator}", country="SN")
        made[moderator] = people.member(moderator, of=elsewhere, email=_address(moderator))
        people.with_role(made[moderator], "focal-point", region_id="west-africa")
    return {name: _card(user) for name, user in made.items()}


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@cast.invalid"


def _card(user: Any) -> dict[str, Any]:
    return {
        "fresh": [_session(user) for _ in range(BROWSERS)],
        "stale": [_session(user, LONG_AGO) for _ in range(BROWSERS)],
        "app": people.app_device(user).key.hex(),
    }


def _session(user: Any, age: int = 0) -> str:
    client = people.signed_in(user)
    session = client.session
    session[step_up.SESSION_KEY] = clock.now().timestamp() - age
    session.save()
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def show(*names: str, **options: str) -> None:
    """Print what ``cast`` made."""
    print(json.dumps(cast(*names, **options)))

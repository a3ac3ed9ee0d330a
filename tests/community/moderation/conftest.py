"""Two people in a room with a message between them, and a moderator of their region."""

from types import SimpleNamespace

import pytest

from tests import people
from tests.community.rooms.world import Case, sealed


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ROOT_URLCONF = "tests.community.moderation.urls"


@pytest.fixture
def scene():
    """``reporter`` hosts ``case`` with ``writer``, who wrote ``seq``; ``focal`` moderates."""
    reporter, writer = sealed("Rita Reporter"), sealed("Wim Writer")
    case = Case(reporter, writer)
    focal = people.staff("focal-point", "Fay", region_id="west-africa")
    return SimpleNamespace(
        reporter=reporter, writer=writer, case=case, seq=case.say(writer), focal=focal
    )


def send(scene, by=None, **body):
    """Report the message; returns the answer."""
    words = {"seq": scene.seq, "reason": "This is a threat.", "copy": "We will find you."} | body
    return scene.case.post(by or scene.reporter, "reports", words)

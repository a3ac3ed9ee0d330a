"""Open pages hear that something is new, and ask for it themselves."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from community.discussions.models import Topic
from portal.sockets.codes import Close
from tests.community.discussions.talk import answer, begin, group, reader
from tests.people import member, signed_in
from tests.sockets.test_sockets import closed_with, opened

pytestmark = pytest.mark.django_db(transaction=True)


def place(topic: Topic) -> str:
    return f"/ws/discussions/{topic.public_id}/"


def test_a_reader_is_poked_and_told_nothing_else(asker, other):
    topic = begin(asker)

    async def scene(communicator):
        await communicator.send_to(text_data='{"t": "ping"}')
        assert json.loads(await communicator.receive_from())["t"] == "pong"
        await sync_to_async(answer)(other, topic, "Secretword")
        assert json.loads(await communicator.receive_from(timeout=5)) == {"v": 1, "t": "changed"}

    opened(signed_in(asker), scene, path=place(topic))


@pytest.mark.parametrize("kind", ["outside", "courier", "unverified", "nowhere"])
def test_nobody_else_hears_it(asker, kind):
    topic = begin(asker, group(asker).space)
    who = member(tier="courier" if kind == "courier" else "member")
    path = "/ws/discussions/none/" if kind == "nowhere" else place(topic)

    async def scene(communicator):
        code = await closed_with(communicator)
        assert code in {Close.ROLE_LOST, Close.SIGNED_OUT}

    opened(signed_in(who, verified=kind != "unverified"), scene, path=path)


def test_who_left_the_group_hears_no_more(asker):
    other = reader()
    made = group(asker, other)
    topic = begin(asker, made.space)

    async def scene(communicator):
        await sync_to_async(made.members.filter(person=other).delete)()
        await sync_to_async(answer)(asker, topic)
        assert await closed_with(communicator) == Close.ROLE_LOST

    opened(signed_in(other), scene, path=place(topic))


def test_an_open_page_is_shown_what_is_new(asker, other):
    topic = begin(asker)
    browser = signed_in(asker)
    newer = reverse("discussion_newer", args=[topic.public_id])
    assert not browser.get(f"{newer}?after=1").content.strip()
    answer(other, topic, "Fresh words")
    said = browser.get(f"{newer}?after=1").content.decode()
    assert "1 new post" in said
    assert "Fresh words" not in said
    shown = browser.get(f"{newer}?after=1&show=1").content.decode()
    assert "Fresh words" in shown
    assert 'id="post-2"' in shown
    assert "<html" not in shown
    assert "new post" not in signed_in(other).get(f"{newer}?after=1").content.decode()

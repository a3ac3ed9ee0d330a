"""Two people in six sealed rooms, with all that the site does beside them."""

import asyncio
import base64
import io
import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from django.core.management import call_command
from django_tasks_db.management.commands.db_worker import Worker

from community.devices.models import Device
from community.ids import user_name
from community.messages import services
from community.messages.rules import NewEvent
from portal.notifications.services import choose_pace
from portal.shared import clock
from tests import people
from tests.community.canary import plan
from tests.community.canary.browsers import Browsers
from tests.community.paper import PREFIX
from tests.community.realtime.chat import Chat, later, play

WHOLE_WAY = 5
EVENT = re.compile(r"/api/e2ee/v1/rooms/([^/]+)/events/([^/]+)")
ACK_SECONDS = 2
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def url64(length: int) -> str:
    return base64.urlsafe_b64encode(b"\4" * length).decode().rstrip("=")


class World:
    """The host opens the rooms, the guest joins; both write, and the guest's socket listens."""

    def __init__(self, words: Mapping[str, str], folder: Path) -> None:
        self.words = dict(words)
        self.host, self.guest = people.member("Hana Host"), people.member("Gil Guest")
        for person in (self.guest, people.staff("administrator", "Ada")):
            choose_pace(user=person, pace="at-once")
        self.names = [user_name(person.public_id) for person in (self.host, self.guest)]
        clients = [people.signed_in(person) for person in (self.host, self.guest)]
        for client in clients:
            client.raise_request_exception = False
        self.clients = dict(zip(self.names, clients, strict=True))
        self.browsers = Browsers(self.clients, folder / "browsers.log", self._by_service)
        self._messages = 0
        self.rooms: list[str] = []
        self.devices: dict[str, Device] = {}
        self.first = 0  # number of the first message in the first room
        self.frames: list[dict[str, Any]] = []

    def begin(self) -> None:
        """Set up, open the rooms, join; the guest's browser may be woken."""
        names = [
            {"user": user, "name": person.name}
            for user, person in zip(self.names, (self.host, self.guest), strict=True)
        ]
        done = self.browsers.do(
            "begin", names=names, prefix=PREFIX, forms=plan.forms(self.words)
        )  # fmt: skip
        self.rooms = done["rooms"]
        rows = Device.objects.select_related("user").order_by("pk")
        self.devices = {row.device_id: row for row in rows}
        body = {"endpoint": ENDPOINT, "p256dh": url64(65), "auth": url64(16)}
        assert self.send(1, "POST", "push/subscriptions", body).status_code == 201

    def send(self, who: int, method: str, path: str, body: Any) -> Any:
        """Send a request of a person that no browser of ours would send."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        return self.clients[self.names[who]].generic(
            method, PREFIX + path, data, content_type=kind, HTTP_ORIGIN="http://testserver"
        )

    def path(self, at: int = 0) -> str:
        return f"rooms/{self.rooms[at].lstrip('!').partition(':')[0]}"

    def talk(self) -> None:
        """Say everything while the guest's socket listens."""
        client = self.clients[self.names[1]]
        person = SimpleNamespace(
            key=client.cookies["sessionid"].value, device_id=list(self.devices)[1]
        )  # fmt: skip
        rooms = [SimpleNamespace(name=room) for room in self.rooms]

        async def scene(chat: Chat) -> None:
            await chat.hello(*rooms)  # type: ignore[arg-type]
            heard = asyncio.Event()
            listening = asyncio.create_task(self._listen(chat, heard))
            answering = asyncio.create_task(self._acknowledge(chat))
            said = plan.talk(self.rooms, self.words)
            done = await later(self.browsers.do, "talk", rooms=said)
            self.first = done["rooms"][0]["first"]
            last = [room["last"] for room in done["rooms"]]
            async with asyncio.timeout(300):  # it only ends what hangs
                while self._heard() != last:
                    await heard.wait()
                    heard.clear()
            listening.cancel()
            answering.cancel()

        play(scene, Chat(person))  # type: ignore[arg-type]

    async def _listen(self, chat: Chat, heard: asyncio.Event) -> None:
        while True:
            self.frames.append(await chat.receive(120))
            heard.set()

    async def _acknowledge(self, chat: Chat) -> None:
        """Acknowledge what came every other second, as clients do, however slow the talk is."""
        acknowledged = 0
        while True:
            await asyncio.sleep(ACK_SECONDS)
            newest = max((frame.get("n", 0) for frame in self.frames), default=0)
            if newest > acknowledged:
                acknowledged = newest
                await chat.ack(acknowledged)  # without a cursor: the inbox is the browser's

    def _heard(self) -> list[int]:
        """The last number of each room that came."""
        last: dict[str, int] = {}
        for frame in self.frames:
            if frame["t"] == "events":
                last[frame["room"]] = max(last.get(frame["room"], 0), frame["to_seq"])
        return [last.get(room, 0) for room in self.rooms]

    def _by_service(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Let the service of the address take a message; one in five takes the whole way.

        It costs a third of a request and is all that a request does with the text.
        """
        found = EVENT.fullmatch(asked["path"])
        if not found or asked["method"] != "PUT":
            return None
        self._messages += 1
        if self._messages % WHOLE_WAY == 0 or not self.devices:
            return None
        new = msgspec.json.decode(asked["body"], type=NewEvent)
        device = self.devices[msgspec.json.decode(new.content)["device_id"]]
        sent, _is_new = services.send(
            sender=device.user, device=device, room_id=uuid.UUID(found[1]), txn_id=found[2],
            new=new, ready=lambda: None,
        )  # fmt: skip
        return sent

    def read(self) -> list[dict[str, str]]:
        """What the guest's browser reads in all rooms and files."""
        return list(self.browsers.do("read", rooms=self.rooms)["texts"])

    def end(self) -> int:
        """The guest reports without a copy, the host closes a room; returns the transcript's size."""
        reported = {"room": self.rooms[0], "seq": self.first, "reason": "This is a threat."}
        done = self.browsers.do("end", reported=reported, closed=self.rooms[-1], words={})
        return int(done["size"])

    def pass_time(self) -> str:
        """What timers do, a quarter of an hour and a hundred days later; returns what they print."""
        printed = io.StringIO()
        with clock.held() as now:
            work()
            for seconds in (1000, 3600, 100 * 86_400):
                now.advance(seconds=seconds)
                call_command("message_notices", stdout=printed)
                work()
                call_command("purge_messages", stdout=printed)
        return printed.getvalue()


def work() -> None:
    """Do all tasks that wait, as the worker does."""
    Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id="worker", excluded_queue_names=[],
    ).run()  # fmt: skip

"""Pitfall 11 as a model: whatever is lost, repeated or restarted, every message arrives in order.

The client keeps what the specification lets it keep: the cursor of the last answer it has taken
in, and the last one it acknowledged.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from community.api.errors import ApiError
from community.devices import sync, to_device
from community.devices.models import Device, ToDevice
from portal.shared import clock
from tests.people import member

PAGE = 3  # of an answer, so that inboxes have several


def device(name: str) -> Device:
    moment = clock.now()
    return Device.objects.create(
        user=member(), device_id=name, device_keys={}, created=moment, last_seen_day=moment.date()
    )


class Inbox(RuleBasedStateMachine):
    """One device that reads, two that write to it."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = device("READERREAD")
        self.writers = [device("WRITERAAAA"), device("WRITERBBBB")]
        self.name = f"@{self.reader.user.public_id}:members.invalid"
        self.sent: list[int] = []  # in the order of the answers
        self.done: list[tuple[Device, str, int]] = []  # requests that were answered
        self.read: list[int] = []  # what the client has taken in, copies left out
        self.cursor = self.acknowledged = ""
        self.deleted = 0

    # -- the senders --------------------------------------------------------------------------

    def request(self, writer: Device, txn: str, number: int) -> None:
        to_device.send(
            user=writer.user, device=writer, kind="m.room.encrypted", txn_id=txn,
            messages={self.name: {"*": {"n": number}}},
        )  # fmt: skip

    @rule(who=st.integers(0, 1), times=st.integers(1, 4))
    def write(self, who: int, times: int) -> None:
        for _ in range(times):
            number = len(self.sent)
            made = (self.writers[who], f"t{number}", number)
            self.request(*made)
            self.sent.append(number)
            self.done.append(made)

    @rule(data=st.data())
    def repeat_after_a_lost_answer(self, data: st.DataObject) -> None:
        if self.done:
            self.request(*data.draw(st.sampled_from(self.done)))

    @rule(who=st.integers(0, 1))
    def refuse(self, who: int) -> None:
        with pytest.raises(ApiError):
            to_device.read(
                kind="m.room.encrypted", txn_id="x",
                body={"messages": {self.name: {"*": {"n": "x" * 9000}}}},
            )  # fmt: skip

    # -- the reader ---------------------------------------------------------------------------

    def receive(self) -> dict:
        """Ask from the cursor; the answer must be what follows, without hole or copy."""
        answer = sync.read_sync(self.reader, self.cursor, at_once=PAGE)
        numbers = [one["content"]["n"] for one in answer["to_device"]]
        start = self.place(self.cursor)
        assert numbers == self.sent[start : start + PAGE]
        assert answer["more"] == (len(self.sent) > start + PAGE)
        return answer

    def place(self, cursor: str) -> int:
        """How many messages lie before a cursor; deleted ones never come back."""
        return max(int(cursor.split(".")[1]) if cursor else 0, self.deleted)

    @rule()
    def take_in(self) -> None:
        answer = self.receive()
        for one in answer["to_device"]:
            if one["content"]["n"] == len(self.read):
                self.read.append(one["content"]["n"])
        self.cursor = answer["cursor"]

    @rule()
    def lose_the_answer(self) -> None:
        self.receive()

    @rule()
    def acknowledge(self) -> None:
        if self.cursor:
            sync.acknowledge(self.reader, self.cursor)
            self.deleted = max(self.deleted, self.place(self.cursor))
            self.acknowledged = self.cursor

    @rule()
    def acknowledge_an_old_cursor(self) -> None:
        if self.acknowledged:
            sync.acknowledge(self.reader, self.acknowledged)

    @rule(lost=st.booleans())
    def restart(self, lost: bool) -> None:
        """The tab was killed: the last acknowledged cursor is left, or none at all."""
        self.cursor = "" if lost else self.acknowledged

    # -- what holds always --------------------------------------------------------------------

    @invariant()
    def everything_not_acknowledged_is_kept(self) -> None:
        rows = ToDevice.objects.filter(recipient_device=self.reader).order_by("seq")
        assert [row.content["n"] for row in rows] == self.sent[self.deleted :]
        assert [row.seq for row in rows] == list(range(self.deleted + 1, len(self.sent) + 1))

    @invariant()
    def nothing_is_missing_among_what_was_read(self) -> None:
        assert self.read == self.sent[: len(self.read)]
        assert self.deleted <= len(self.read)

    def teardown(self) -> None:
        """In the end the client reads on until there is no more."""
        while True:
            self.take_in()
            if self.place(self.cursor) == len(self.sent):
                break
        assert self.read == self.sent


@pytest.mark.slow
@pytest.mark.django_db
def test_every_message_is_delivered_in_order_until_it_is_acknowledged():
    run_state_machine_as_test(
        Inbox, settings=settings(max_examples=20, stateful_step_count=20, deadline=None)
    )

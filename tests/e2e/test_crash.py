"""The server is killed again and again while fifty people send: sent = stored = shown, once each.

What is tested is the server's promise (messaging.md 5, guarantees 3, 4 and 6), not the sealing.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from launcher.processes import end
from tests.e2e import serving
from tests.e2e.crowding import Crowd, Listener, send

PEOPLE, EACH = 50, 4
KILLS = 3
PATIENCE = 300  # seconds, of the whole test
WATCHING = (0, 1, 2, 25, 49)


def text_of(number: int, turn: int) -> str:
    return f"P{number:03}T{turn:03}"  # eight letters: base64, as a ciphertext is


async def send_all(crowd: Crowd, number: int) -> None:
    dice = random.Random(number)
    for turn in range(EACH):
        await send(crowd, number, f"t{turn}", text_of(number, turn))
        await asyncio.sleep(dice.uniform(0.3, 0.9))


async def kill_often(crowd: Crowd, data: Path, output: IO[str], holder: list[Any]) -> None:
    """Kill the server without warning and start it again, some times."""
    dice = random.Random(7)
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(1.0, 2.0))
        os.killpg(holder[0].pid, signal.SIGKILL)
        await asyncio.to_thread(holder[0].wait)
        holder[0] = serving.serve(crowd.port, data, output)
        while not await asyncio.to_thread(serving.answers, crowd.port):
            await asyncio.sleep(0.1)


async def storm(crowd: Crowd, data: Path, output: IO[str], holder: list[Any]) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(PEOPLE + 10))
    done = asyncio.Event()
    listeners = [asyncio.create_task(Listener(crowd, number).listen(done)) for number in WATCHING]
    killer = asyncio.create_task(kill_often(crowd, data, output, holder))
    await asyncio.gather(*(send_all(crowd, number) for number in range(PEOPLE)))
    await killer
    done.set()
    await asyncio.gather(*listeners)


def gather(data: Path) -> Crowd:
    """Make the people in a data folder."""
    code = f"from tests.community.crowd import show; show({PEOPLE})"
    made = json.loads(serving.manage(data, "shell", "-v", "0", "-c", code).strip().splitlines()[-1])
    known = (made["room"], made["members_seq"], made["devices_pos"], made["people"])
    return Crowd(serving.free_port(), *known)


def test_nothing_is_lost_or_doubled_when_the_server_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(serving.template(), data)
    serving.collect_static(data)
    crowd = gather(data)
    with (tmp_path / "site.log").open("w", encoding="utf-8") as output:
        holder = [serving.serve(crowd.port, data, output)]
        began = time.monotonic()
        try:
            while not serving.answers(crowd.port):
                assert time.monotonic() - began < 60
                time.sleep(0.1)
            # A thread of its own: the browser tests of the same run have a loop in this one.
            with ThreadPoolExecutor(1) as aside:
                play = asyncio.wait_for(storm(crowd, data, output, holder), PATIENCE)
                aside.submit(asyncio.run, play).result()
        finally:
            end(holder[0])
    sent = {text_of(number, turn) for number in range(PEOPLE) for turn in range(EACH)}
    assert set(crowd.told) == sent
    assert len(set(crowd.told.values())) == len(sent), "two messages under one number"
    order = sorted(sent, key=crowd.told.__getitem__)
    for number in WATCHING:
        shown = crowd.shown[number]
        assert [text for text, times in Counter(shown).items() if times > 1] == []
        assert shown == order, f"person {number} was not shown what was sent, in order"

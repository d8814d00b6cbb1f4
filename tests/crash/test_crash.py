"""An answered settlement survives whatever dies (P2), and is the only one of its message (P1).

Workers and the whole database server are killed with SIGKILL while hospitals send, re-send and
compare. Process kills only: no power loss, no disk faults, one node. The seed is printed; take a
failing one back with TONGCHOU_CRASH_SEED. TONGCHOU_CRASH_KILLS makes a night of the slow one.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .clients import Client
from .cluster import Cluster, programs
from .workers import Workers

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL's programs are not installed"),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds workers in /proc"),
]
COUNTY = Path(__file__).with_name("county.py")
CLIENTS = 6
KILLS = int(os.environ.get("TONGCHOU_CRASH_KILLS", "60"))
BILLS_A_KILL = 100
SEED = int(os.environ.get("TONGCHOU_CRASH_SEED", "0")) or random.SystemRandom().randrange(10**6)
SECONDS_A_KILL = 30


class Site:
    """Database server and workers of one county."""

    def __init__(self) -> None:
        self.cluster = Cluster()
        self.cluster.start()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tongchou.settings",
            "TONGCHOU_DATABASE_URL": self.cluster.url,
            "TONGCHOU_DIR": str(self.cluster.folder / "files"),
        }

    def county(self, *arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, COUNTY, *arguments],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    try:
        yield found
    finally:
        found.cluster.remove()


def kill_as_they_go(
    site: Site, workers: Workers, clients: list[Client], kills: list[str], chance: random.Random
) -> None:
    """Kill in step with the messages answered, so that each kill meets some on their way."""
    bills = sum(len(client.messages) for client in clients)
    for number, victim in enumerate(kills, 1):
        until = time.monotonic() + SECONDS_A_KILL
        while sum(len(c.answers) for c in clients) < bills * number // (len(kills) + 1):
            workers.tend()
            assert time.monotonic() < until, f"nothing moves before kill {number}"
            assert not [client.trouble for client in clients if client.trouble]
            time.sleep(0.005)
        time.sleep(chance.random() / 20)
        if victim == "worker":
            workers.kill_one(chance)
        else:
            site.cluster.kill()
            site.cluster.start()


def finish(workers: Workers, clients: list[Client]) -> None:
    while any(client.is_alive() for client in clients):
        workers.tend()
        time.sleep(0.05)
    assert [client.trouble for client in clients if client.trouble] == []


def check(site: Site, clients: list[Client], bills: int) -> None:
    answers = {msgid: texts for c in clients for msgid, texts in c.answers.items()}
    changed = [msgid for msgid, texts in answers.items() if len(texts) != 1]
    refused = [t for texts in answers.values() for t in texts if json.loads(t)["infcode"] != 0]
    found = site.county("audit")
    stored, there = found["answers"], set(found["settlements"])
    lost = [
        msgid
        for msgid, texts in answers.items()
        if stored.get(msgid) not in texts or found["settled"].get(msgid) not in there
    ]
    assert (len(answers), changed, refused, lost) == (bills, [], [], [])
    assert len(there) == found["acts_settled"] == found["replayed"] == bills
    for what in ("settled_twice", "books", "trail", "differences", "versions_astray"):
        assert found[what] == [], what


@pytest.mark.parametrize("kills", [5, pytest.param(KILLS, marks=pytest.mark.slow, id="long")])
def test_nothing_answered_is_lost_whatever_is_killed(site: Site, kills: int) -> None:
    print(f"TONGCHOU_CRASH_SEED={SEED}")
    chance = random.Random(SEED)
    bills = BILLS_A_KILL * (kills + 1)
    # One kill in five takes the database server.
    victims = ["worker", "worker", "database", "worker", "worker"]
    county = site.county("fill", str(bills))
    workers = Workers(site.environment, site.cluster.folder)
    clients = [
        Client(workers.port, county["hospitals"], county["jobs"][n::CLIENTS], SEED + n)
        for n in range(CLIENTS)
    ]
    try:
        workers.wait()
        for client in clients:
            client.start()
        order = [victims[n % len(victims)] for n in range(kills)]
        kill_as_they_go(site, workers, clients, order, chance)
        finish(workers, clients)
        # After it all, each message once more: the first answer, to the byte.
        for client in clients:
            client.send_all_again()
    finally:
        workers.stop()
    check(site, clients, bills)
    print(f"{bills} bills, {sum(c.sent for c in clients)} sends, {kills} kills")

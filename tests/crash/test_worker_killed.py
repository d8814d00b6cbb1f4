"""A worker killed with SIGKILL in the middle of a comparison: another does it, whole and once."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

COUNTY = Path(__file__).with_name("roster_county.py")
SEED = int(os.environ.get("TONGCHOU_CRASH_SEED", "0")) or random.SystemRandom().randrange(10**6)
KILLS = 2  # a third death gives the work up
SECONDS = 90


class Office:
    """An installation on SQLite with a worker of its own."""

    def __init__(self, folder: Path, kind: str = "rosters.compare") -> None:
        self.kind = kind
        self.file = folder / "county.sqlite3"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tongchou.settings",
            "TONGCHOU_DATABASE_URL": f"sqlite:///{self.file}",
            "TONGCHOU_DIR": str(folder),
        }
        self.log = folder / "worker.log"

    def county(self, what: str) -> Any:
        done = subprocess.run(
            [sys.executable, COUNTY, what],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    def work(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "django", "work"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def state(self) -> str:
        """Return how the last job stands; read beside the program, to be quick."""
        with closing(sqlite3.connect(self.file, timeout=20)) as books:
            row = books.execute(
                "select state from jobs_job where kind = ? order by id desc", (self.kind,)
            ).fetchone()
        return str(row[0])

    def taken_to(self, tries: int, done: int) -> bool:
        """Say whether the last job was taken so often, and has come so far."""
        with closing(sqlite3.connect(self.file, timeout=20)) as books:
            row = books.execute(
                "select tries, done from jobs_job where kind = ? order by id desc", (self.kind,)
            ).fetchone()
        return bool(row[0] >= tries and row[1] >= done)

    def until(self, *states: str) -> str:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if (found := self.state()) in states:
                return found
            time.sleep(0.005)
        raise AssertionError(self.log.read_text("utf-8", "replace")[-4000:])


@pytest.mark.slow
def test_a_comparison_survives_its_worker(tmp_path: Path) -> None:
    print(f"TONGCHOU_CRASH_SEED={SEED}")
    chance = random.Random(SEED)
    office = Office(tmp_path)
    office.county("fill")
    office.county("ask")
    killed = 0
    for _ in range(KILLS):
        worker = office.work()
        office.until("running", "done")
        time.sleep(chance.random() / 4)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        killed += office.state() == "running"
        office.county("silence")
    assert killed, "no kill met the work on its way"
    worker = office.work()
    try:
        assert office.until("done", "failed") == "done"
    finally:
        worker.terminate()
        worker.wait(20)
    found = office.county("audit")
    assert len(found["runs"]) == found["acts"] == 1
    assert found["listed"] + found["open"] == 1200
    assert found["trail"] == {}
    # Done again by a worker that nobody kills, it says the same.
    office.county("ask")
    worker = office.work()
    try:
        assert office.until("done", "failed") == "done"
    finally:
        worker.terminate()
        worker.wait(20)
    again = office.county("audit")
    assert {**again, "acts": 1} == found


@pytest.mark.slow
def test_the_demonstration_s_year_of_lists_survives_its_worker(tmp_path: Path) -> None:
    print(f"TONGCHOU_CRASH_SEED={SEED}")
    chance = random.Random(SEED)
    office = Office(tmp_path, "demo.lists")
    office.county("build")
    for tries, month in ((1, 2), (2, 5)):
        worker = office.work()
        end = time.monotonic() + SECONDS
        # Taken by this worker: the months that the last one had done may be enough already.
        while not office.taken_to(tries, month) and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.random())
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert office.state() == "running", "the kill did not meet the work on its way"
        office.county("silence")
    worker = office.work()
    try:
        assert office.until("done", "failed") == "done"
    finally:
        worker.terminate()
        worker.wait(20)
    found = office.county("audit-lists")
    assert (found["tries"], found["done"], found["reason"]) == (3, 13, "")
    assert len(set(found["months"])) == len(found["months"]) == 12
    assert found["states"] == ["issued"] * 11 + ["tried"]
    assert (found["senders"], found["twice"], found["faults"]) == (6, 0, [])

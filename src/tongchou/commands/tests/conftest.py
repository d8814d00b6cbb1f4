"""Running the program as a user does."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOOD = {
    "claim_id": "c1",
    "person": "p1",
    "settled_at": "2019-03-01T09:30:00",
    "visit": "inpatient",
    "level": "level3",
    "out_of_area": False,
    "identity": [],
    "total": "12345.67",
    "in_scope": "12345.67",
}
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def program() -> list[str]:
    """The words that start the program in this interpreter."""
    return [sys.executable, "-c", "from tongchou.commands.main import main; main()"]


@pytest.fixture
def run(program: list[str], tmp_path: Path) -> Run:
    """Run `tongchou` with arguments in an empty directory, on the given standard input."""

    def runner(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*program, *arguments], input=stdin, capture_output=True, cwd=tmp_path, check=False
        )

    return runner


@pytest.fixture
def lines() -> Callable[..., bytes]:
    """JSON lines of good claims c1, c2, ..., each with its changes."""

    def make(*several: dict[str, Any]) -> bytes:
        records = [
            one if "reverse" in one else GOOD | {"claim_id": f"c{number}"} | one
            for number, one in enumerate(several, 1)
        ]
        return b"".join(json.dumps(one).encode() + b"\n" for one in records)

    return make

"""Every command of the hospital guide runs as pasted, and is answered as printed."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from tongchou.demo.tests.served import Served, environment
from tongchou.exchange.addresses import NAMES
from tongchou.exchange.transactions import OFFERED

from .blocks import blocks, part


def says(expected: Any, found: Any) -> bool:
    """Whether `found` has all that `expected` prints; … stands for anything."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            key in found and says(value, found[key]) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(says, expected, found))
    if isinstance(expected, str) and "…" in expected:
        return bool(re.fullmatch(".+".join(map(re.escape, expected.split("…"))), found))
    return bool(expected == found)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide uses curl")
def test_the_guide_from_signing_in_to_reconciling(served: Served) -> None:
    found = blocks("hospital-interface.md", "bash", "json")
    script = "set -euo pipefail\n" + "".join(text for kind, text in found if kind == "bash")
    pasted = ["bash", "-c", script]
    done = subprocess.run(
        pasted, cwd=served.above, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    printed = [json.loads(text) for kind, text in found if kind == "json"]
    assert len(answers) == len(printed)
    for expected, answer in zip(printed, answers, strict=True):
        assert says(expected, answer), (expected, answer)
    assert "答复相同" in done.stdout


def test_the_transactions_listed_are_those_offered() -> None:
    listed = re.findall(r"(\w{4,5}) ([^、。\s]+)", part("hospital-interface.md", "offered"))
    assert dict(listed) == {code: str(NAMES[code]) for code in OFFERED}

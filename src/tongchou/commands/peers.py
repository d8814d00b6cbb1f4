"""The same two-tier work done by other engines, from a directory of their benchmark scripts.

Each script prints one JSON object with `name` and `claims_per_s`, and takes the number of claims
and the place of its data from PEER_RULES_N and PEER_RULES_DATA.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tongchou.commands.figures import Figure

_GENERATOR = "gen.py"
# The way of running each that is exact to the fen and kindest to it.
_SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("a_decimal.py",),
    ("a2_int.py",),
    ("b_numpy.py", "cumsum"),
    ("c_polars.py",),
    ("d_duckdb.py",),
    ("e_openfisca.py", "int"),
    ("f_zen.py", "evaluate"),
)


class PeersFailed(RuntimeError):
    """The peers' data could not be made; str() says why, in Chinese."""


def measure_peers(scripts: Path, claims: int, note: Callable[[str], None]) -> list[Figure]:
    """Claims per second of every peer whose libraries are installed; `note` hears of the others.

    Raises PeersFailed if the directory has no generator of claims, or it fails.
    """
    figures = []
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"PEER_RULES_N": str(claims), "PEER_RULES_DATA": data}
        made = _run(scripts, (_GENERATOR,), environment)
        if made.returncode:
            raise PeersFailed(f"{scripts / _GENERATOR}: {_last_line(made.stderr)}")
        for script in _SCRIPTS:
            done = _run(scripts, script, environment)
            if done.returncode:
                note(f"{script[0]}: {_last_line(done.stderr)}")
                continue
            answer = json.loads(_last_line(done.stdout))
            pace = answer["claims_per_s"] / 1_000_000
            figures.append(Figure(answer["name"], (pace,), "百万笔/秒"))
    return figures


def _run(
    scripts: Path, script: tuple[str, ...], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    name, *arguments = script
    return subprocess.run(
        [sys.executable, str(scripts / name), *arguments],
        cwd=scripts, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "没有说明"

"""CPU time and memory of other processes of this machine, where the system tells (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PROC = Path("/proc")


def family(pid: int) -> list[int]:
    """Return `pid` and all its descendants; only itself where the system does not tell."""
    children: dict[int, list[int]] = {}
    for one in _PROC.glob("[0-9]*"):
        if (fields := _fields(int(one.name))) is not None:
            children.setdefault(int(fields[1]), []).append(int(one.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU seconds that `pids` have taken; those that are gone count nothing."""
    return sum(
        (int(fields[11]) + int(fields[12])) / _TICKS
        for pid in pids
        if (fields := _fields(pid)) is not None
    )


def busy_seconds() -> float:
    """Return the CPU seconds that the whole machine has been busy, or 0 where it does not tell."""
    try:
        first = (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, first)
    return (user + nice + system + irq + softirq + steal) / _TICKS


def command_of(pid: int) -> str:
    """Return the name of the program of `pid`, or nothing."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def resident_megabytes(pids: Iterable[int]) -> float:
    """Return the memory that `pids` hold together, what they share counted for each."""
    pages = 0
    for pid in pids:
        try:
            pages += int((_PROC / str(pid) / "statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _fields(pid: int) -> list[str] | None:
    """Return the fields of /proc/<pid>/stat behind the name, state first."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None

"""Progress shows on a terminal, after a while, and goes away."""

import io

import pytest

from tongchou.commands.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("tongchou.commands.progress.time.monotonic", lambda: now[0])
    return now


def test_a_long_run_is_shown_and_cleared(clock: list[float]) -> None:
    terminal = Terminal()
    shown = Progress("结算", terminal)
    clock[0] = 2.0
    for _ in range(1024):
        shown.tick()
    assert "已结算 512 行，每秒 256 行" in terminal.getvalue()
    shown.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_short_run_and_a_file_see_nothing(clock: list[float]) -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream, seconds in ((terminal, 0.5), (file, 9.0)):
        shown = Progress("结算", stream)
        clock[0] += seconds
        for _ in range(2048):
            shown.tick()
        shown.clear()
        assert stream.getvalue() == ""

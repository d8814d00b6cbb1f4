"""How far a long command is, on a terminal's standard error and nowhere else."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_EVERY_ROWS = 512
_EVERY_SECONDS = 0.5
_FIRST_AFTER_SECONDS = 1.0


class Progress:
    """Counts rows; after a second of work shows the count and the pace in one line."""

    def __init__(self, verb: str, stream: TextIO | None = None) -> None:
        self._verb = verb
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._rows = 0
        self._began = time.monotonic()
        self._next = self._began + _FIRST_AFTER_SECONDS
        self._shown = False

    def tick(self) -> None:
        """One more row is done."""
        self._rows += 1
        if self._terminal and self._rows % _EVERY_ROWS == 0 and time.monotonic() >= self._next:
            self._show()

    def clear(self) -> None:
        """Take the line off the terminal, so that other words can follow."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False

    def _show(self) -> None:
        now = time.monotonic()
        pace = int(self._rows / (now - self._began))
        self._stream.write(f"\r\x1b[K已{self._verb} {self._rows:,} 行，每秒 {pace:,} 行")
        self._stream.flush()
        self._shown = True
        self._next = now + _EVERY_SECONDS


class Line:
    """One line of words in place on a terminal, and nothing elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._next = 0.0

    def show(self, words: str) -> None:
        """Show `words` in place of those before, at most twice a second."""
        now = time.monotonic()
        if self._terminal and now >= self._next:
            self._stream.write(f"\r\x1b[K{words}")
            self._stream.flush()
            self._next = now + _EVERY_SECONDS

    def clear(self) -> None:
        """Take the line off the terminal."""
        if self._terminal and self._next:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

"""A load generator: ready-made HTTP requests over a few connections, each sent when the last
was answered.

Plain sockets and one thread, so that it takes a small part of one core while a server is measured
on the same machine.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"
_MOST_READ = 65_536
_PATIENCE = 10.0  # seconds for an answer


@dataclass(slots=True)
class Load:
    """What was seen between the end of the warm-up and the end of the measurement."""

    seconds: float = 0.0
    micros: list[int] = field(default_factory=list)  # of the answers that came within
    answered: int = 0  # of all, warm-up and the answers under way at the end included
    failed: list[bytes] = field(default_factory=list)  # answers without the mark, broken ones

    @property
    def rate(self) -> float:
        return len(self.micros) / self.seconds if self.seconds else 0.0

    def millis(self, share: float) -> float:
        """Return the latency below which `share` of the answers came, in milliseconds."""
        ordered = sorted(self.micros)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000


@dataclass(slots=True)
class _Line:
    """One connection with the request under way."""

    socket: socket.socket
    sent_at: int = 0
    got: bytearray = field(default_factory=bytearray)


class Exhausted(Exception):
    """The requests did not last for the measurement."""


def drive(
    address: tuple[str, int],
    requests: Iterable[bytes],
    *,
    connections: int,
    warm_up: float,
    seconds: float,
    mark: bytes,
    at_edges: Callable[[], None],
) -> Load:
    """Send `requests` for `warm_up` and then `seconds`; an answer must contain `mark`.

    `at_edges` is called when the measurement begins and when it ends. What is under way at the end
    is waited for. Raises Exhausted, OSError.
    """
    waiting, load = deque(requests), Load()
    begin = time.perf_counter_ns() + int(warm_up * 1e9)
    end = begin + int(seconds * 1e9)
    edges = [begin, end]
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = _Line(socket.create_connection(address, _PATIENCE))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.socket, selectors.EVENT_READ, line)
            _send(line, waiting)
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                raise TimeoutError(f"no answer within {_PATIENCE:.0f} s")
            for key, _events in ready:
                line = key.data
                line.got += line.socket.recv(_MOST_READ) or _closed()
                if not _is_whole(line.got):
                    continue
                now = time.perf_counter_ns()
                while edges and now >= edges[0]:
                    del edges[0]
                    at_edges()
                _note(load, line, now if begin <= now < end else None, mark)
                if now < end:
                    _send(line, waiting)
                else:
                    selector.unregister(line.socket)
                    line.socket.close()
    load.seconds = seconds
    return load


def _closed() -> bytes:
    raise ConnectionError("the server closed a connection before it had answered")


def _send(line: _Line, waiting: deque[bytes]) -> None:
    if not waiting:
        raise Exhausted
    line.got.clear()
    line.sent_at = time.perf_counter_ns()
    line.socket.sendall(waiting.popleft())


def _note(load: Load, line: _Line, now: int | None, mark: bytes) -> None:
    load.answered += 1
    if mark not in line.got:
        load.failed.append(bytes(line.got))
    if now is not None:
        load.micros.append((now - line.sent_at) // 1000)


def _is_whole(got: bytearray) -> bool:
    head = got.find(_END_OF_HEAD)
    if head < 0:
        return False
    fields = bytes(got[:head]).lower()
    at = fields.find(_LENGTH)
    length = int(fields[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return len(got) >= head + len(_END_OF_HEAD) + length

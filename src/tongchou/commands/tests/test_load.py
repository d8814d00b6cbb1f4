import os
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tongchou.commands.load import Exhausted, drive
from tongchou.commands.processes import cpu_seconds, family, resident_megabytes

GOOD, BAD = b'{"infcode":0,"x":"' + b"y" * 100_000 + b'"}', b'{"infcode":-1}'


class Answers(socketserver.StreamRequestHandler):
    """Answers each request of one line: `bad` with a refusal, others in two pieces."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            body = BAD if line.startswith(b"bad") else GOOD
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
            self.wfile.flush()
            self.wfile.write(body)


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ("127.0.0.1", int(server.server_address[1]))
        server.shutdown()


def test_answers_are_counted_timed_and_read_whole(address: tuple[str, int]) -> None:
    edges: list[str] = []
    load = drive(
        address,
        [b"good\n"] * 200_000,
        connections=3,
        warm_up=0.1,
        seconds=0.3,
        mark=b'"infcode":0,',
        at_edges=lambda: edges.append("edge"),
    )
    assert edges == ["edge", "edge"]
    assert not load.failed
    assert 0 < len(load.micros) < load.answered
    assert load.rate == len(load.micros) / 0.3
    assert 0 < load.millis(0.5) <= load.millis(0.99) <= load.millis(1)


def test_an_answer_without_the_mark_is_a_failure(address: tuple[str, int]) -> None:
    load = drive(
        address,
        [b"bad\n", *[b"good\n"] * 200_000],
        connections=1,
        warm_up=0.0,
        seconds=0.1,
        mark=b'"infcode":0,',
        at_edges=lambda: None,
    )
    assert len(load.failed) == 1
    assert load.failed[0].endswith(BAD)


def test_too_few_requests_are_told(address: tuple[str, int]) -> None:
    with pytest.raises(Exhausted):
        drive(
            address,
            [b"good\n"] * 3,
            connections=1,
            warm_up=0.0,
            seconds=5.0,
            mark=b"",
            at_edges=lambda: None,
        )


def test_a_process_is_seen() -> None:
    if not os.path.isdir("/proc/self"):
        pytest.skip("needs /proc")
    assert os.getpid() in family(os.getpid())
    assert cpu_seconds([os.getpid()]) > 0
    assert resident_megabytes([os.getpid()]) > 1
    assert cpu_seconds([0]) == 0.0

"""What of an HTTP request is read, and what is turned away before it is a message."""

from io import BytesIO
from typing import Any

import pytest

from tongchou.exchange.arrival import Arrival, TurnedAway
from tongchou.exchange.jsontext import MOST_BYTES, MOST_BYTES_OF_A_FILE

CHUNKED = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}


def arrival(body: bytes, over: dict[str, Any] | None = None, path: str = "/fsi/api") -> Arrival:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return Arrival({k: v for k, v in {**environ, **(over or {})}.items() if v is not None})


def test_announced_body() -> None:
    assert arrival(b"{}").body() == b"{}"
    assert arrival(b"{} and the next request", {"CONTENT_LENGTH": "2"}).body() == b"{}"


def test_body_without_a_length() -> None:
    chunked = arrival(b"{}", CHUNKED)
    assert chunked.body() == b"{}"
    assert arrival(b"{}", {"CONTENT_LENGTH": None}).body() == b"", "nobody says where it ends"
    assert arrival(b"{}", {"CONTENT_LENGTH": "two"}).body() == b""


def test_cut_off_body() -> None:
    with pytest.raises(TurnedAway, match="没有收全") as refused:
        arrival(b"{", {"CONTENT_LENGTH": "2"}).body()
    assert refused.value.status == 400


def test_body_whose_sender_is_gone() -> None:
    class Gone:
        def read(self, _size: int) -> bytes:
            raise ConnectionResetError

    with pytest.raises(TurnedAway) as refused:
        arrival(b"{}", {"wsgi.input": Gone()}).body()
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("length", "path", "status"),
    [
        (MOST_BYTES, "/fsi/api", None),
        (MOST_BYTES + 1, "/fsi/api", 413),
        (MOST_BYTES + 1, "/fsi/api/fileupload/upload", None),
        (MOST_BYTES_OF_A_FILE + 1, "/fsi/api/fileupload/upload", 413),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
def test_most_that_is_read(length: int, path: str, status: int | None, announced: bool) -> None:
    asked = arrival(b"x" * length, None if announced else CHUNKED, path)
    if status is None:
        assert len(asked.body()) == length
        return
    with pytest.raises(TurnedAway) as refused:
        asked.body()
    assert refused.value.status == status

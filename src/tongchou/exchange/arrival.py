"""A request to the gateway as the server hands it on, read no further than a message needs."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongchou.exchange.jsontext import MOST_BYTES, MOST_BYTES_OF_A_FILE

_FILE_PATH = "/fileupload/upload"
_FILE_NODE = b'"fsUploadIn"'


class TurnedAway(Exception):
    """A request that is no message: said by its HTTP status as well."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Arrival:
    """One HTTP request (WSGI, PEP 3333)."""

    environ: dict[str, Any]

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        return str(self.environ.get("PATH_INFO", ""))

    def header(self, name: str) -> str:
        """Return a header by its CGI name (`X_TIF_NONCE`), or nothing."""
        return str(self.environ.get(f"HTTP_{name}", ""))

    def body(self) -> bytes:
        """Return the raw body. Raises TurnedAway: cut off, or more than any message needs."""
        length = self._length()
        if length is not None and length > MOST_BYTES_OF_A_FILE:
            raise _too_large()
        try:
            stream = self.environ["wsgi.input"]
            body: bytes = stream.read(MOST_BYTES_OF_A_FILE + 1 if length is None else length)
        except OSError:
            raise _cut_off() from None
        if length is not None and len(body) < length:
            raise _cut_off()
        most = MOST_BYTES_OF_A_FILE if self._is_file(body) else MOST_BYTES
        if len(body) > most:
            raise _too_large()
        return body

    def _length(self) -> int | None:
        """Return the announced length; None where a server ends a body that has none (chunked)."""
        given = str(self.environ.get("CONTENT_LENGTH", ""))
        if given.isascii() and given.isdigit():
            return int(given)
        return None if self.environ.get("wsgi.input_terminated") else 0

    def _is_file(self, body: bytes) -> bool:
        return self.path.endswith(_FILE_PATH) or _FILE_NODE in body[:4096]


def _cut_off() -> TurnedAway:
    return TurnedAway(400, _("报文没有收全，请用同一报文号重发"))


def _too_large() -> TurnedAway:
    return TurnedAway(413, _("报文过大，请分开上传"))

"""Django's test client before the gateway's door, as the served application has it."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from tongchou.exchange.addresses import is_gateway
from tongchou.exchange.door import GatewayDoor


class _Handler(ClientHandler):
    def __call__(self, environ: dict[str, Any]) -> Any:
        if not is_gateway(environ["PATH_INFO"]):
            return super().__call__(environ)
        response = HttpResponse()

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            response.status_code = int(status.split(maxsplit=1)[0])
            for name, value in headers:
                response[name] = value

        response.content = b"".join(GatewayDoor(_no_page)(environ, start))
        response.wsgi_request = WSGIRequest(environ)  # type: ignore[attr-defined]
        return response


def _no_page(_environ: dict[str, Any], _start: Any) -> list[bytes]:
    raise AssertionError("a page was asked for behind the door")


class GatewayClient(Client):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.handler = _Handler(self.handler.enforce_csrf_checks)

"""The door of hospital systems: it stands before the pages' application.

Messages need no session, no cookie and no middleware; a page's request cycle would cost a third
of what a bill takes in Python.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from tongchou.exchange.addresses import is_gateway
from tongchou.exchange.arrival import Arrival
from tongchou.exchange.gateway import respond

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class GatewayDoor:
    """A WSGI application that answers the gateway's addresses and hands on all others."""

    def __init__(self, pages: Application) -> None:
        self.pages = pages

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not is_gateway(environ.get("PATH_INFO", "")):
            return self.pages(environ, start_response)
        answer = respond(Arrival(environ))
        start_response(_STATUS[answer.status], answer.headers)
        return [answer.body]

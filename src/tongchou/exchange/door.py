"""Answers the national interface before any page machinery runs: no session, no CSRF, no sign-in
of people; a message proves its sender by its own signature."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tongchou.exchange.addresses import is_gateway
from tongchou.exchange.gateway import respond


class GatewayDoor:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_gateway(request.path_info):
            return respond(request)
        return self.get_response(request)

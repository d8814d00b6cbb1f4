"""Ends an idle session, and the session of a user who was disabled meanwhile."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tongchou.platform import clock
from tongchou.platform.accounts import services
from tongchou.platform.authority.roles import UNATTENDED

SEEN = "seen"
# A session is written at most so often, not at each page.
STEP_SECONDS = 60
POLL_HEADER = "X-Tc-Poll"


class SignedInWithinIdleLimit:
    """A page that asks by itself (header X-Tc-Poll) does not count as its user being there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.session.session_key or not request.user.is_authenticated:
            return self.get_response(request)
        now = int(clock.now().timestamp())
        seen = request.session.get(SEEN, now)
        attended = request.user.role not in UNATTENDED
        if attended and now - seen > settings.IDLE_LIMIT_MINUTES * 60:
            services.record_end(user=request.user, idle=True)
            logout(request)
            address = f"{reverse('accounts:sign-in')}?idle=1"
            if request.headers.get("HX-Request"):
                return HttpResponseClientRedirect(address)
            return redirect(address)
        polling = POLL_HEADER in request.headers
        if SEEN not in request.session or (now - seen >= STEP_SECONDS and not polling):
            request.session[SEEN] = now
        return self.get_response(request)

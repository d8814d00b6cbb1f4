"""The gate in front of every page: who is signed in, and whether the post holds the right (P15).

A view carries `.required_right`, so that a test can go through the whole table of addresses: a
right of `authority.roles`, `SIGNED_IN` (anybody who is signed in) or `PUBLIC` (anybody).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.views import View
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from tongchou.platform.accounts.models import User
from tongchou.platform.authority.roles import ALL_RIGHTS, RIGHTS, ROLES
from tongchou.platform.refusal import NotAllowed, Refused

PUBLIC = "public"
SIGNED_IN = "signed-in"

ViewFunction = Callable[..., HttpResponseBase]


class GatedView(Protocol):
    required_right: str

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; for views behind a gate."""
    assert isinstance(request.user, User)
    return request.user


def public(view: ViewFunction) -> GatedView:
    """Mark a page that needs nobody to be signed in."""
    gated = cast(GatedView, view)
    gated.required_right = PUBLIC
    return gated


def signed_in(view: ViewFunction) -> GatedView:
    """Let anybody in who is signed in."""
    return _gate(view, SIGNED_IN)


def right_required(right: str) -> Callable[[ViewFunction], GatedView]:
    """Let in users whose post holds `right`; others see the page that says who can grant it.

    A `NotAllowed` from the context's access functions becomes the same page (403), any other
    `Refused` that the view did not show beside its field becomes a page with the reason (409).
    """
    assert right in ALL_RIGHTS, f"authority.roles lists no right {right}"
    return lambda view: _gate(view, right)


def _gate(view: ViewFunction, right: str) -> GatedView:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        if right != SIGNED_IN and not request.user.may(right):
            return no_right(request, right=right)
        try:
            answer = view(request, *args, **kwargs)
        except NotAllowed as refusal:
            return no_right(request, reason=refusal.reason)
        except Refused as refusal:
            return _stop(request, "refused", {"refusal": refusal}, 409)
        # What somebody saw must not be there for the next person at the same desk.
        add_never_cache_headers(answer)
        return answer

    marked = cast(GatedView, gated)
    marked.required_right = right
    return marked


def may_open(user: User, address: str) -> bool:
    """Say whether the gate would let the user in at an address of ours, for links on pages."""
    try:
        view = resolve(urlsplit(address).path).func
    except Resolver404:
        return False
    right = getattr(view, "required_right", None)
    return right in (PUBLIC, SIGNED_IN) or (right is not None and user.may(right))


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Send to the sign-in page and back; a partial update takes the whole page there."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        asked = redirect_to_login(htmx.current_url_abs_path or "/")
        return HttpResponseClientRedirect(asked.url)
    return redirect_to_login(request.get_full_path())


def no_right(request: HttpRequest, *, right: str = "", reason: str = "") -> HttpResponse:
    """Render the designed page of a missing right."""
    holders = [str(ROLES[role]) for role, rights in RIGHTS.items() if right in rights]
    return _stop(request, "no_right", {"reason": reason, "holders": holders}, 403)


def _stop(request: HttpRequest, page: str, context: dict[str, Any], status: int) -> HttpResponse:
    """Say why there is nothing to see: a whole page, or only its text into the page being read."""
    if not getattr(request, "htmx", None):
        return render(request, f"ui/{page}.html", context, status=status)
    part = render(request, f"ui/parts/{page}.html", context, status=status)
    return retarget(reswap(part, "innerHTML"), "#tc-main")


class AccessMixin(View):
    """The same gate for a class view: `right` is a right of `authority.roles`."""

    right: str

    @classmethod
    def as_view(cls, **initkwargs: Any) -> GatedView:
        return right_required(cls.right)(super().as_view(**initkwargs))

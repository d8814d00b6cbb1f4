"""What every page's shell shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tongchou.platform import clock
from tongchou.platform.ui import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the shell's values; the menu is worked out only by pages that draw it."""
    user = getattr(request, "user", None)
    values: dict[str, Any] = {"user": user, "demonstration": settings.DEMO, "now": clock.now()}
    if user is not None and user.is_authenticated:
        values["menu"] = SimpleLazyObject(lambda: menu.menu_for(request))
        values["bottom_tabs"] = SimpleLazyObject(lambda: menu.tabs_for(request))
    return values

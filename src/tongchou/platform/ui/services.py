"""A user's own views of lists. A preference, not an act: it leaves no trail."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.platform.refusal import Refused
from tongchou.platform.ui.models import SavedView

VIEWS_LIMIT = 12


def save_view(*, user: Any, page: str, name: str, query: str) -> SavedView:
    """Keep the conditions under `name`; the same name again replaces them."""
    name = name.strip()
    if not 0 < len(name) <= 20:
        raise Refused(_("视图没有名称。请起一个 20 个字以内的名称"), field="name")
    others = SavedView.objects.filter(user=user, page=page).exclude(name=name)
    if others.count() >= VIEWS_LIMIT:
        raise Refused(
            _("已有 %(limit)s 个视图。请先删去一个") % {"limit": VIEWS_LIMIT}, field="name"
        )
    view, _created = SavedView.objects.update_or_create(
        user=user, page=page, name=name, defaults={"query": query}
    )
    return view


def drop_view(*, user: Any, page: str, pk: str) -> None:
    """Forget one of the user's own views."""
    if pk.isdigit():
        SavedView.objects.filter(user=user, page=page, pk=int(pk)).delete()

"""What a page shows of its own object's past. The whole trail: `access`."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tongchou.platform.accounts.models import User
from tongchou.platform.trail.models import Act


def acts_on(object_type: str, object_id: str) -> QuerySet[Any]:
    """Return the acts on one object, the latest first, with `actor_name` (None: no user).

    No right is checked: the caller obtained the object through its own context's access.
    """
    name = User.objects.filter(login=OuterRef("actor")).values("name")
    acts = Act.objects.filter(object_type=object_type, object_id=object_id)
    return acts.annotate(actor_name=Subquery(name)).order_by("-at", "-pk")

"""The only way to the trail for a user: an auditor, the acts of the own area."""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed
from tongchou.platform.trail.models import Act


def acts_for(user: User) -> QuerySet[Act]:
    """Return the acts of the user's area and those of no area, with `actor_name`, the user's.

    Raises NotAllowed.
    """
    if user.institution_code is not None or not user.may("trail.view"):
        raise NotAllowed(_("操作留痕只给审计岗看。请联系本单位系统管理员"))
    name = User.objects.filter(login=OuterRef("actor")).values("name")
    acts = Act.objects.filter(Q(area=user.area_code) | Q(area=""))
    return acts.annotate(actor_name=Subquery(name))


def access_act(user: User, pk: int) -> Act:
    """Return one act. Raises NotAllowed, or Http404 alike for unknown and other areas'."""
    act = acts_for(user).filter(pk=pk).first()
    if act is None:
        raise Http404
    return act

"""What adopting a version does, in words, for whoever is about to sign."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tongchou.core.policy import Change
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock

_NAMED = 3  # changes named one by one; the comparison page has them all


def effect(version: PlanVersion, changes: Sequence[Change]) -> str:
    """Return the effect of adopting `version`, which makes `changes`."""
    day = version.valid_from
    if day > clock.today():
        when = _("%(day)s 起结算的按它算，此前仍按原版本。") % {"day": day}
    else:
        when = _("执行日 %(day)s 已到：从现在起结算的都按它算。") % {"day": day}
    named = "；".join(
        _("%(label)s %(before)s → %(after)s")
        % {"label": c.label, "before": c.before or "—", "after": c.after or "—"}
        for c in changes[:_NAMED]
    )
    words = {"n": len(changes), "named": named}
    what = (
        _("改动 %(n)s 处：%(named)s。") % words
        if len(changes) <= _NAMED
        else (_("改动 %(n)s 处，其中 %(named)s。") % words)
    )
    if not changes:
        what = _("数字与原版本相同。")
    return what + when + _("已结算的单据不变。采用后不能修改，只能由新版本接替。")

"""The dry run, what must be explained before it, and the end of files that are not used."""

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.transitions.models import Explanation, OldScheme, OldSpell, Transition
from tongchou.transitions.planning import balanced, totals_of
from tongchou.transitions.services.common import MOST_REASON, check_reason, lock, note, values_of

State = Transition.State


def totals_now(transition: Transition) -> dict[str, object]:
    """Return the control totals of the kept rows. Raises Refused where the two sides differ."""
    spells = list(transition.spells.select_related("scheme").order_by("row"))
    new = {one.id_no for one in spells if one.new_person}
    totals = totals_of(values_of(spells), transition.starts_on, new)
    if not balanced(totals):
        raise Refused(_("并轨前后的累计合计不等，不能继续，请联系系统管理员"))
    return totals


@transaction.atomic
def try_merge(*, by: User, transition: Transition) -> Transition:
    """Work out both sides without writing anything of the register. Raises Refused."""
    locked = lock(transition, (State.CHECKED, State.TRIED))
    if locked.problems.exists():
        raise Refused(_("还有不能并的行，请改正后重新上传"))
    locked.totals = totals_now(locked)
    locked.state, locked.tried_by, locked.tried_at = State.TRIED, by, clock.now()
    locked.save(update_fields=["totals", "state", "tried_by", "tried_at"])
    note(locked, by, "transitions.tried", totals=locked.totals)
    return locked


def unexplained(transition: Transition) -> list[tuple[OldScheme, str]]:
    """Return (old scheme, why) of what is not carried and nobody has explained."""
    left = transition.spells.exclude(why="").values_list("scheme_id", "why").distinct()
    said = set(transition.explanations.values_list("scheme_id", "why"))
    schemes = {one.pk: one for one in transition.schemes.all()}
    return [(schemes[pk], why) for pk, why in sorted(set(left) - said)]


@transaction.atomic
def explain(
    *, by: User, transition: Transition, scheme: OldScheme, why: str, words: str
) -> Explanation:
    """Say why it is right that this is not carried. Raises Refused."""
    words = check_reason(words)
    locked = lock(transition, Transition.OPEN)
    if not locked.spells.filter(scheme=scheme, why=why).exists():
        raise Refused(_("没有这样不带入的累计，请刷新后再看"))
    said, _new = Explanation.objects.update_or_create(
        transition=locked,
        scheme=scheme,
        why=why,
        defaults={"words": words[:MOST_REASON], "by": by, "at": clock.now()},
    )
    word = OldSpell.Why(why).label
    note(locked, by, "transitions.explained", code=scheme.code, why=str(word), words=words)
    return said


@transaction.atomic
def drop(*, by: User, transition: Transition, reason: str) -> Transition:
    """Put files aside that will not be used; they stay to be looked at. Raises Refused."""
    reason = check_reason(reason)
    locked = lock(transition, Transition.OPEN)
    locked.state, locked.reason = State.DROPPED, reason
    locked.closed_by, locked.closed_at = by, clock.now()
    locked.save(update_fields=["state", "reason", "closed_by", "closed_at"])
    note(locked, by, "transitions.dropped", reason=reason)
    return locked

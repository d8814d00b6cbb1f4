"""What the verbs share: the transition held still, its rows as values, the trail."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.settlement.models import PersonYear
from tongchou.transitions.models import OldSpell, Transition
from tongchou.transitions.reading import SchemeRow, SpellRow

MOST_REASON = 200
_CHUNK = 900


def lock(transition: Transition, states: Collection[str]) -> Transition:
    """Return the row, locked, in one of `states`. Raises Refused."""
    locked = Transition.objects.select_for_update().get(pk=transition.pk)
    if locked.state not in states:
        raise Refused(
            _("这次并轨现在是“%(state)s”，请刷新后再看") % {"state": locked.get_state_display()}
        )
    return locked


def hold_people(keys: Collection[int]) -> None:
    """Hold persons, then all their years, in one order and before any act (see accepting)."""
    ordered = sorted(keys)
    chunks = [ordered[at : at + _CHUNK] for at in range(0, len(ordered), _CHUNK)]
    for chunk in chunks:
        list(Person.objects.select_for_update(no_key=True).filter(pk__in=chunk).order_by("pk"))
    for chunk in chunks:
        years = PersonYear.objects.select_for_update(no_key=True).filter(person__in=chunk)
        list(years.order_by("person_id", "scheme", "year"))


def check_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(_("没有原因，请写明"), field="reason")
    if len(reason) > MOST_REASON:
        raise Refused(_("最多 %(n)s 字，请写短些") % {"n": MOST_REASON}, field="reason")
    return reason


def values_of(spells: Collection[OldSpell]) -> list[SpellRow]:
    """Return kept rows as the values that planning takes."""
    return [
        SpellRow(
            row=one.row,
            scheme=SchemeRow(
                one.scheme.row,
                one.scheme.code,
                one.scheme.name,
                one.scheme.target,
                one.scheme.status,
                one.scheme.psn_type,
            ),
            old_no=one.old_no,
            id_no=one.id_no,
            name=one.name,
            start=one.start,
            end=one.end,
            year=one.year,
            bills=one.bills,
            total=one.total,
            counted=tuple(one.counted),
        )
        for one in spells
    ]


def source_of(spell: OldSpell) -> str:
    """Return what a fact of the old system names as its source."""
    return f"旧系统 {spell.scheme.code} {spell.scheme.name}"


def note(transition: Transition, by: User, verb: str, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="transition",
        object_id=str(transition.pk),
        area=transition.area,
        data=data,
    )

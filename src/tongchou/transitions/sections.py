"""What the person's page shows of old systems: a lane of the timeline, and the year's opening."""

from datetime import date

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform.authority.gates import user_of
from tongchou.settlement.labels import SCHEME_LABELS
from tongchou.transitions import queries
from tongchou.transitions.models import OldSpell


def old_spells(person: Person, first: date, last: date) -> list[hooks.Lane]:
    """Return the spells in old systems, also of schemes that have no enrolment here."""
    spans = [
        hooks.Span(
            start=one.start,
            end=_last(one),
            text=_("%(name)s（%(target)s）")
            % {"name": one.scheme.name, "target": one.scheme.get_target_display()},
            known_on=timezone.localtime(one.transition.received_at).date(),
            source=_("旧系统 %(code)s，%(no)s") % {"code": one.scheme.code, "no": one.old_no},
            url=reverse("transitions:transition", args=[one.transition_id]),
        )
        for one in queries.spells_of(person)
        if one.start < last and (_last(one) or last) > first
    ]
    return [hooks.Lane("old", _("旧系统参保"), spans)]


def _last(spell: OldSpell) -> date | None:
    """Return the end of a spell in its old system, which goes on no longer than to the merge."""
    day = spell.transition.starts_on
    if spell.start >= day:
        return spell.end
    return min(spell.end or day, day)


def opening(request: HttpRequest, person: Person) -> str:
    """Say with what each year begins, and from which merge."""
    if not user_of(request).may("transitions.view"):
        return ""
    rows = [
        (one, SCHEME_LABELS[one.scheme], queries.tiers_of(one.counted))
        for one in queries.carried_to(person)
    ]
    if not rows:
        return ""
    return render_to_string("transitions/section.html", {"rows": rows}, request)


def register() -> None:
    hooks.add_lane(old_spells)
    hooks.add_section(place="rail", order=11, render=opening)

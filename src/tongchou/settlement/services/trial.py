"""Trial calculation at the window: what a bill would be paid, without any visit or record."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongchou.core.policy import INITIAL_STATE, Claim, Outcome, Plan
from tongchou.people import queries as people
from tongchou.people.models import Enrolment, Person
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import PersonYear
from tongchou.settlement.services.pricing import plan_for, price


@dataclass(frozen=True, slots=True)
class Trial:
    plan: Plan
    claim: Claim
    enrolment: Enrolment
    state: tuple[int, ...]  # before the bill
    outcome: Outcome
    no_benefit: bool


def calculate(
    *,
    person: Person,
    area: str,
    visit_kind: str,
    level: str,
    out_of_area: bool,
    total: int,
    in_scope: int,
    on: date,
    settled_on: date | None = None,
    self_paid_visits: tuple[str, ...] = (),
) -> Trial:
    """Price a bill (fen) for `person` with identity and enrolment of `on`. Raises Refused.

    The plan and the year's accumulators are those of `settled_on`, or of `on`.
    """
    if not 0 <= in_scope <= total:
        raise Refused(_("政策范围内费用要在 0 和总费用之间"), field="in_scope")
    enrolment = people.enrolment_on(person, None, on)
    if enrolment is None:
        raise Refused(
            _("%(name)s在 %(day)s 没有参保") % {"name": person.name, "day": on}, field="person"
        )
    settled_on = settled_on or on
    plan = plan_for(area, enrolment.scheme, settled_on)
    claim = Claim(
        visit=visit_kind,
        level=level,
        out_of_area=out_of_area,
        status=enrolment.status or None,
        identities=tuple(sorted({i.kind for i in people.identities_on(person, on)})),
        total=total,
        in_scope=in_scope,
    )
    state = state_of(person, enrolment.scheme, settled_on.year)
    outcome, no_benefit = price(plan, state, claim, self_paid_visits)
    return Trial(plan, claim, enrolment, state, outcome, no_benefit)


def state_of(person: Person, scheme: str, year: int) -> tuple[int, ...]:
    """Return the fold's state of the person's year so far."""
    found = PersonYear.objects.filter(person=person, scheme=scheme, year=year).first()
    return (tuple(found.state) or found.begins) if found else INITIAL_STATE

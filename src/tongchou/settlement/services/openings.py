"""Where a person's year begins: what another system had counted of it before (ENR-06).

Everything that folds the year begins there (`PersonYear.begins`). It is set before the first bill
and never moves after it: the database refuses (year_opening_before_bills, on both).
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.policy import STATE_WIDTH
from tongchou.people.models import Person
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.settlement.models import PersonYear
from tongchou.settlement.services.years import open_year


def hold_years(keys: Sequence[tuple[int, str, int]]) -> dict[tuple[int, str, int], PersonYear]:
    """Lock the years (person, scheme, year) for the rest of the transaction, opened if need be.

    All of them before any act: a bill holds its year and then waits for its chain's head.
    """
    found = {}
    for key in sorted(keys):
        open_year(*key)
        person_id, scheme, year = key
        found[key] = PersonYear.objects.select_for_update(no_key=True).get(
            person_id=person_id, scheme=scheme, year=year
        )
    return found


@transaction.atomic
def set_opening(
    *, actor: str, person: Person, scheme: str, year: int, state: Sequence[int], source: str
) -> PersonYear:
    """Let the person's year begin at `state` (fen, core.policy). Raises Refused after a bill."""
    if len(state) != STATE_WIDTH or any(fen < 0 for fen in state):
        raise Refused(_("累计数要每层两个、不小于 0，请核对文件"))
    key = (person.pk, scheme, year)
    opened = hold_years([key])[key]
    if opened.opening:
        raise Refused(
            _("%(name)s %(year)s 年已经带入过累计，请先撤销那一次")
            % {"name": person.name, "year": year}
        )
    _move(opened, list(state))
    _note("settlement.year.opened", opened, actor=actor, source=source)
    return opened


@transaction.atomic
def clear_opening(*, actor: str, person_year: PersonYear, source: str) -> PersonYear:
    """Let the year begin at nothing again. Raises Refused after a bill."""
    person = person_year.person
    key = (person.pk, person_year.scheme, person_year.year)
    opened = hold_years([key])[key]
    _move(opened, [])
    _note("settlement.year.unopened", opened, actor=actor, source=source)
    return opened


def _move(opened: PersonYear, state: list[int]) -> None:
    if opened.settlements.exists():
        raise Refused(
            _("%(name)s %(year)s 年已有结算单，累计不能再改，请先与医院核对并冲正")
            % {"name": opened.person.name, "year": opened.year}
        )
    opened.opening, opened.state = state, state
    opened.version += 1  # whoever has priced on what was before prices again
    opened.save(update_fields=["opening", "state", "version"])


def _note(verb: str, opened: PersonYear, *, actor: str, source: str) -> None:
    person = opened.person
    trail.record(
        actor=actor,
        verb=verb,
        object_type="person",
        object_id=person.psn_no,
        area=person.area,
        data={
            "scheme": opened.scheme,
            "year": opened.year,
            "opening": opened.opening,
            "source": source,
        },
        slice_key=person.pk,
    )

"""The merge itself, in one transaction: written, read back, compared person by person.

All persons and years are held before the first act: a bill holds its year and then waits for its
chain's head, so that neither waits for the other.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.policy import INITIAL_STATE
from tongchou.people import services as people
from tongchou.people.models import Enrolment, Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import PersonYear
from tongchou.settlement.services import openings
from tongchou.transitions.checking import check
from tongchou.transitions.models import Carried, OldSpell, Transition, Written
from tongchou.transitions.planning import HISTORY, Sum, by_person, pieces
from tongchou.transitions.services.common import hold_people, lock, note, source_of, values_of
from tongchou.transitions.services.receiving import read_kept
from tongchou.transitions.services.trying import totals_now, unexplained

State = Transition.State


def accept(*, by: User, transition: Transition) -> Transition:
    """Write what the dry run showed; by somebody else. Raises Refused; then nothing is written."""
    try:
        with transaction.atomic():
            return _accept(by, lock(transition, [State.TRIED]))
    except IntegrityError:
        raise Refused(_("登记刚变过，这次没有并，请重新核对后再试并")) from None


def _accept(by: User, transition: Transition) -> Transition:
    if by.pk in (transition.received_by_id, transition.tried_by_id):
        raise Refused(_("收件和试并的人不能自己确认，请由另一个人确认"))
    if left := unexplained(transition):
        names = "、".join(sorted({scheme.name for scheme, _why in left}))
        raise Refused(_("%(names)s有不带入的累计还没有说明，请先说明") % {"names": names})
    spells = list(transition.spells.select_related("scheme").order_by("row"))
    hold_people({one.person_id for one in spells if one.person_id is not None})
    _still_so(transition, spells)
    merge = _Merge(by, transition, spells)
    merge.write()
    merge.read_back()
    transition.state = State.ACCEPTED
    transition.accepted_by, transition.accepted_at = by, clock.now()
    transition.save(update_fields=["state", "accepted_by", "accepted_at"])
    note(transition, by, "transitions.accepted", totals=transition.totals)
    return transition


def _still_so(transition: Transition, spells: Sequence[OldSpell]) -> None:
    """What the second person confirms is what is true now. Raises Refused."""
    persons, wrong = check(read_kept(transition), transition.area, transition.starts_on)
    if wrong:
        first = min(wrong, key=lambda one: one.row)
        raise Refused(
            _("试并以后登记有变：第 %(row)s 行%(reason)s。请重新核对")
            % {"row": first.row, "reason": first.reason}
        )
    meant = {no: person.pk for no, person in persons.items()}
    if any(meant.get(one.id_no) != one.person_id for one in spells):
        raise Refused(_("试并以后有人新登记，请重新核对后再试并"))
    if totals_now(transition) != transition.totals:
        raise Refused(_("合计与试并时不同，请重新试并"))


class _Merge:
    """One acceptance: `persons` by ID number, `sums` by (ID number, scheme here)."""

    def __init__(self, by: User, transition: Transition, spells: Sequence[OldSpell]) -> None:
        self._actor, self._transition, self._spells = by.login, transition, spells
        self._day = transition.starts_on
        self._source = f"制度并轨 {transition.pk}"
        self._sums = by_person(values_of(spells), self._day)
        self._persons: dict[str, Person] = {}

    def write(self) -> None:
        for spell in self._spells:
            spell.person = self._person(spell)
        OldSpell.objects.bulk_update(self._spells, ["person"], batch_size=500)
        for spell in self._spells:
            if spell.scheme.target != HISTORY:
                self._enrol(spell)
        for (id_no, scheme), one in self._sums.items():
            if any(one.counted):
                openings.set_opening(
                    actor=self._actor,
                    person=self._persons[id_no],
                    scheme=scheme,
                    year=self._day.year,
                    state=one.counted,
                    source=self._source,
                )

    def _person(self, spell: OldSpell) -> Person:
        if spell.id_no not in self._persons:
            self._persons[spell.id_no] = (
                Person.objects.get(pk=spell.person_id)
                if spell.person_id is not None
                else people.register_person(
                    actor=self._actor,
                    area=self._transition.area,
                    name=spell.name,
                    id_no=spell.id_no,
                    source=source_of(spell),
                )
            )
        return self._persons[spell.id_no]

    def _enrol(self, spell: OldSpell) -> None:
        person = self._persons[spell.id_no]
        for piece in pieces(spell.start, spell.end, self._day):
            enrolment = people.enrol(
                actor=self._actor,
                person=person,
                scheme=spell.scheme.target,
                status=spell.scheme.status,
                psn_type=spell.scheme.psn_type,
                start=piece.start,
                end=piece.end,
                source=source_of(spell) if piece.old else f"{self._source}，{source_of(spell)}",
            )
            Written.objects.create(spell=spell, enrolment=enrolment)

    def read_back(self) -> None:
        """Compare what is in the database now with the file. Raises Refused: nothing stays."""
        for (id_no, scheme), one in self._sums.items():
            person = self._persons[id_no]
            year = PersonYear.objects.filter(
                person=person, scheme=scheme, year=self._day.year
            ).first()
            after = year.begins if year is not None else INITIAL_STATE
            if after != one.counted or (year is not None and tuple(year.state or after) != after):
                raise Refused(self._differs(id_no))
            self._keep(person, scheme, year if any(one.counted) else None, one)
        self._spells_back()

    def _keep(self, person: Person, scheme: str, year: PersonYear | None, one: Sum) -> None:
        after = year.begins if year is not None else INITIAL_STATE
        Carried.objects.create(
            transition=self._transition,
            person=person,
            scheme=scheme,
            year=self._day.year,
            person_year=year,
            spells=one.rows,
            bills=one.bills,
            total=one.total,
            counted=list(one.counted),
            base_before=sum(one.counted[0::2]),
            paid_before=sum(one.counted[1::2]),
            base_after=sum(after[0::2]),
            paid_after=sum(after[1::2]),
        )

    def _spells_back(self) -> None:
        """Each spell of the file is covered here, day for day."""
        written: dict[int, list[tuple[date, date | None]]] = {}
        rows = Enrolment.objects.filter(
            pk__in=Written.objects.filter(spell__transition=self._transition).values("enrolment"),
            struck_at=None,
        )
        of = dict(
            Written.objects.filter(spell__transition=self._transition).values_list(
                "enrolment_id", "spell_id"
            )
        )
        for one in rows.order_by("start"):
            written.setdefault(of[one.pk], []).append((one.start, one.end))
        for spell in self._spells:
            if spell.scheme.target == HISTORY:
                continue
            found = written.get(spell.pk, [])
            joined = all(a[1] == b[0] for a, b in pairwise(found))
            ends = (found[0][0], found[-1][1]) if found else None
            if not joined or ends != (spell.start, spell.end):
                raise Refused(self._differs(spell.id_no))

    def _differs(self, id_no: str) -> str:
        return _("%(name)s写入后与文件不同，整次没有并，请联系系统管理员") % {
            "name": self._persons[id_no].name
        }

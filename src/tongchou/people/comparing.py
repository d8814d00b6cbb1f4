"""Two records side by side: what is the same, what is not, and what would move."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from tongchou.people import hooks, joining, records
from tongchou.people.labels import CERTIFICATE_LABELS, SEX_LABELS
from tongchou.people.lanes import lane_label
from tongchou.people.models import Enrolment, Merge, Person
from tongchou.people.timeline import fact_text


class Piece(NamedTuple):
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What both records say of one thing; the other's words in pieces. `same` None: no telling."""

    label: str
    keep: str
    gone: Sequence[Piece]
    same: bool | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact as the record that stays will hold it, or as it will be held no more."""

    lane: str
    text: str
    start: object
    end: object
    what: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Days on which both are enrolled: which stays. `chosen`: "keep", "gone" or ""."""

    name: str
    gone: Enrolment
    gone_text: str
    keep: Sequence[tuple[Enrolment, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class YearBeside:
    scheme: str
    year: int
    keep: hooks.Year | None
    gone: hooks.Year | None


def lines(keep: Person, gone: Person) -> list[Line]:
    """Return what is told of at least one; a record's own number is no sign of anything."""
    own = Line(_("人员编号"), keep.psn_no, [Piece(gone.psn_no, False)], None)
    return [own] + [
        Line(label, mine or "—", _pieces(mine or "—", theirs or "—"), mine == theirs)
        for label, mine, theirs in _said(keep, gone)
        if mine or theirs
    ]


def moved(keep: Person, gone: Person, choices: Mapping[str, str]) -> list[Moved]:
    """Return what a merge would write, lane by lane; numbers come as aliases."""
    plan = joining.plan(keep, gone, choices)
    found = [
        Moved(
            lane_label(move.lane),
            fact_text(move.fact),
            move.spell.start,
            move.spell.end,
            _("并过来") if move.fact.person_id == gone.pk else _("保留档的，让出重叠的日子"),
        )
        for move in plan.moves
    ]
    for number in records.facts_of("number", gone):
        ends = number.end or (_("并档日") if number.kind == number.Kind.ID else None)
        found.append(
            Moved(lane_label("number"), fact_text(number), number.start, ends, _("作为别名并过来"))
        )
    return found


def written(merge: Merge) -> list[Moved]:
    """Return what a merge wrote, as it stands now."""
    found = []
    for lane, pk in merge.made:
        fact = records.MODELS[lane].objects.get(pk=pk)
        what = _("在") if fact.struck_at is None else _("已划去")
        label = lane_label(lane)
        found.append(Moved(label, fact_text(fact), fact.start, fact.end, what))
    return found


def choices_of(keep: Person, gone: Person, chosen: Mapping[str, str]) -> list[Choice]:
    return [
        Choice(
            f"stays-{overlap.gone.pk}",
            overlap.gone,
            fact_text(overlap.gone),
            [(one, fact_text(one)) for one in overlap.keep],
            chosen.get(str(overlap.gone.pk), ""),
        )
        for overlap in joining.plan(keep, gone, chosen).overlaps
    ]


def years(keep: Person, gone: Person) -> list[YearBeside]:
    mine = {(one.year, one.scheme): one for one in hooks.years(keep)}
    theirs = {(one.year, one.scheme): one for one in hooks.years(gone)}
    return [
        YearBeside(scheme, year, mine.get((year, scheme)), theirs.get((year, scheme)))
        for year, scheme in sorted({*mine, *theirs}, reverse=True)
    ]


def _said(keep: Person, gone: Person) -> Iterator[tuple[str, str, str]]:
    said: tuple[tuple[str, Callable[[Person], str]], ...] = (
        (_("姓名"), lambda one: one.name),
        (_("证件类型"), lambda one: str(CERTIFICATE_LABELS.get(one.cert_type, one.cert_type))),
        (_("证件号码"), lambda one: _grouped(one.id_no)),
        (_("性别"), lambda one: str(SEX_LABELS.get(one.sex, one.sex))),
        (_("出生日期"), lambda one: f"{one.birth}"),
        (_("镇街、村居"), lambda one: f"{one.town} {one.village}".strip()),
        (_("单位"), lambda one: one.employer),
        (_("死亡日期"), lambda one: f"{one.died_on or ''}"),
    )
    held = [
        (lane_label(lane), _held(lane)) for lane in ("enrolment", "identity", "permit", "number")
    ]
    for label, of in (*said, *held):
        yield label, of(keep), of(gone)


def _held(lane: str) -> Callable[[Person], str]:
    def held(person: Person) -> str:
        return "；".join(
            _("%(text)s（%(start)s 至 %(end)s）")
            % {"text": fact_text(fact), "start": fact.start, "end": fact.end or _("今")}
            for fact in records.facts_of(lane, person)
        )

    return held


def _grouped(number: str) -> str:
    """An ID number in its parts: area, birth, order."""
    return f"{number[:6]} {number[6:14]} {number[14:]}" if len(number) == 18 else number


def _pieces(mine: str, theirs: str) -> list[Piece]:
    """Return the other's words in pieces; signs that differ in the same place are marked."""
    if len(mine) != len(theirs):
        return [Piece(theirs, False)]
    found: list[Piece] = []
    for a, b in zip(mine, theirs, strict=True):
        if found and found[-1].differs == (a != b):
            found[-1] = Piece(found[-1].text + b, a != b)
        else:
            found.append(Piece(b, a != b))
    return found

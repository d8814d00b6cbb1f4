"""A row and a person it may mean, line by line: what agrees, and which signs do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from tongchou.core.identity import is_id_number
from tongchou.core.matching import read_id, read_name, town_key, village_key
from tongchou.core.rosters import Standing
from tongchou.core.rosters.words import category_word
from tongchou.people.models import Person
from tongchou.rosters.models import OpenRow

SEXES = {"1": "男", "2": "女"}


class Piece(NamedTuple):
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A line: the row's words, the person's in pieces, and whether they agree; None: no telling."""

    label: str
    written: str
    pieces: Sequence[Piece]
    same: bool | None


@dataclass(frozen=True, slots=True)
class Side:
    person: Person
    facts: Sequence[Fact]
    why: str

    @property
    def agreed(self) -> int:
        return sum(fact.same is True for fact in self.facts)

    @property
    def differing(self) -> int:
        return sum(fact.same is False for fact in self.facts)


def side_of(
    row: OpenRow, person: Person, standing: Standing, *, why: Sequence[str], day: date, listed: str
) -> Side:
    """Compare a row with a candidate. `listed`: where the sender names them (queries.lists_of)."""
    facts = [*_facts(row, person, standing, day), _on_lists(listed)]
    return Side(person, facts, "、".join(why))


def _facts(row: OpenRow, person: Person, standing: Standing, day: date) -> Iterator[Fact]:
    number = read_id(row.number)
    yield _compared(_("证件号"), row.number, person.id_no, number.value or row.number)
    if row.number:
        checked = [Piece(_checked(person.id_no), False)]
        yield Fact(_("校验位"), _checked(number.value), checked, None)
    same = read_name(row.name).key == read_name(person.name).key
    yield Fact(_("姓名"), row.name, pieces(row.name, person.name), same)
    told = town_key(row.town), row.village
    held = town_key(person.town), village_key(person.village)
    both = [(a, b) for a, b in zip(told, held, strict=True) if a and b]
    yield Fact(
        _("镇、村"), f"{row.town} {row.village}".strip() or _("名单没有"),
        [Piece(f"{person.town} {person.village}", False)],
        all(a == b for a, b in both) if both else None,
    )  # fmt: skip
    yield Fact(
        _("性别"), SEXES.get(row.sex, _("名单没有")), [Piece(SEXES.get(person.sex, ""), False)],
        row.sex == person.sex if row.sex else None,
    )  # fmt: skip
    yield _compared(_("出生"), row.birth, f"{person.birth}", row.birth)
    schemes = {"resident": _("居民"), "employee": _("职工")}
    insured = [schemes[s.scheme] for s in standing.insured if s.on(day)]
    yield Fact(_("参保"), _("名单没有"), [Piece("、".join(insured) or _("没有参保"), False)], None)
    flags = [category_word(flag.identity) for flag in standing.flags if flag.on(day)]
    yield Fact(_("标识"), _("名单没有"), [Piece("、".join(flags) or _("没有标识"), False)], None)


def _checked(number: str) -> str:
    return _("合格") if is_id_number(number) else _("不合格")


def _on_lists(listed: str) -> Fact:
    """Who stands in another row of the list is hardly meant by this one too."""
    label, written = _("前后名单"), _("这份名单")
    if listed == "now":
        return Fact(label, written, [Piece(_("名单另有一行就是此人"), False)], False)
    if listed == "before":
        return Fact(label, written, [Piece(_("上月在名单，本月别处没有"), False)], True)
    return Fact(label, written, [Piece(_("上月不在名单"), False)], None)


def _compared(label: str, written: str, held: str, read: str) -> Fact:
    if not written:
        return Fact(label, _("名单没有"), [Piece(held, False)], None)
    return Fact(label, written, pieces(read, held), read == held)


def pieces(written: str, held: str) -> list[Piece]:
    """Return `held` in pieces; a piece differs where its signs are not those in the same place."""
    found: list[Piece] = []
    for at, sign in enumerate(held):
        differs = at >= len(written) or written[at] != sign
        if found and found[-1].differs == differs:
            found[-1] = Piece(found[-1].text + sign, differs)
        else:
            found.append(Piece(sign, differs))
    return found

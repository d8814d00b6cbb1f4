"""A document compiled to integers: rows of a table, one for each kind of claim it answers."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from tongchou.core.policy.document import Number, PolicyDocument, TierTable
from tongchou.core.policy.schema import read_document
from tongchou.core.policy.step import (
    ABSENT,
    NO_CAP,
    OVERFLOW,
    PER_CLAIM,
    YEAR,
    YEAR_WITHOUT_DEDUCTIBLE,
    Kernel,
    kernel,
)
from tongchou.core.policy.values import (
    IDENTITIES,
    LABELS,
    LEVELS,
    OUT_OF_AREA,
    STATUSES,
    TIERS,
    VISITS,
    AssumedNumber,
    Claim,
    ClaimRefused,
    NoPlanInForce,
)

# What compiles to other integers, or folds them otherwise, gets another plan_id.
FORMAT = 1


class Cell(NamedTuple):
    """One tier of one row: its integers for the step, and its numbers for the explanation."""

    tier: TierTable
    slot: int  # in TIERS
    mode: int
    deductible: int
    cap: int
    froms: tuple[int, ...]
    rates: tuple[int, ...]
    deductible_number: Number | None
    rate_numbers: tuple[Number, ...]
    from_numbers: tuple[Number, ...]
    cap_number: Number | None

    @property
    def rises(self) -> tuple[int, ...]:
        """How much each band's rate is above that of the band before it."""
        return tuple(b - a for a, b in pairwise((0, *self.rates)))


class Row(NamedTuple):
    """The plan for one kind of claim, flat as `step` takes it."""

    cells: tuple[Cell, ...]
    modes: tuple[int, ...]
    deductibles: tuple[int, ...]
    caps: tuple[int, ...]
    froms: tuple[int, ...]
    rises: tuple[int, ...]
    identity: str | None  # the row of identities that applies
    place: str


# (visit, place, status, identity row)
RowKey = tuple[str, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A policy in integers. `plan_id` is the hash of all that decides an amount."""

    plan_id: str
    document: PolicyDocument
    width: int  # bands in a cell
    rows: dict[RowKey, Row]
    _seen: dict[tuple[str, str, bool, str | None, tuple[str, ...]], Row] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def kernel(self) -> Kernel:
        """The step for plans of this shape, interpreted."""
        return kernel(len(self.document.tiers), self.width)

    @property
    def area(self) -> str:
        return self.document.area

    @property
    def scheme(self) -> str:
        return self.document.scheme

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def valid_from(self) -> date:
        return self.document.valid_from

    @property
    def valid_to(self) -> date | None:
        return self.document.valid_to

    @property
    def tiers(self) -> tuple[str, ...]:
        return tuple(tier.name for tier in self.document.tiers)

    @property
    def visits(self) -> tuple[str, ...]:
        """The kinds of visit that the plan says something about."""
        return self.document.tiers[0].visits

    @property
    def assumed(self) -> tuple[AssumedNumber, ...]:
        return self.document.assumed()

    def row_for(self, claim: Claim) -> Row:
        """Return the row that answers `claim`. Raises ClaimRefused."""
        key = (claim.visit, claim.level, claim.out_of_area, claim.status, claim.identities)
        row = self._seen.get(key)
        if row is None:
            row = self._find(claim)
            self._seen[key] = row
        return row

    def identity_row(self, identities: Iterable[str]) -> str | None:
        """Return the row of the first identity, in the plan's order, that the person has."""
        held = set(identities)
        for identity in self.document.identities:
            if identity in held:
                row = self.document.identity_rows.get(identity, identity)
                # An identity that the plan says nothing about must not hide one that it helps.
                if row in self.document.helped:
                    return row
        return None

    def _find(self, claim: Claim) -> Row:
        if claim.visit not in self.visits:
            known = "、".join(LABELS[v] for v in self.visits)
            raise ClaimRefused(
                "visit",
                f"{self.title}没有规定{LABELS.get(claim.visit, claim.visit)}的待遇，只有{known}",
            )
        if claim.level not in LEVELS:
            raise ClaimRefused("level", f"不认识级别 {claim.level}，应为 {'、'.join(LEVELS)}")
        for identity in claim.identities:
            if identity not in IDENTITIES:
                known = "、".join(IDENTITIES)
                raise ClaimRefused("identity", f"不认识身份 {identity}，应为 {known}")
        if self.scheme == "employee" and claim.status not in STATUSES:
            raise ClaimRefused("status", "职工方案要写明 active（在职）或 retired（退休）")
        if self.scheme == "resident" and claim.status is not None:
            raise ClaimRefused("status", "居民方案不分在职退休，请留空")
        place = OUT_OF_AREA if claim.out_of_area else claim.level
        row = self.rows.get((claim.visit, place, claim.status, self.identity_row(claim.identities)))
        if row is None:
            field_name = OUT_OF_AREA if claim.out_of_area else "level"
            raise ClaimRefused(
                field_name, f"{self.title}没有{LABELS[place]}的起付线和比例，请核对或先补政策"
            )
        return row


def load_policy(text: str, *, source: str) -> Plan:
    """Return the plan of a policy document (YAML). Raises PolicyError with all its problems."""
    return compile_plan(read_document(text, source=source))


def compile_plan(document: PolicyDocument) -> Plan:
    """Compile a checked document."""
    width = max(
        (
            len(terms.bands or ())
            for tier in document.tiers
            for terms in (tier.ordinary, *tier.visit_terms.values(), *tier.by_identity.values())
        ),
        default=1,
    )
    width = max(width, 1)
    identities = (None, *document.helped)
    rows: dict[RowKey, Row] = {}
    for visit in VISITS:
        for status, place in _keys(document, visit):
            for identity in identities:
                rows[visit, place, status, identity] = _row(
                    document, width, (visit, place, status, identity)
                )
    return Plan(_plan_id(document, rows), document, width, rows)


def _keys(document: PolicyDocument, visit: str) -> list[tuple[str | None, str]]:
    first = document.tiers[0]
    if visit not in first.visits:
        return []
    statuses = STATUSES if document.scheme == "employee" else (None,)
    places = {p for _, p in first.terms_for(visit, None).rate}
    wide = LEVELS if places == {None} else tuple(p for p in places if p)
    return [(status, place) for status in statuses for place in sorted(wide)]


def _row(document: PolicyDocument, width: int, key: RowKey) -> Row:
    cells = tuple(_cell(tier, key) for tier in document.tiers)

    def padded(values: tuple[int, ...], empty: int) -> tuple[int, ...]:
        return values + (empty,) * (width - len(values))

    return Row(
        cells=cells,
        modes=tuple(c.mode for c in cells),
        deductibles=tuple(c.deductible for c in cells),
        caps=tuple(c.cap for c in cells),
        froms=tuple(x for c in cells for x in padded(c.froms, NO_CAP)),
        rises=tuple(x for c in cells for x in padded(c.rises, 0)),
        identity=key[3],
        place=key[1],
    )


def _cell(tier: TierTable, key: RowKey) -> Cell:
    visit, place, status, identity = key
    terms = tier.terms_for(visit, identity)
    mode = _mode(tier, visit, identity)
    deductible = _look_up(terms.deductible, status, place)
    if tier.base == "claim":
        rate = _look_up(terms.rate, status, place)
        assert rate is not None and deductible is not None
        rates: tuple[Number, ...] = (rate,)
        froms: tuple[Number, ...] = ()
    else:
        rates = tuple(b.rate for b in terms.bands or ())
        froms = tuple(b.start for b in terms.bands or ())
    cap = terms.cap.value if terms.cap is not None else None
    return Cell(
        tier=tier,
        slot=TIERS.index(tier.name),
        mode=mode,
        deductible=(deductible.value or 0) if deductible else 0,
        cap=NO_CAP if cap is None else cap,
        froms=tuple(n.value or 0 for n in froms) or (0,) * len(rates),
        rates=tuple(n.value or 0 for n in rates),
        deductible_number=deductible,
        rate_numbers=rates,
        from_numbers=froms,
        cap_number=terms.cap,
    )


def _mode(tier: TierTable, visit: str, identity: str | None) -> int:
    if visit not in tier.visits:
        return ABSENT
    if tier.only_identities and (identity is None or identity not in tier.by_identity):
        return ABSENT
    if tier.base == "claim":
        return PER_CLAIM
    if tier.base == "overflow":
        return OVERFLOW
    return YEAR if tier.includes_deductible else YEAR_WITHOUT_DEDUCTIBLE


def _look_up(table: dict, status: str | None, place: str) -> Number | None:  # type: ignore[type-arg]
    for key in ((status, place), (None, place), (status, None), (None, None)):
        if key in table:
            found: Number = table[key]
            return found
    return None


def _plan_id(document: PolicyDocument, rows: dict[RowKey, Row]) -> str:
    content = [
        FORMAT,
        document.area,
        document.scheme,
        document.valid_from.isoformat(),
        document.judged_on,
        list(document.identities),
        document.identity_rows,
        [tier.name for tier in document.tiers],
        [[list(map(str, key)), *row[1:6]] for key, row in sorted(rows.items(), key=str)],
        sorted([n.path, n.text, n.cite, n.assumed] for n in document.numbers()),
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class PlanBook:
    """The plans of areas and schemes by date: each is in force until the next begins."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self._plans: dict[tuple[str, str], list[Plan]] = {}
        for plan in plans:
            self._plans.setdefault((plan.area, plan.scheme), []).append(plan)
        for of_scheme in self._plans.values():
            of_scheme.sort(key=lambda plan: plan.valid_from, reverse=True)

    def for_date(self, area: str, scheme: str, on: date) -> Plan:
        """Return the plan in force on a day. Raises NoPlanInForce."""
        plans = self._plans.get((area, scheme))
        if not plans:
            raise NoPlanInForce(f"没有 {area}-{scheme} 的政策，请先采用一个方案")
        for plan in plans:
            if plan.valid_from <= on:
                if plan.valid_to is not None and on >= plan.valid_to:
                    raise NoPlanInForce(f"{plan.title}到 {plan.valid_to} 止（不含），{on} 没有方案")
                return plan
        first = plans[-1]
        raise NoPlanInForce(f"{on} 还没有{first.title}，它从 {first.valid_from} 起执行")

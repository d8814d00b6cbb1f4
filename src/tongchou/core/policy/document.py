"""The typed view of a policy document: its tiers as tables of numbers, each with its ground."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tongchou.core.money import format_yuan_grouped
from tongchou.core.policy.values import LABELS, AssumedNumber, Cite


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the policy and its ground: a citation, or the reason for assuming it.

    `value` is fen for money, ten-thousandths for rates, None for "no limit". `wording` is how the
    document puts it where it does so relatively (下调80%, 提高5个百分点, 取消封顶).
    """

    path: str
    kind: str  # money, rate or switch
    value: int | None
    cite: Cite | None
    clause_id: str | None
    assumed: str | None
    wording: str | None = None

    @property
    def text(self) -> str:
        if self.kind == "switch":
            return self.wording or ""
        if self.value is None:
            return "不设"
        return format_rate(self.value) if self.kind == "rate" else format_yuan_grouped(self.value)

    @property
    def label(self) -> str:
        """The path in words: 基本医保统筹 三级 支付比例."""
        parts = [p for p in self.path.split(".") if p not in ("tiers", "identity", "visit")]
        words = [f"第{int(p) + 1}段" if p.isdigit() else LABELS.get(p, p) for p in parts]
        return " ".join(w for w in words if w != LABELS["bands"])


def format_rate(rate: int) -> str:
    """Return ten-thousandths as percent without idle zeros: 6000 -> "60%", 1250 -> "12.5%"."""
    whole, part = divmod(rate, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%" if part else f"{whole}%"


# Keys of a table: () for one number for all, or (status, place) with None for "any".
TableKey = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Band:
    start: Number
    rate: Number


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of one tier for one kind of person. None where the document sets nothing."""

    deductible: dict[TableKey, Number] = field(default_factory=dict)
    rate: dict[TableKey, Number] = field(default_factory=dict)
    bands: tuple[Band, ...] | None = None
    cap: Number | None = None

    def numbers(self) -> Iterator[Number]:
        yield from self.deductible.values()
        yield from self.rate.values()
        for band in self.bands or ():
            yield band.start
            yield band.rate
        if self.cap is not None:
            yield self.cap


@dataclass(frozen=True, slots=True)
class TierTable:
    """One tier: what it pays on, and its numbers for everyone and for each identity."""

    name: str
    base: str  # claim, overflow, self_pay
    visits: tuple[str, ...]
    ordinary: Terms
    by_identity: dict[str, Terms]
    visit_terms: dict[str, Terms]  # a kind of visit with numbers of its own
    visit_identity: dict[tuple[str, str], Terms]  # (visit, identity)
    only_identities: bool  # people without an identity get nothing from this tier
    includes_deductible: bool
    switches: tuple[Number, ...]  # choices that the document leaves open, as numbers 0 and 1
    note: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.name]

    def numbers(self) -> Iterator[Number]:
        own = {number.path: number for number in self.ordinary.numbers()}
        yield from own.values()
        rows = (
            *self.visit_terms.values(), *self.by_identity.values(), *self.visit_identity.values()
        )  # fmt: skip
        for terms in rows:
            # A row takes from the one under it what it does not write: once is enough.
            for number in terms.numbers():
                if number.path not in own:
                    own[number.path] = number
                    yield number
        yield from self.switches

    def terms_for(self, visit: str, identity: str | None) -> Terms:
        """Return the numbers for a kind of visit and the person's row (None: everyone else)."""
        if identity is not None and (visit, identity) in self.visit_identity:
            return self.visit_identity[visit, identity]
        if identity is not None and identity in self.by_identity:
            return self.by_identity[identity]
        return self.visit_terms.get(visit, self.ordinary)


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    area: str
    scheme: str
    title: str
    valid_from: date
    valid_to: date | None
    year: str  # calendar
    judged_on: str  # discharge or admission
    identities: tuple[str, ...]  # in the plan's own order: the first that a person has counts
    identity_rows: dict[str, str]  # an identity that follows another's row
    clauses: dict[str, Cite]
    tiers: tuple[TierTable, ...]
    notes: tuple[AssumedNumber, ...]  # readings that are not numbers

    @property
    def helped(self) -> tuple[str, ...]:
        """The identities that have a row of their own in some tier."""
        return tuple(i for i in self.identities if any(i in t.by_identity for t in self.tiers))

    def numbers(self) -> Iterator[Number]:
        for tier in self.tiers:
            yield from tier.numbers()

    def assumed(self) -> tuple[AssumedNumber, ...]:
        found = [
            AssumedNumber(n.path, n.label, n.assumed, n.text)
            for n in self.numbers()
            if n.assumed is not None
        ]
        return (*found, *self.notes)

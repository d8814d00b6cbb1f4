"""One fee line split by the terms of its item: who bears what before any policy looks at it.

Class C and what the hospital has marked as refused are wholly the person's. Of the rest, what lies
over the ceiling, then the first-self-pay share of what is left, each HALF_UP to the fen once; what
remains is in scope (interface.md A.3: the four parts make up the amount).
"""

from dataclasses import dataclass

from tongchou.core.money import share_half_up

# count in ten-thousandths x price in millionths of a yuan, in units of a fen
PER_FEN = 10**8


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a line, fen; their sum is the line's amount."""

    own_pay: int
    over_limit: int
    first_self_pay: int
    in_scope: int

    def __neg__(self) -> "Parts":
        return Parts(-self.own_pay, -self.over_limit, -self.first_self_pay, -self.in_scope)

    def __sub__(self, other: "Parts") -> "Parts":
        return Parts(
            self.own_pay - other.own_pay,
            self.over_limit - other.over_limit,
            self.first_self_pay - other.first_self_pay,
            self.in_scope - other.in_scope,
        )


def amount_of(count: int, price: int) -> int:
    """Return count (ten-thousandths) x price (millionths of a yuan) in fen, HALF_UP.

    >>> amount_of(10000, 5000), amount_of(-10000, 5000), amount_of(10000, 4999)
    (1, -1, 0)
    """
    product = count * price
    whole = (2 * abs(product) + PER_FEN) // (2 * PER_FEN)
    return -whole if product < 0 else whole


def split(
    *,
    amount: int,
    count: int,
    price: int,
    level: str,
    rate: int,
    ceiling: int | None,
    refused: bool = False,
) -> Parts:
    """Split an amount of 0 or more (fen). `rate` is the first-self-pay share, ten-thousandths.

    >>> split(amount=3000, count=20000, price=15_000000, level="02", rate=1000, ceiling=12_000000)
    Parts(own_pay=0, over_limit=600, first_self_pay=240, in_scope=2160)
    """
    assert amount >= 0 and count >= 0
    if refused or level == "03":
        return Parts(amount, 0, 0, 0)
    over = 0
    if ceiling is not None and price > ceiling:
        over = min(amount, amount_of(count, price - ceiling))
    first = share_half_up(amount - over, rate)
    return Parts(0, over, first, amount - over - first)

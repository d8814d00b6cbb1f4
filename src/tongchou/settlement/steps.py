"""What a row of the staircase is made of: its place on the scale, its arithmetic, its words."""

from dataclasses import dataclass, field

from tongchou.core.money import format_yuan_grouped
from tongchou.core.policy import Cite

WHOLE = 10_000  # the scale, in ten-thousandths of the total


@dataclass(frozen=True, slots=True)
class Step:
    """A row of arithmetic: an amount (fen) or a rate as stored ("60.00%")."""

    label: str
    fen: int | None
    sign: str = ""
    rate: str = ""
    strong: bool = False

    @staticmethod
    def written(fen: int) -> str:
        return format_yuan_grouped(fen)


@dataclass(frozen=True, slots=True)
class BandRow:
    """What of the year's own payments lies in a band, fen, and what this bill is paid for it."""

    label: str
    before: int
    after: int
    rate: str
    pay: int

    @property
    def added(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class BandTable:
    rows: list[BandRow]
    before: int
    after: int
    pay: int  # of the bands, before the cap
    cut: int  # by the cap

    @property
    def added(self) -> int:
        return self.after - self.before

    @property
    def paid(self) -> int:
        return self.pay - self.cut


@dataclass(frozen=True, slots=True)
class Quote:
    """A clause with the words of it that the amount rests on; `path` is a number of the plan."""

    cite: Cite
    marks: list[str]
    path: str


@dataclass(slots=True, kw_only=True)
class Layer:
    """One row. `start` and `width` in ten-thousandths of the total; `share` adds to 100.00%."""

    key: str
    label: str
    pay: int
    tone: str
    share: int | None = None
    start: int = 0
    width: int = 0
    sub: str = ""
    reason: str = ""
    opened: bool = False
    steps: list[Step] = field(default_factory=list)
    bands: BandTable | None = None
    quotes: list[Quote] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    note: str = ""
    formula: list[str] = field(default_factory=list)  # the arithmetic in few words, for paper

    @property
    def x(self) -> str:
        return _attribute(self.start)

    @property
    def bar(self) -> str:
        return _attribute(self.width)

    @property
    def right_half(self) -> bool:
        """Whether what is said at the mark has more room before it."""
        return self.start > WHOLE // 2

    @property
    def opens(self) -> bool:
        return bool(self.steps or self.bands or self.quotes or self.doubts)


def _attribute(ten_thousandths: int) -> str:
    return f"{ten_thousandths // 100}.{ten_thousandths % 100:02d}%"

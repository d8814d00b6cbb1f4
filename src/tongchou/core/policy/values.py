"""The words of the engine: what a claim is, what comes out of it, and how it refuses."""

from typing import NamedTuple

# Tiers that an institution without one-stop settlement does not pay: the bureau does, later.
AID_TIERS = ("medical_aid", "re_aid")
TIERS = (
    "basic",
    "supplement",
    "critical_illness",
    "medical_aid",
    "institution_reduction",
    "commercial",
    "re_aid",
)
VISITS = ("inpatient", "chronic_outpatient", "outpatient", "pharmacy")
LEVELS = ("community", "level1", "level2", "level3")
OUT_OF_AREA = "out_of_area"
# Where a claim arose: the level of the institution, or outside the area whatever its level.
PLACES = (*LEVELS, OUT_OF_AREA)
STATUSES = ("active", "retired")
IDENTITIES = (
    "destitute",
    "orphan",
    "registered_poor",
    "low_income",
    "low_income_edge",
    "relapse_risk",
    "disabled",
)
SCHEMES = ("resident", "employee")

# (base so far, paid so far) for each tier, in fen; the same for every plan, so that a person-year
# goes on when the plan changes.
STATE_WIDTH = 2 * len(TIERS)
INITIAL_STATE = (0,) * STATE_WIDTH

LABELS = {
    "basic": "基本医保统筹",
    "supplement": "高额补充",
    "critical_illness": "大病保险",
    "medical_aid": "医疗救助",
    "institution_reduction": "机构减免",
    "commercial": "商业补充保险",
    "re_aid": "再救助",
    "inpatient": "住院",
    "chronic_outpatient": "门诊慢特病",
    "outpatient": "普通门诊",
    "pharmacy": "药店购药",
    "community": "社区",
    "level1": "一级",
    "level2": "二级",
    "level3": "三级",
    "out_of_area": "市外",
    "active": "在职",
    "retired": "退休",
    "destitute": "特困",
    "orphan": "孤儿",
    "registered_poor": "建档立卡",
    "low_income": "低保",
    "low_income_edge": "低保边缘",
    "relapse_risk": "防止返贫监测",
    "disabled": "重度残疾",
    "resident": "城乡居民",
    "employee": "城镇职工",
    "deductible": "起付线",
    "rate": "支付比例",
    "cap": "年度封顶线",
    "bands": "分段",
    "from": "起点",
    "entry": "进入点",
    "includes_deductible": "起付线计入自付",
}


class Claim(NamedTuple):
    """One claim. `total` and `in_scope` in fen, 0 <= in_scope <= total."""

    visit: str
    level: str
    out_of_area: bool
    status: str | None
    identities: tuple[str, ...]
    total: int
    in_scope: int


class Cite(NamedTuple):
    """Where a number stands: the document, the clause, the quoted words."""

    document: str
    clause: str
    words: str


class Line(NamedTuple):
    """A line of the explanation. Money in fen, `rate` in ten-thousandths.

    `from_` and `to` bound the band or name the limit; `amount` is what fell in it; `pay` what the
    tier pays for it.
    """

    tier: str
    kind: str  # scope, deductible, band, cap or residual
    from_: int | None
    to: int | None
    amount: int
    rate: int | None
    pay: int
    cite: Cite | None
    assumed: bool
    note: str


class Outcome(NamedTuple):
    """What a claim is paid, in fen. `pays` is by TIERS; `state` is the person-year after it."""

    pays: tuple[int, ...]
    deductible: int
    fund_total: int
    person_pays: int
    lines: tuple[Line, ...]
    state: tuple[int, ...]


class AssumedNumber(NamedTuple):
    """A number that no document gives, with the reason for taking it."""

    path: str
    label: str
    reason: str
    value: str


class Problem(NamedTuple):
    """What is wrong with a document: where in it, what, and what was expected."""

    path: str
    message: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}：{self.message}。应为{self.expected}"


class PolicyError(ValueError):
    """A document that cannot be a plan; `problems` holds all that is wrong, in Chinese."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{source}：{p}" for p in problems))
        self.source = source
        self.problems = problems


class ClaimRefused(ValueError):
    """A claim that the plan has no answer for: the field, and in Chinese the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NoPlanInForce(LookupError):
    """No plan of the scheme is in force on the day; str() says so in Chinese."""

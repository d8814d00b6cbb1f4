"""Documents, plans and claims for the tests of the engine."""

from datetime import date
from typing import Any

import yaml

from tongchou.core.money import format_yuan, parse_yuan
from tongchou.core.policy import Claim, Plan, PlanBook, load_policy, shipped_policies

BOOK = PlanBook(shipped_policies())
RESIDENT = BOOK.for_date("441700", "resident", date(2019, 1, 1))
EMPLOYEE = BOOK.for_date("441700", "employee", date(2019, 1, 1))
WENSHANG = BOOK.for_date("370830", "resident", date(2020, 1, 1))
HUZHOU = BOOK.for_date("330500", "resident", date(2018, 1, 1))


def stay(amount: str, *identities: str, level: str = "level3", **changes: Any) -> Claim:
    """An inpatient claim, wholly in scope unless `in_scope` says otherwise."""
    total = parse_yuan(amount)
    claim = Claim("inpatient", level, False, None, identities, total, total)
    return claim._replace(**changes)


def assumed(value: str) -> dict[str, str]:
    return {"value": value, "assumed": "测试用"}


def bands(*pairs: tuple[int, int]) -> list[dict[str, Any]]:
    """Bands of (start in fen, rate in ten-thousandths)."""
    return [
        {"from": assumed(format_yuan(start)), "rate": assumed(percent(rate))}
        for start, rate in pairs
    ]


def percent(rate: int) -> str:
    return f"{rate // 100}.{rate % 100:02d}%"


def document(**changes: Any) -> dict[str, Any]:
    """A small valid document: basic and critical illness, every number assumed."""
    basic = {
        "pays_on": "claim",
        "visits": ["inpatient"],
        "deductible": {"level3": assumed("700.00")},
        "rate": {"level3": assumed("60%")},
        "cap": assumed("100000.00"),
    }
    critical = {
        "pays_on": "self_pay",
        "visits": ["inpatient"],
        "bands": bands((1_500_000, 6000), (6_500_000, 7000)),
        "cap": assumed("100000.00"),
    }
    return {
        "area": "000001",
        "scheme": "resident",
        "title": "测试方案",
        "valid_from": date(2019, 1, 1),
        "documents": {"paper": {"title": "文件"}},
        "clauses": {"one": {"document": "paper", "clause": "一", "words": "起付线700元,比例60%"}},
        "tiers": {"basic": basic, "critical_illness": critical},
        **changes,
    }


def text_of(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def plan_of(content: dict[str, Any]) -> Plan:
    return load_policy(text_of(content), source="test.yaml")

"""Rows, links and standings for tests, with what matters said and the rest in order."""

from datetime import date
from typing import Any

from tongchou.core.matching import AUTO, Link, describe, provisional, read_day
from tongchou.core.rosters import Entry, Flag, Insured, Standing, load_pack

PACK = load_pack("370830")
JUNE = date(2019, 6, 30)


def entry(
    person: str = "P1", source: str = "民政", category: str = "low_income", **told: Any
) -> Entry:
    """A row about a person; days as texts."""
    sender = PACK.source_of(source)
    assert sender is not None
    who = describe({"name": told.pop("name", person), "id_no": told.pop("id_no", "无")})
    days: dict[str, Any] = {
        name: read_day(told.pop(name, None))
        for name in ("recognised_on", "died_on", "left_on", "paid_on", "changed_on")
    }
    town = told.pop("town", "")
    return Entry(
        sender=sender,
        file=f"{source}.xlsx",
        sheet="Sheet1",
        row=told.pop("row", 2),
        who=who._replace(town=town),
        subject=provisional(source, who),
        category=category,
        statuses=frozenset(told.pop("statuses", ())),
        place="",
        town_shown=town,
        change=told.pop("change", ""),
        counts=told.pop("counts", True),
        **days,
    )


def link(person: str = "P1", tier: str = AUTO, rule: str = "id_name") -> Link:
    return Link(tier, person, rule, "测试", (), False)


def standing(person: str = "P1", **told: Any) -> Standing:
    """Someone insured here for 2019, exempt, with the flag of low income."""
    facts: dict[str, Any] = {
        "insured": (Insured("resident", True, date(2019, 1, 1), date(2019, 12, 31)),),
        "exempt_years": frozenset({2019}),
        "flags": (Flag("low_income", date(2018, 1, 1)),),
    }
    return Standing(person, **{**facts, **told})

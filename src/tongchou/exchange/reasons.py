"""Reasons of refusal without their particulars, so that like ones are counted together."""

import re

from django.db.models import QuerySet

from tongchou.exchange.models import MessageLog

BLANK = "…"
# A number, a code or a date as a reason names it; no letters or digits stand directly beside it.
_PARTICULAR = r"[0-9A-Za-z.:/*-]*[0-9][0-9A-Za-z.:/*-]*"
_MOST_BLANKS = 12  # beyond this the text is what somebody typed, not what `kind_of` made


def kind_of(reason: str) -> str:
    """Return the reason with … for each number: 明细 …：目录在 … 没有编码 …."""
    return re.sub(_PARTICULAR, BLANK, reason)


def with_reason(rows: QuerySet[MessageLog], kind: str) -> QuerySet[MessageLog]:
    """Return the rows whose reason is of `kind`; where there is none, those that contain it."""
    if kind.count(BLANK) <= _MOST_BLANKS:
        literal = [re.escape(part) for part in kind.split(BLANK)]
        found = rows.filter(reason__regex=f"^{_PARTICULAR.join(literal)}$")
        if found.exists():
            return found
    return rows.filter(reason__contains=kind)

"""One row of input, whatever file it came from, as a claim or a reversal; or the reason why not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from tongchou.core.money import parse_yuan
from tongchou.core.policy import IDENTITIES, LEVELS, STATUSES, VISITS, Claim

# The columns of a claim, in the order in which a row is judged; only `status` may be missing.
FIELDS = (
    "claim_id", "person", "settled_at", "visit", "level", "out_of_area", "status", "identity",
    "total", "in_scope",
)  # fmt: skip
REQUIRED = tuple(field for field in FIELDS if field != "status")
REVERSE = "reverse"
SPREADSHEETS = frozenset({".xlsx", ".xls", ".et"})

_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN = 40
# Fen; far above any bill, far below what a year of them could overflow in 64 bits.
_MOST = 10**12


class BadInput(ValueError):
    """A row that cannot be settled: the field, and in Chinese the reason with its remedy."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class FileRefused(ValueError):
    """The file as a whole cannot be used; str() says why and what to do, in Chinese."""


class Row(NamedTuple):
    """A row by its number; what could not even be read as a record carries the reason instead."""

    number: int
    record: Mapping[str, object] | BadInput


class ClaimRow(NamedTuple):
    """A claim with what places it in the fold."""

    claim_id: str
    person: str
    settled_on: date
    claim: Claim


class ReverseRow(NamedTuple):
    """The wish to take an earlier claim back."""

    claim_id: str


def parse_row(record: Mapping[str, object]) -> ClaimRow | ReverseRow:
    """Judge a row by itself. Keys other than those of a claim are ignored; None means absent.

    Raises BadInput for the first field that is wrong.
    """
    if record.get(REVERSE) is not None:
        return _parse_reverse(record)
    claim_id = _text(record, "claim_id")
    person = _text(record, "person")
    settled_on = _day(record)
    claim = Claim(
        visit=_word(record, "visit", VISITS),
        level=_word(record, "level", LEVELS),
        out_of_area=_flag(record, "out_of_area"),
        status=_word(record, "status", STATUSES) if record.get("status") is not None else None,
        identities=_identities(record),
        total=_fen(record, "total"),
        in_scope=_fen(record, "in_scope"),
    )
    if claim.in_scope > claim.total:
        raise BadInput(
            "in_scope", f"{record['in_scope']} 大于 total {record['total']}，请核对两个金额"
        )
    return ClaimRow(claim_id, person, settled_on, claim)


def _parse_reverse(record: Mapping[str, object]) -> ReverseRow:
    # An empty cell or list is what a table leaves in the other columns of a reversal.
    others = [field for field in FIELDS if record.get(field) not in (None, [])]
    if others:
        raise BadInput(REVERSE, f"冲正行只写 reverse，这一行还写了 {'、'.join(others)}")
    return ReverseRow(_text(record, REVERSE))


def _present(record: Mapping[str, object], field: str) -> object:
    value = record.get(field)
    if value is None:
        raise BadInput(field, "缺少，请填写")
    return value


def _text(record: Mapping[str, object], field: str) -> str:
    value = _present(record, field)
    if not isinstance(value, str):
        raise BadInput(field, f'要写成文本，如 "{_shown(value)}"')
    if not value.strip():
        raise BadInput(field, "是空的，请填写")
    if _CONTROL.search(value):
        raise BadInput(field, f"{_shown(value)} 里有换行等控制字符，请删去")
    return value


def _word(record: Mapping[str, object], field: str, words: tuple[str, ...]) -> str:
    value = _present(record, field)
    if not isinstance(value, str) or value not in words:
        raise BadInput(field, f"没有 {_shown(value)} 这个值，可用 {'、'.join(words)}")
    return value


def _flag(record: Mapping[str, object], field: str) -> bool:
    value = _present(record, field)
    if not isinstance(value, bool):
        raise BadInput(field, f"应为 true 或 false，这里是 {_shown(value)}")
    return value


def _identities(record: Mapping[str, object]) -> tuple[str, ...]:
    values = record.get("identity")
    if values is None:
        raise BadInput("identity", "缺少，没有身份的写空列表 []")
    if not isinstance(values, list):
        raise BadInput("identity", f"应为列表，如 []，这里是 {_shown(values)}")
    for value in values:
        if not isinstance(value, str) or value not in IDENTITIES:
            known = "、".join(IDENTITIES)
            raise BadInput("identity", f"没有 {_shown(value)} 这个身份，可用 {known}")
    return tuple(values)


def _day(record: Mapping[str, object]) -> date:
    value = _present(record, "settled_at")
    if isinstance(value, str) and _SECONDS.fullmatch(value):
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            raise BadInput("settled_at", f"没有 {value} 这个时刻，请核对日期和时间") from None
    raise BadInput("settled_at", f"应写成 2019-03-01T09:30:00，这里是 {_shown(value)}")


def _fen(record: Mapping[str, object], field: str) -> int:
    value = _present(record, field)
    if not isinstance(value, str):
        raise BadInput(field, f'金额要写成带引号的文本，如 "123.40"，这里是 {_shown(value)}')
    try:
        fen = parse_yuan(value)
    except ValueError:
        raise BadInput(
            field, f"{_shown(value)} 不是金额，请写成元，最多两位小数，如 123.40"
        ) from None
    if value.startswith("-"):
        raise BadInput(field, f"{_shown(value)} 小于 0。要退回一笔，另写一行 reverse")
    if fen > _MOST:
        raise BadInput(field, f"{_shown(value)} 超过 100 亿元，请核对单位是不是元")
    return fen


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str):
        text = text[1:-1]
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"

"""What a stay or a visit costs, item by item. Targets are shapes; a bill is its lines' sum."""

import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from tongchou.demo import items
from tongchou.demo import parameters as p
from tongchou.demo.items import Sample
from tongchou.settlement.services.splitting import amount_of, split

Line = tuple[Sample, int, datetime]  # item, whole count, time
MOST_LINES = 24
_SAMPLES = items.samples()
COMMON = [s for s in _SAMPLES if s.price < 400 * items.YUAN and s.level != items.C]
_DEAR = [s for s in _SAMPLES if s.price >= 400 * items.YUAN]
_DRUGS = [s for s in COMMON if s.charge_type in ("09", "11")]
_BY_DAY = [items.named()[name] for name in ("普通床位费", "住院诊察费", "二级护理")]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def level_of_stay(chance: random.Random, scheme: str) -> str:
    """Return the level of hospital where a stay happens, "out" for one outside the area."""
    draw = chance.randrange(10_000)
    # The employees' plan has no number for a stay outside the area.
    if scheme == "resident" and draw < p.OUT_OF_AREA[0]:
        return "out"
    for level, (share, _usual) in p.LEVELS.items():
        if draw < share:
            return level
        draw -= share
    return "level3"


def stay_lines(chance: random.Random, level: str, begun: date, days: int) -> list[Line]:
    """Return what a stay of `days` at a hospital of `level` ("out" as well) is charged."""
    usual = p.OUT_OF_AREA[1] if level == "out" else p.LEVELS[level][1]
    thousandths = int(1000 * chance.lognormvariate(0, p.SPREAD / 100))
    left = usual * thousandths * items.YUAN // 1000
    found = [(sample, days, moment(begun, 10)) for sample in _BY_DAY]
    left -= sum(sample.price * count for sample, count, _ in found)
    while left > 0 and len(found) < MOST_LINES:
        dear = [s for s in _DEAR if s.price * 2 < left]
        sample = chance.choice(dear) if dear and chance.randrange(3) == 0 else chance.choice(COMMON)
        count = min(max(1, left // (4 * sample.price)), 2 if sample in _DEAR else 60)
        at = moment(begun + timedelta(days=chance.randrange(days)), chance.randint(10, 17))
        found.append((sample, count, at))
        left -= sample.price * count
    return found


def visit_lines(chance: random.Random, at: datetime) -> list[Line]:
    """Return what is bought at a pharmacy or prescribed at a visit."""
    chosen = chance.sample(_DRUGS, chance.randint(1, 4))
    return [(sample, chance.randint(1, 3), at) for sample in chosen]


def listed(counts: Iterable[tuple[str, int]], at: datetime) -> list[Line]:
    """Return lines of (name, count)."""
    return [(items.named()[name], count, at) for name, count in counts]


def line_fields(sn: str, sample: Sample, count: int, at: datetime) -> dict[str, Any]:
    """Return the fields of a fee line of `count` whole units, split by the item's terms."""
    units = count * 10_000
    amount = amount_of(units, sample.price)
    parts = split(
        amount=amount, count=units, price=sample.price, level=sample.level, rate=sample.share,
        ceiling=sample.ceiling,
    )  # fmt: skip
    return {
        "feedetl_sn": sn,
        "at": at,
        "item_code": sample.code,
        "item_name": sample.name,
        "list_type": sample.list_type,
        "charge_type": sample.charge_type,
        "level": sample.level,
        "count": units,
        "price": sample.price,
        "ceiling": sample.ceiling,
        "first_self_pay_rate": sample.share,
        "amount": amount,
        "own_pay": parts.own_pay,
        "over_limit": parts.over_limit,
        "first_self_pay": parts.first_self_pay,
        "in_scope": parts.in_scope,
    }

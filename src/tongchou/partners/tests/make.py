"""Valid partner areas and agreements for tests, made through the services."""

import itertools
from datetime import date
from typing import Any

from tongchou.partners import services
from tongchou.partners.models import Agreement, Partner
from tongchou.platform.accounts.models import User

_serial = itertools.count(449901)


def make_partner(by: User, *, code: str = "", name: str = "云澜县（虚构）") -> Partner:
    return services.register_partner(
        by=by, code=code or str(next(_serial)), name=name, office="云澜县医疗保障局（虚构）"
    )


def make_agreement(
    by: User,
    *,
    partner: Partner | None = None,
    name: str = "云澜县（虚构）",
    kind: str = "双向转诊",
    start: date = date(2019, 1, 1),
    end: date | None = date(2020, 1, 1),
    **more: Any,
) -> Agreement:
    told = {"number": "协作〔1〕号", "paper_name": "a.pdf", "paper": b"signed"} | more
    return services.record_agreement(
        by=by, partner=partner or make_partner(by, name=name), kind=kind, start=start, end=end,
        **told,
    )  # fmt: skip

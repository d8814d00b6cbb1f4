"""Books in a usable state for tests."""

from collections.abc import Sequence

from tongchou.funds import services
from tongchou.funds.statements import Line

AREA = "441700"


def make_area(area: str = AREA) -> str:
    services.open_area(area, actor="tests")
    return area


def make_entry(
    lines: Sequence[Line] = (("resident_pool", "5101", 100), ("resident_pool", "2101", -100)),
    *,
    area: str = AREA,
    kind: str = "income",
    slice_key: int = 0,
    institution_id: int | None = None,
) -> int:
    return services.post_entry(
        kind=kind,
        area=area,
        summary="测试",
        actor="tests",
        lines=lines,
        slice_key=slice_key,
        institution_id=institution_id,
    )

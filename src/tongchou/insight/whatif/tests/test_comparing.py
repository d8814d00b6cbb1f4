"""Four reforms beside one another, the file, and the paper."""

import io
import re
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tongchou.core.policy import Move
from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif import services
from tongchou.insight.whatif.compared import compared
from tongchou.insight.whatif.models import Reform
from tongchou.insight.whatif.tests.make import (
    LEVEL3,
    client_of,
    data,
    get,
    lake,  # noqa: F401
    make_desk,
    make_user,
    moved,
)
from tongchou.plans.tests.make import make_plan
from tongchou.platform.refusal import Refused
from tongchou.platform.ui import format as fmt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]


def kept(*rates: str) -> list[Reform]:
    return [
        services.keep(
            by=make_user("clerk"), version=make_plan(), name=f"=三级 {rate}",
            moves=(Move(LEVEL3, "set", rate),),
        )
        for rate in rates
    ]  # fmt: skip


def test_each_side_is_what_it_is_alone() -> None:
    reforms = kept("61", "65", "50", "70")
    together = compared(make_desk(make_user("clerk")), reforms)
    for side in together.sides:
        alone = compared(make_desk(make_user("clerk")), [side.reform])
        assert alone.sides[0].effect == side.effect
    for dimension, _name in effects.offered(together.found.comparison):
        for at, side in enumerate(together.sides):
            rows = together.rows(dimension)
            assert sum(row.sides[at] for row in rows) == side.effect.fund.difference


def test_one_to_four_of_one_scheme() -> None:
    desk = make_desk(make_user("clerk"))
    for reforms, said in (([], "没有选中方案"), (kept("1", "2", "3", "4", "5"), "最多比较 4 个")):
        with pytest.raises(Refused, match=said):
            compared(desk, reforms)
    other = Reform.objects.first()
    assert other is not None
    other.scheme = "employee"
    with pytest.raises(Refused, match="不是同一个险种"):
        compared(desk, [other])


def test_the_page_shows_them_and_the_file_holds_them() -> None:
    one, two = kept("61", "65")
    chosen: dict[str, Any] = {**data(), "c": [one.pk, two.pk]}
    text = get(make_user("clerk"), "compare", **chosen)
    found = compared(make_desk(make_user("clerk")), [one, two])
    for side in found.sides:
        assert fmt.money(side.effect.fund.difference) in text
    answer = client_of(make_user("clerk")).get(reverse("whatif:excel"), chosen)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    rows = book.get_sheet_by_name("汇总").to_python()
    assert {row[0] for row in rows[1:]} == {"'=三级 61", "'=三级 65"}, "no formula comes of a name"
    assert rows[1][5] == float(fmt.yuan(found.sides[0].effect.fund.difference))
    places = book.get_sheet_by_name("机构").to_python()
    assert places[1][1] == "'=岭海县人民医院"
    other = make_user("reviewer")
    get(other, "compare", status=404, **chosen)


def test_the_paper_has_the_same_figures() -> None:
    fields = moved(level3="62")
    text = get(make_user("clerk"), "brief", **data(), **fields)
    desk = make_desk(make_user("clerk"), **fields)
    whole = effects.effect(desk.fold([desk.after()]).comparison, "resident")
    assert f"+{fmt.money(whole.fund.difference)}" in text
    assert "假定就医行为不变" in text and desk.plan.plan_id[:12] in text
    assert len(re.findall("wi-page", text)) == 1, "two pages"
    excel = client_of(make_user("clerk")).get(reverse("whatif:excel"), {**data(), **fields})
    assert excel.status_code == 200

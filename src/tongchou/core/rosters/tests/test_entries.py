"""Lists as agencies send them, read into entries; and the files of a folder that are none."""

from pathlib import Path

import pytest

from tongchou.core.rosters import Entry, read_inputs, read_list
from tongchou.core.rosters.tests.make import PACK
from tongchou.core.sheets import SheetRefused

NUMBER = "11010519491231002X"  # the example of GB 11643


def entries(sender: str, text: str) -> tuple[Entry, ...]:
    source = PACK.source_of(sender)
    assert source is not None
    return read_list(PACK, source, f"{sender}.csv", text.encode()).entries


@pytest.mark.parametrize(
    ("sender", "headings"),
    [
        ("税务", "缴费人姓名,缴费人识别号"),
        ("税务", "缴费人名称,缴费人证件号码"),
        ("公安", "死亡人员姓名,死亡人员身份证号码"),
        ("殡仪馆", "亡者姓名,亡者身份证号"),
        ("残联", "持证人姓名,残疾人证号"),
    ],
)
def test_each_agency_has_its_own_headings(sender: str, headings: str) -> None:
    (one,) = entries(sender, f"{headings}\n王伟,{NUMBER}\n")
    assert (one.who.name.key, one.who.id.value) == ("王伟", NUMBER)


def test_a_payment_of_another_insurance_or_given_back_does_not_count() -> None:
    rows = [
        "城乡居民基本医疗保险费,220,",
        "城乡居民基本养老保险费,300,",
        "城乡居民基本医疗保险费,-220,",
        "城乡居民基本医疗保险费,220,已退费",
    ]
    lines = "".join(f"王伟,{NUMBER},{row}\n" for row in rows)
    found = entries("税务", f"姓名,身份证号,征收品目,金额,备注\n{lines}")
    assert [one.counts for one in found] == [True, False, False, False]


@pytest.mark.parametrize("name", ["民政.et", "民政.xlsm", "民政.zip", "民政"])
def test_a_file_that_is_no_list_is_not_passed_over(tmp_path: Path, name: str) -> None:
    month = tmp_path / "lists" / "2019-06"
    month.mkdir(parents=True)
    for beside in ("Thumbs.db", "desktop.ini", ".DS_Store", "~$民政.xlsx"):
        (month / beside).write_bytes(b"x")
    assert read_inputs(tmp_path, "2019-06", PACK).lists == []
    (month / name).write_bytes(b"x")
    with pytest.raises(SheetRefused, match=f"{name}：不是 xlsx、xls、csv"):
        read_inputs(tmp_path, "2019-06", PACK)

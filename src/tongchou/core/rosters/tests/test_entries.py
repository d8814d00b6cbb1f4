"""Lists as agencies send them, read into entries; and the files of a folder that are none."""

from datetime import date
from pathlib import Path

import pytest

from tongchou.core.rosters import Entry, read_inputs, read_list
from tongchou.core.rosters.gates import check_lists
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


def test_a_day_that_cannot_be_told_is_named_with_its_row_and_column() -> None:
    source = PACK.source_of("民政")
    assert source is not None
    rows = ["05/03/2019,62.3.5", "19.3.5,19.3.5", "25/03/2019,1962-03-05", "长期,"]
    lines = "".join(f"王伟,{NUMBER},{row}\n" for row in rows)
    text = f"姓名,身份证号,认定时间,出生日期\n{lines}"
    one = read_list(PACK, source, "民政.csv", text.encode())
    days = [e.recognised_on.day.isoformat() if e.recognised_on else "" for e in one.entries]
    assert days == ["", "2019-03-05", "2019-03-25", ""]
    assert [(row, why.partition("”")[0]) for _sheet, row, why in one.unread] == [
        (2, "认定时间“05/03/2019"), (3, "出生日期“19.3.5"),
    ]  # fmt: skip
    (told,) = [found for found in check_lists(PACK, "2019-06", [one], ()) if found.code == "L10"]
    assert "第 2 行 认定时间“05/03/2019”可能是 2019-03-05，也可能是 2019-05-03" in told.facts
    assert not PACK.class_of("L10").block


def test_a_change_of_a_day_that_cannot_be_told_is_refused_with_both_days() -> None:
    head = "姓名,身份证号,类别,变动类型,变动日期"
    with pytest.raises(SheetRefused, match="第 2 行 变动日期“05/03/2019”可能是 2019-03-05"):
        entries("民政", f"{head}\n王伟,{NUMBER},低保,新增,05/03/2019\n")
    (one,) = entries("民政", f"{head}\n王伟,{NUMBER},低保,新增,25/03/2019\n")
    assert one.changed_on == (date(2019, 3, 25), "day")

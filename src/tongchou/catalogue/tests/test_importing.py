from datetime import date
from typing import Any

import pytest

from tongchou.catalogue import queries, services
from tongchou.catalogue.importing import staging
from tongchou.catalogue.models import Disease, ImportFile, Item, ItemTerm
from tongchou.catalogue.tests.make import make_disease, make_item
from tongchou.platform.imports.tests.make import make_xlsx
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db

HEAD = ["国家编码", "药品名称", "甲乙类", "先行自付比例", "支付标准（元）", "执行日期"]
AMOXICILLIN = "XJ01CAA040E001010100001"
CEFACLOR = "XJ01DCT022P001010100002"
DAY = date(2019, 11, 1)


def stage(*lines: list[Any], kind: str = "items", head: list[str] = HEAD) -> ImportFile:
    return staging.stage_file(
        actor="chenjing",
        area="441700",
        kind=kind,
        name="目录.xlsx",
        content=make_xlsx(head, *lines),
        source="医保发〔2019〕46号",
    )


def problems(file: ImportFile) -> list[tuple[int, str]]:
    return [(problem["row"], problem["column"]) for problem in file.problems]


def test_a_preview_writes_nothing_and_taking_it_writes_all() -> None:
    file = stage(
        [AMOXICILLIN, "阿莫西林", "甲类", None, 12.5, DAY],
        [CEFACLOR, "头孢克洛", "乙", "10%", None, "2019-11-01"],
    )
    assert not Item.objects.exists()
    assert (file.rows, file.counts) == (2, {"new": 2, "term": 0, "changed": 0, "same": 0})
    assert file.changes[1]["after"] == "2019-11-01 起 乙类，先行自付 10%"
    staging.accept_file(actor="huanghaiyan", file=file)
    terms = queries.terms_on([AMOXICILLIN, CEFACLOR], DAY)
    assert (terms[AMOXICILLIN].level, terms[AMOXICILLIN].ceiling) == ("01", 12_500_000)
    assert (terms[CEFACLOR].level, terms[CEFACLOR].first_self_pay) == ("02", 1000)
    assert terms[CEFACLOR].source == "医保发〔2019〕46号"
    assert terms[CEFACLOR].list_type == "101" and terms[CEFACLOR].charge_type == "09"
    assert queries.terms_on([CEFACLOR], date(2019, 10, 31)) == {}
    assert queries.search("amxl")[0].code == AMOXICILLIN
    verbs = Act.objects.filter(object_type="import", object_id=str(file.pk))
    assert list(verbs.order_by("seq").values_list("verb", "actor")) == [
        ("catalogue.import.staged", "chenjing"),
        ("catalogue.import.accepted", "huanghaiyan"),
    ]
    with pytest.raises(Refused, match="已接收"):
        staging.accept_file(actor="huanghaiyan", file=file)


def test_new_terms_close_the_old_ones_and_several_follow_each_other() -> None:
    item = make_item(code=CEFACLOR, name="头孢克洛", level="03")
    file = stage(
        [CEFACLOR, "头孢克洛", "甲", None, None, date(2020, 1, 1)],
        [CEFACLOR, "头孢克洛", "乙", 0.2, None, DAY],
    )
    assert file.counts == {"new": 0, "term": 2, "changed": 0, "same": 0}
    staging.accept_file(actor="x", file=file)
    spells = item.terms.order_by("start").values_list("level", "start", "end")
    assert list(spells) == [
        ("03", date(2019, 1, 1), DAY),
        ("02", DAY, date(2020, 1, 1)),
        ("01", date(2020, 1, 1), None),
    ]


def test_the_same_file_again_changes_nothing() -> None:
    lines = [[AMOXICILLIN, "阿莫西林", "甲", None, 12.5, DAY]]
    staging.accept_file(actor="x", file=stage(*lines))
    again = stage(*lines)
    assert again.counts == {"new": 0, "term": 0, "changed": 0, "same": 1}
    with pytest.raises(Refused, match="完全相同"):
        staging.accept_file(actor="x", file=again)
    assert ItemTerm.objects.count() == 1


def test_a_renamed_item_keeps_its_terms() -> None:
    make_item(code=AMOXICILLIN, name="阿莫仙", start=DAY)
    file = stage([AMOXICILLIN, "阿莫西林", "甲", None, None, DAY])
    assert file.counts == {"new": 0, "term": 0, "changed": 1, "same": 0}
    assert file.changes[0]["before"] == "阿莫仙"
    staging.accept_file(actor="x", file=file)
    assert Item.objects.get().name == "阿莫西林"
    assert ItemTerm.objects.get().end is None


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ([11020000001.0, "诊查", "甲", None, None, DAY], "国家编码"),
        (["X1", "药", "甲", None, None, DAY], "国家编码"),
        ([None, "药", "甲", None, None, DAY], "国家编码"),
        ([AMOXICILLIN, None, "甲", None, None, DAY], "药品名称"),
        ([AMOXICILLIN, "药", "丁", None, None, DAY], "甲乙类"),
        ([AMOXICILLIN, "药", "乙", None, None, DAY], "先行自付比例"),
        ([AMOXICILLIN, "药", "乙", "1", None, DAY], "先行自付比例"),
        ([AMOXICILLIN, "药", "甲", "10%", None, DAY], "先行自付比例"),
        ([AMOXICILLIN, "药", "甲", None, "十元", DAY], "支付标准（元）"),
        ([AMOXICILLIN, "药", "甲", None, -1, DAY], "支付标准（元）"),
        ([AMOXICILLIN, "药", "甲", None, None, "11月"], "执行日期"),
        ([AMOXICILLIN, "药", "甲", None, None, None], "执行日期"),
        ([CEFACLOR, "重复", "甲", None, None, DAY], "国家编码"),
    ],
)
def test_one_bad_row_stops_the_file_and_is_named(line: list[Any], column: str) -> None:
    file = stage([CEFACLOR, "头孢克洛", "甲", None, None, DAY], line)
    assert problems(file) == [(3, column)]
    assert file.problems[0]["reason"].count("。") >= 1  # what is wrong, then the remedy
    with pytest.raises(Refused, match="1 行有问题"):
        staging.accept_file(actor="x", file=file)
    assert not Item.objects.exists()


def test_terms_that_bills_were_split_by_are_not_rewritten() -> None:
    make_item(code=AMOXICILLIN, name="阿莫西林", level="01", start=DAY)
    file = stage(
        [AMOXICILLIN, "阿莫西林", "乙", "10%", None, DAY],
    )
    assert problems(file) == [(2, "执行日期")]
    file = stage([AMOXICILLIN, "阿莫西林", "甲", None, None, date(2019, 1, 1)])
    assert problems(file) == [(2, "执行日期")]


def test_a_catalogue_that_moved_since_the_preview_refuses_the_file() -> None:
    item = make_item(code=AMOXICILLIN, name="阿莫西林", level="03")
    file = stage([AMOXICILLIN, "阿莫西林", "甲", None, None, DAY])
    services.set_term(
        actor="x",
        area="441700",
        item=item,
        start=date(2019, 6, 1),
        level="02",
        first_self_pay=500,
        source="x",
    )
    with pytest.raises(Refused, match="预览之后"):
        staging.accept_file(actor="x", file=file)
    assert item.terms.count() == 2


def test_refusing_a_file_needs_a_reason() -> None:
    file = stage([AMOXICILLIN, "阿莫西林", "甲", None, None, DAY])
    with pytest.raises(Refused, match="原因"):
        staging.refuse_file(actor="x", file=file, reason=" ")
    assert staging.refuse_file(actor="x", file=file, reason="文号不对").state == "refused"
    with pytest.raises(Refused, match="已退回"):
        staging.accept_file(actor="x", file=file)
    assert not Item.objects.exists()


def test_services_and_consumables_are_told_by_their_codes() -> None:
    head = [*HEAD, "收费类别", "单位"]
    file = stage(
        ["001102000000100", "普通门诊诊查费", "甲", None, 10, DAY, "诊察费", "次"],
        ["C0201010520000101234", "静脉留置针", "乙", "5%", None, DAY, None, "支"],
        head=head,
    )
    staging.accept_file(actor="x", file=file)
    found = Item.objects.order_by("code").values_list("list_type", "charge_type", "unit")
    assert list(found) == [("201", "02", "次"), ("301", "08", "支")]


def test_diseases_come_the_same_way() -> None:
    make_disease(code="J18.900", name="肺炎未特指")
    head = ["诊断代码", "诊断名称", "执行日期"]
    file = stage(
        ["J18.900", "肺炎", "2019-01-01"],
        ["M03900", "高血压", "2019-01-01"],
        ["96.0800x005", "胃肠减压管插入", "2019-01-01"],
        kind="diseases",
        head=head,
    )
    assert file.counts == {"new": 2, "term": 0, "changed": 1, "same": 0}
    staging.accept_file(actor="x", file=file)
    assert set(Disease.objects.values_list("kind", "code", "name")) == {
        ("diagnosis", "J18.900", "肺炎"),
        ("chronic", "M03900", "高血压"),
        ("operation", "96.0800x005", "胃肠减压管插入"),
    }
    file = stage(["肺炎", "肺炎", "2019-01-01"], kind="diseases", head=head)
    assert problems(file) == [(2, "诊断代码")]


def test_a_large_file_takes_few_statements(django_assert_max_num_queries: Any) -> None:
    lines = [[f"XJ01CAA040E00101{n:07d}", f"药品{n}", "甲", None, None, DAY] for n in range(3_000)]
    with django_assert_max_num_queries(10):
        file = stage(*lines)
    with django_assert_max_num_queries(60):
        staging.accept_file(actor="x", file=file)
    assert ItemTerm.objects.count() == 3_000

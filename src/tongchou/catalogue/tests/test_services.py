from datetime import date
from typing import Any

import pytest

from tongchou.catalogue import queries, services, verbs
from tongchou.catalogue.models import Item
from tongchou.catalogue.tests.make import make_disease, make_item
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"actor": "chenjing", "area": "441700"}


def test_a_term_applies_from_its_day_only() -> None:
    """STL-17: a drug added on D pays from D only."""
    item = make_item(level="03")
    services.set_term(
        **BY,
        item=item,
        start=date(2019, 11, 1),
        level="02",
        first_self_pay=2000,
        ceiling=12_500_000,
        source="谈判药品目录",
    )

    def on(day: date) -> tuple[str, int, int | None] | None:
        terms = queries.terms_on([item.code], day).get(item.code)
        return (terms.level, terms.first_self_pay, terms.ceiling) if terms else None

    assert on(date(2018, 12, 31)) is None
    assert on(date(2019, 1, 1)) == ("03", 10_000, None)
    assert on(date(2019, 10, 31)) == ("03", 10_000, None)
    assert on(date(2019, 11, 1)) == ("02", 2000, 12_500_000)


def test_terms_of_130_lines_are_one_query(django_assert_num_queries: Any) -> None:
    codes = [make_item(name=f"药品{n}").code for n in range(130)]
    with django_assert_num_queries(1):
        terms = queries.terms_on([*codes, "unknown"], date(2019, 6, 1))
    assert set(terms) == set(codes)
    assert {t.name for t in terms.values()} == {f"药品{n}" for n in range(130)}


def test_terms_between_two_days_hold_each_spell() -> None:
    item = make_item()
    services.set_term(**BY, item=item, start=date(2019, 7, 1), level="03", source="调整")
    starts = [
        t.start for t in queries.terms_between([item.code], date(2019, 6, 30), date(2019, 7, 1))
    ]
    assert starts == [date(2019, 1, 1), date(2019, 7, 1)]
    assert [
        t.start for t in queries.terms_between([item.code], date(2019, 7, 1), date(2019, 7, 2))
    ] == [date(2019, 7, 1)]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"level": "04"}, "level"),
        ({"level": "02"}, "first_self_pay"),
        ({"level": "01", "first_self_pay": 500}, "first_self_pay"),
        ({"level": "03", "first_self_pay": 0}, "first_self_pay"),
        ({"level": "02", "first_self_pay": 10_001}, "first_self_pay"),
        ({"level": "01", "ceiling": -1}, "ceiling"),
        ({"level": "01", "source": " "}, "source"),
        ({"level": "01", "start": date(2019, 1, 1)}, "start"),
        ({"level": "01", "end": date(2019, 6, 1)}, "end"),
    ],
)
def test_refused_terms_leave_the_old_ones(terms: dict[str, Any], field: str) -> None:
    item = make_item()
    with pytest.raises(Refused) as refused:
        services.set_term(**{**BY, "item": item, "start": date(2019, 6, 1), "source": "x", **terms})
    assert refused.value.field == field
    assert item.terms.get().end is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "XA02AAX095"}, "code"),
        ({"code": "001102000000100"}, "code"),  # a service, not a drug
        ({"list_type": "999"}, "list_type"),
        ({"charge_type": "99"}, "charge_type"),
        ({"name": " "}, "name"),
    ],
)
def test_refused_items(wrong: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {
        "code": "XA02AAX095A001010103357",
        "name": "药品",
        "list_type": "101",
        "charge_type": "09",
    }
    with pytest.raises(Refused) as refused:
        services.add_item(**{**BY, **good, **wrong})
    assert refused.value.field == field
    assert not Item.objects.exists()
    services.add_item(**BY, **good)
    with pytest.raises(Refused, match="已有项目"):
        services.add_item(**BY, **good)


def test_a_list_without_national_codes_takes_the_province_s() -> None:
    make_item(list_type="101")
    item = services.add_item(
        **BY, code="ZJ44170001", name="院内制剂", list_type="103", charge_type="11"
    )
    assert item.pk


def test_search_finds_by_code_name_and_initials() -> None:
    item = make_item(name="阿莫西林胶囊")
    make_item(name="头孢克洛颗粒")
    for text in (item.code, "莫西林", "amxl", item.code.lower()):
        assert queries.search(text) == [item]
    assert queries.search("amxl", on=date(2018, 12, 31)) == []
    assert queries.search(" ") == []


def test_diseases_on_a_day() -> None:
    make_disease()
    assert queries.diseases_on("diagnosis", ["J18.900", "X"], date(2019, 1, 1)) == {
        "J18.900": "肺炎"
    }
    assert queries.diseases_on("diagnosis", ["J18.900"], date(2018, 12, 31)) == {}
    assert queries.diseases_on("operation", ["J18.900"], date(2019, 1, 1)) == {}
    with pytest.raises(Refused, match=r"J96\.900x001"):
        make_disease(code="肺炎")
    with pytest.raises(Refused, match="已有病种"):
        make_disease()


def test_every_act_leaves_a_trace_with_words() -> None:
    item = make_item()
    acts = Act.objects.filter(object_type="item", object_id=item.code)
    assert sorted(act.verb for act in acts) == ["catalogue.item.added", "catalogue.term.set"]
    assert {act.verb for act in acts} <= set(verbs.VERBS)

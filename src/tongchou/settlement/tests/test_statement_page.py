"""The statement: what it shows is what is stored, and every amount opens."""

import json

import pytest

from tongchou.core.money import format_yuan_grouped as yuan
from tongchou.core.policy import LABELS, LEVELS, TIERS, VISITS
from tongchou.core.policy.values import SCHEMES
from tongchou.people.tests.make import make_person
from tongchou.plans import queries as plans
from tongchou.platform import clock
from tongchou.platform.authority.models import Area
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.labels import LEVEL_LABELS, SCHEME_LABELS, VISIT_LABELS
from tongchou.settlement.models import Settlement
from tongchou.settlement.priced import priced_bill
from tongchou.settlement.queries import statement as queries
from tongchou.settlement.staircase import staircase
from tongchou.settlement.steps import WHOLE
from tongchou.settlement.tests.make import at, make_charge, make_county, reverse, settle
from tongchou.settlement.tests.pages import client_as, make_year, page, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def bills() -> list[Settlement]:
    make_county()
    return make_year(make_person(), make_institution())


@pytest.fixture
def bill(bills: list[Settlement]) -> Settlement:
    return bills[2]


def test_every_code_of_a_bill_has_a_word() -> None:
    assert tuple(VISIT_LABELS) == VISITS and tuple(LEVEL_LABELS) == LEVELS
    assert tuple(SCHEME_LABELS) == SCHEMES


def test_it_shows_the_stored_amounts_and_that_they_add_up(bill: Settlement) -> None:
    text = page(client_as("reviewer"), "statement", bill.pk)
    for name in ("total", "basic", "critical_illness", "fund_total", "person_pays", "deductible"):
        assert yuan(getattr(bill, name)) in text, name
    assert "50,232.00 + 9,768.00 = 60,000.00" in text and "各层合计 50,232.00" in text
    assert "占 83.72%" in text and "占 16.28%" in text
    assert "此前已付 1,140.00 + 本单 14,652.00 = 本年 15,792.00" in text


def test_it_quotes_the_words_that_an_amount_rests_on(bill: Settlement) -> None:
    text = page(client_as("reviewer"), "statement", bill.pk)
    assert "<mark>三级医院报销提高到60%</mark>" in text and "<mark>三级医院700元</mark>" in text
    assert "市外住院900元" in text  # the clause as a whole, not only the words in use
    assert "基本未到封顶线，还剩 38,320.00" in text and "这个方案没有规定这一层的待遇" in text
    assert "限在比例" in text and "少付 3,648.00" in text and "再自付 23,680.00" in text


def test_the_shares_of_the_layers_add_to_a_hundred_percent(bills: list[Settlement]) -> None:
    for bill in bills:
        layers = queries.statement_of(bill).layers
        assert layers[0].share == WHOLE == sum(one.share or 0 for one in layers[1:])
        assert layers[-1].start + layers[-1].width == WHOLE
        assert sum(one.pay for one in layers[1:]) == bill.total


def test_the_arithmetic_of_a_layer_comes_to_its_amount(bill: Settlement) -> None:
    layers = {one.key: one for one in queries.statement_of(bill).layers}
    steps = layers["basic"].steps
    assert [step.fen for step in steps] == [6_000_000, 70_000, 5_930_000, None, 3_558_000]
    bands = layers["critical_illness"].bands
    assert bands is not None and bands.paid == bill.critical_illness == 1_465_200
    assert (bands.before, bands.after, bands.added) == (1_690_000, 4_132_000, 2_442_000)
    assert sum(row.added for row in bands.rows) == bands.added


def test_a_cap_is_shown_as_a_cut_and_the_supplement_takes_it() -> None:
    make_county()
    bill = settle(make_charge(make_person(), make_institution(), "200000.00"))
    layers = {one.key: one for one in queries.statement_of(bill).layers}
    assert bill.basic == 10_000_000 and layers["basic"].steps[-2].fen == 1_958_000
    assert layers["supplement"].pay == bill.supplement == 1_958_000
    assert layers["supplement"].steps[0].fen == 1_958_000


def test_a_bill_under_the_deductible_says_how_far_it_is() -> None:
    make_county()
    bill = settle(make_charge(make_person(), make_institution(), "500.00"))
    text = page(client_as("clerk"), "statement", bill.pk)
    assert bill.fund_total == 0
    assert "没有超过起付线 700.00" in text and "还差 200.00" in text
    assert "未过起付线 15,000.00" in text


def test_the_year_shows_before_and_after(bill: Settlement) -> None:
    found = {one.meter.path: one for one in queries.statement_of(bill).accumulators}
    cap = found["tiers.basic.cap"]
    assert (cap.before, cap.added, cap.used, cap.left) == (
        2_610_000, 3_558_000, 6_168_000, 3_832_000,
    )  # fmt: skip
    assert cap.of_cap and not found["tiers.critical_illness.bands.0.from"].of_cap


def test_on_a_telephone_only_the_first_paying_layer_is_open(bill: Settlement) -> None:
    priced = priced_bill(bill, plans.by_plan_id(bill.plan_id))
    opened = [one.key for one in staircase(priced) if one.opened]
    assert opened == ["basic", "critical_illness"]
    assert [one.key for one in staircase(priced, phone=True) if one.opened] == ["basic"]


def test_a_recount_is_equal_and_says_so(bill: Settlement) -> None:
    found = queries.recount(bill)
    assert found.equal and found.year_bills == 3 and not found.year_differences
    text = page(client_as("inspector"), "recount", bill.pk)
    assert "与账一致" in text and "全年 3 笔按记账次序重算，都与账一致" in text


def test_a_recount_finds_a_bill_that_is_wrong(bill: Settlement) -> None:
    bill.basic += 1
    found = queries.recount(bill)
    assert not found.equal
    assert {row.label: row.difference for row in found.rows}[LABELS["basic"]] == -1
    bill.basic -= 1
    bill.state_after[1] += 1
    assert not queries.recount(bill).equal


def test_a_reversal_and_its_original_name_each_other(bill: Settlement) -> None:
    with clock.frozen(at("2019-03-02 09:00")):
        twin = reverse(bill)
    client = client_as("clerk")
    original = page(client, "statement", bill.pk)
    assert "已冲正" in original and url("statement", twin.pk) in original
    assert 'id="reverse"' not in original  # nothing left to reverse
    text = page(client, "statement", twin.pk)
    assert "原结算单" in text and url("statement", bill.pk) in text
    assert "−50,232.00" in text and "−60,000.00" in text
    assert client.get(url("recount", twin.pk)).status_code == 409


def test_fee_lines_leave_a_reversed_bill(bill: Settlement) -> None:
    """The charge is free again: what is uploaded into it afterwards is not this bill's."""
    reverse(bill)
    client = client_as("clerk")
    for number in (bill.pk, Settlement.objects.get(original=bill).pk):
        shown = page(client, "statement", number)
        assert url("lines", number) not in shown and "条明细" not in shown
        assert "测试项目" not in page(client, "lines", number)


def test_a_visit_without_benefit_is_explained(bill: Settlement) -> None:
    Area.objects.update(self_paid_visits=["pharmacy"])
    shop = make_institution(name="平冈药店", kind="pharmacy", level="level1")
    sold = settle(make_charge(bill.person, shop, "50.00", kind="pharmacy"))
    text = page(client_as("clerk"), "statement", sold.pk)
    assert "这个方案没有规定药店购药的待遇" in text and "为什么不能再多" not in text
    assert "0.00 + 50.00 = 50.00" in text


def test_the_working_is_the_stored_lines(bill: Settlement) -> None:
    answer = client_as("auditor").get(url("working", bill.pk))
    rows = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert rows[1:-1] == bill.lines and rows[0]["total"] == "60000.00"
    assert tuple(rows[-1]["pays"]) == TIERS and rows[-1]["pays"]["basic"] == "35580.00"
    assert rows[-1]["fund_total"] == "50232.00" and rows[-1]["state_after"] == bill.state_after
    assert ".jsonl" in answer["Content-Disposition"]


def test_the_fee_lines_open_from_the_statement(bill: Settlement) -> None:
    client = client_as("clerk")
    assert url("lines", bill.pk) in page(client, "statement", bill.pk)
    text = page(client, "lines", bill.pk)
    assert "测试项目" in text and '60,000<span class="tc-fen">.00</span>' in text


def test_links_follow_the_right(bill: Settlement) -> None:
    entry = f"/funds/entries/{bill.pk}/"
    assert entry in page(client_as("finance"), "statement", bill.pk)
    assert entry not in page(client_as("clerk"), "statement", bill.pk)

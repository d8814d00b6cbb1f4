"""Paper: counted, recorded, provable, one result with the screen."""

import re
from typing import Any

import pytest

from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Settlement
from tongchou.settlement.services import printing
from tongchou.settlement.tests.make import at, make_county
from tongchou.settlement.tests.pages import client_as, client_of, make_year, page, url
from tongchou.settlement.verbs import VERBS

pytestmark = pytest.mark.django_db


@pytest.fixture
def bills() -> list[Settlement]:
    make_county()
    return make_year(make_person(), make_institution())


def test_each_print_is_counted_and_recorded(bills: list[Settlement]) -> None:
    first, second = make_user("clerk", login="one"), make_user("reviewer", login="two")
    assert "第 1 次打印" in page(client_of(first), "print", bills[2].pk)
    assert "第 2 次打印" in page(client_of(second), "print", bills[2].pk)
    assert "第 1 次打印" in page(client_of(second), "print", bills[1].pk)
    acts = Act.objects.filter(verb="settlement.printed", object_id=str(bills[2].pk))
    assert list(acts.order_by("pk").values_list("actor", flat=True)) == ["one", "two"]


def test_paper_says_what_the_screen_says(bills: list[Settlement]) -> None:
    text = page(client_as("clerk"), "print", bills[2].pk)
    for said in (
        "(60,000.00 − 起付线 700.00) × 60%",
        "24,420.00 × 60% = 14,652.00",
        "大写 伍万零贰佰叁拾贰元整",
        "大写 玖仟柒佰陆拾捌元整",
        "“三级医院700元”",
        "第 3 单",
        "待确认",
    ):
        assert said in text, said


def test_paper_is_chinese_whatever_the_screen_speaks(bills: list[Settlement]) -> None:
    client = client_as("clerk")
    answer = client.get(url("print", bills[2].pk), headers={"accept-language": "en"})
    assert "城乡居民医疗费用结算单" in answer.content.decode()
    assert "患者或家属签字、日期" in answer.content.decode()


def test_a_demonstration_says_that_it_proves_nothing(
    bills: list[Settlement], settings: Any
) -> None:
    client = client_as("clerk")
    assert "演示数据，不作凭据" not in page(client, "print", bills[2].pk)
    settings.DEMO = True
    assert "演示数据，不作凭据" in page(client, "print", bills[2].pk)


def test_the_code_on_paper_leads_back_and_proves_the_amounts(bills: list[Settlement]) -> None:
    client, bill = client_as("inspector"), bills[2]
    assert re.search(r"<svg[^>]*viewBox", page(client, "print", bill.pk))
    good = client.get(url("verify", bill.pk, printing.proof_of(bill)), follow=True)
    assert "核验一致" in good.content.decode()
    other = printing.proof_of(bills[1])
    bad = client.get(url("verify", bill.pk, other))
    assert bad.status_code == 409 and "对不上" in bad.content.decode()
    before = printing.proof_of(bill)
    bill.person_pays += 1
    assert printing.proof_of(bill) != before


def test_a_selection_prints_as_one_document(bills: list[Settlement]) -> None:
    client = client_as("clerk")
    chosen = [bills[1].pk, bills[2].pk]
    with clock.frozen(at("2019-03-01 15:00")):
        answer = client.post(url("list") + "?sort=", {"op": "print", "pick": chosen}, follow=True)
    text = answer.content.decode()
    assert text.count('class="tc-paper"') == 2 and "第 1 次打印" in text
    assert Act.objects.filter(verb="settlement.printed").count() == 2
    later = client_as("clerk")
    assert later.get(url("print-many")).status_code == 409
    assert later.get(url("print-many"), {"n": [1] * 21}).status_code == 409


def test_the_printing_verb_has_its_word() -> None:
    assert str(VERBS[printing.VERB]) == "打印结算单"

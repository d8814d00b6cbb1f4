"""Who may see which bill: own hospital, other hospital, other area, no right (P15)."""

import pytest
from django.test import Client

from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import NotAllowed
from tongchou.providers.tests.make import make_institution
from tongchou.settlement import access
from tongchou.settlement.models import Settlement
from tongchou.settlement.services import printing, reversal_requests
from tongchou.settlement.tests.make import make_county
from tongchou.settlement.tests.make_manual import make_claim
from tongchou.settlement.tests.pages import client_as, make_year, page, url

pytestmark = pytest.mark.django_db
OF_ONE_BILL = ("statement", "lines", "recount", "working", "print")


@pytest.fixture
def bill() -> Settlement:
    make_county()
    return make_year(make_person(), make_institution(code="H44170000777"))[2]


@pytest.fixture
def own(bill: Settlement) -> Client:
    return client_as("hospital", institution="H44170000777")


@pytest.mark.parametrize("name", OF_ONE_BILL)
def test_a_hospital_sees_its_own_bill(own: Client, bill: Settlement, name: str) -> None:
    assert own.get(url(name, bill.pk)).status_code == 200


@pytest.mark.parametrize("name", OF_ONE_BILL)
def test_another_hospital_and_another_area_see_nothing(bill: Settlement, name: str) -> None:
    make_institution(code="H44170000888", name="别的医院")
    for stranger in (
        client_as("hospital", institution="H44170000888"),
        client_as("inspector", area="441800"),
    ):
        # As an unknown number is answered.
        assert stranger.get(url(name, bill.pk)).status_code == 404
        assert stranger.get(url(name, 1)).status_code == 404


@pytest.mark.parametrize("name", OF_ONE_BILL)
def test_the_post_that_runs_the_system_sees_no_bill(bill: Settlement, name: str) -> None:
    assert client_as("sysadmin").get(url(name, bill.pk)).status_code == 403


def test_a_print_of_several_holds_none_of_a_strangers(bill: Settlement) -> None:
    stranger = client_as("hospital", institution="H44170000888")
    assert stranger.get(url("print-many"), {"n": [bill.pk]}).status_code == 404
    proof = printing.proof_of(bill)
    assert stranger.get(url("verify", bill.pk, proof)).status_code == 404


def test_the_rows_are_constrained_not_only_the_pages(bill: Settlement) -> None:
    hospital = make_user("hospital", institution="H44170000777")
    numbers = set(access.bills_of(hospital).values_list("institution__code", flat=True))
    assert numbers == {"H44170000777"} and access.bills_of(hospital).count() == 2
    assert access.bills_of(make_user("clerk")).count() == 3
    assert not access.bills_of(make_user("clerk", area="441800")).exists()
    with pytest.raises(NotAllowed):
        access.bills_of(make_user("sysadmin"))


def test_a_hospital_does_not_learn_of_the_persons_other_bills(
    own: Client, bill: Settlement
) -> None:
    text = page(own, "statement", bill.pk)
    assert "本院 2 单" in text and "平冈镇卫生院" not in text
    assert "第 3 单" not in page(own, "print", bill.pk)
    listed = page(own, "list", person=bill.person.psn_no)
    assert "平冈镇卫生院" not in listed


def test_a_hospital_has_no_part_in_the_bureaus_work(own: Client, bill: Settlement) -> None:
    claim = make_claim()
    asked = reversal_requests.propose(by=make_user("clerk"), bill=bill, reason="重复上传")
    assert "申请冲正" not in page(own, "statement", bill.pk)
    for name, *args in (
        ("manual-list",), ("manual", claim.pk), ("manual-file",), ("trial",), ("reversals",),
        ("reversal", asked.pk),
    ):  # fmt: skip
        assert own.get(url(str(name), *args), {"sort": ""}).status_code == 403, name
    assert own.post(url("propose-reversal", bill.pk), {"reason": "x"}).status_code == 403


def test_the_work_of_another_area_is_unknown(bill: Settlement) -> None:
    claim = make_claim()
    asked = reversal_requests.propose(by=make_user("clerk"), bill=bill, reason="重复上传")
    for name, pk in (("manual", claim.pk), ("reversal", asked.pk)):
        assert client_as("reviewer", area="441800").get(url(name, pk)).status_code == 404

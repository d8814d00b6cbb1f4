"""What is owed is named once, whole and by fund; the database says so too."""

from collections.abc import Mapping

import pytest
from django.db import IntegrityError, transaction

from tongchou.payouts import queries, services
from tongchou.payouts.models import Payable
from tongchou.people.tests.make import make_person
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
POOL = {"resident_pool": 40_000}


def owe(amounts: Mapping[str, int] = POOL, source_id: str = "1", reason: str = "退费") -> Payable:
    return services.owe(
        actor="test", area="441700", person=make_person(), amounts=amounts, kind="refund",
        source_id=source_id, reason=reason,
    )  # fmt: skip


def test_it_is_owed_once_and_read_by_its_source() -> None:
    payable = owe({"resident_pool": 40_000, "medical_aid": -1_000})
    assert payable.total == 39_000
    assert payable.amounts == {"resident_pool": 40_000, "medical_aid": -1_000}
    assert queries.state_of("refund", ["1", "2"]) == {"1": "waiting"}
    with pytest.raises(Refused, match="已经登记过"):
        owe()
    assert Act.objects.filter(verb="payouts.owed").count() == 1


@pytest.mark.parametrize(
    ("amounts", "words"),
    [({}, "大于 0"), ({"resident_pool": -1}, "大于 0"), ({"pool": 1}, "没有基金")],
)
def test_what_cannot_be_owed_is_refused(amounts: dict[str, int], words: str) -> None:
    with pytest.raises(Refused, match=words):
        owe(amounts)
    with pytest.raises(Refused, match="事由"):
        owe(reason=" ")
    with pytest.raises(Refused, match="最多 200 字"):
        owe(reason="长" * 201)
    with pytest.raises(Refused, match="最多 40 字"):
        owe(source_id="9" * 41)


def test_what_is_withdrawn_is_owed_no_more() -> None:
    owe()
    services.withdraw(actor="test", kind="refund", source_id="1", reason="误提")
    assert queries.state_of("refund", ["1"]) == {"1": "withdrawn"}
    with pytest.raises(Refused, match="已撤销"):
        services.withdraw(actor="test", kind="refund", source_id="1", reason="误提")


@pytest.mark.parametrize("wrong", [{"total": 1}, {"medical_aid": 5}, {"resident_pool": -40_000}])
def test_the_database_refuses_parts_that_do_not_add_up(wrong: dict[str, int]) -> None:
    payable = owe()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payable.objects.filter(pk=payable.pk).update(**wrong)

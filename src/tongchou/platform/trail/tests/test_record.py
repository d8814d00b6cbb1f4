import hashlib
import json
from datetime import UTC
from typing import Any

import pytest
from django.db import connection, transaction

from tongchou.platform.trail import services
from tongchou.platform.trail.models import Act, ChainHead


def act(n: int, **changes: Any) -> None:
    given: dict[str, Any] = {
        "actor": "陈静",
        "verb": "people.enrolment.added",
        "object_type": "person",
        "object_id": str(n),
        "area": "441700",
        "data": {"次序": n, "a": None},
        "slice_key": 3,
    } | changes
    with transaction.atomic():
        services.record(**given)


@pytest.mark.django_db
def test_acts_of_one_slice_link_from_zero_to_the_head() -> None:
    for n in range(3):
        act(n)
    previous = bytes(32)
    for seq, row in enumerate(Act.objects.filter(slice=3).order_by("seq"), 1):
        content = [
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            row.actor,
            row.verb,
            row.object_type,
            row.object_id,
            row.area,
            row.data,
        ]
        digest = hashlib.sha256(
            json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        ).digest()
        assert row.seq == seq
        assert bytes(row.digest) == digest
        previous = hashlib.sha256(previous + digest).digest()
        assert bytes(row.hash) == previous
    head = ChainHead.objects.get(slice=3)
    assert (head.seq, bytes(head.hash)) == (3, previous)


@pytest.mark.django_db
def test_an_act_without_key_stays_in_its_objects_slice() -> None:
    act(1, slice_key=None)
    act(1, slice_key=None, verb="other")
    act(2, slice_key=None)
    slices = dict(Act.objects.values_list("verb", "slice").filter(object_id="1"))
    assert len(slices) == 2 and len(set(slices.values())) == 1


@pytest.mark.django_db
def test_a_rolled_back_act_leaves_no_trace() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record(actor="a", verb="v", object_type="t", object_id="1", area="441700", data={})
        1 / 0
    assert not Act.objects.exists()
    assert set(ChainHead.objects.values_list("seq", flat=True)) == {0}


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_a_defect() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(AssertionError):
        services.record(actor="a", verb="v", object_type="t", object_id="1", area="441700", data={})

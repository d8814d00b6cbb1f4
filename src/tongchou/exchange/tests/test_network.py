"""A bad network between hospitals and the gateway (P9): copies, delays, lost answers.

Whatever the network does, the ledger ends as if each message had come once: what every hospital
was told is what is posted, and the year folds to what was paid.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tongchou.catalogue.tests.make import make_item
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import admission, bill, fee, make_hospital, reversal
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.settlement.models import Answer, Settlement
from tongchou.settlement.queries.replay import replay

pytestmark = pytest.mark.usefixtures("county")


@dataclass
class Network:
    """Delivers each message at least once; loses answers, makes copies, delivers some late."""

    random: Random
    first_answers: dict[bytes, bytes] = field(default_factory=dict)
    late: list[tuple[Hospital, bytes]] = field(default_factory=list)

    def send(self, hospital: Hospital, body: bytes) -> dict[str, Any]:
        """Send until an answer comes back; return it."""
        while True:
            self._deliver_some_late()
            if self.random.random() < 0.2:
                continue  # lost on the way there
            for _copy in range(self.random.choice((1, 1, 1, 2))):
                answer = self._deliver(hospital, body)
            if self.random.random() < 0.3:
                self.late.append((hospital, body))
            if self.random.random() < 0.2:
                continue  # lost on the way back
            found: dict[str, Any] = json.loads(answer)
            return found

    def settle_down(self) -> None:
        while self.late:
            self._deliver_some_late()

    def _deliver_some_late(self) -> None:
        while self.late and self.random.random() < 0.5:
            hospital, body = self.late.pop(self.random.randrange(len(self.late)))
            self._deliver(hospital, body)

    def _deliver(self, hospital: Hospital, body: bytes) -> bytes:
        answer = hospital.post(body).content
        if json.loads(answer)["infcode"] == 0:
            assert self.first_answers.setdefault(body, answer) == answer
        return answer


def stay(
    network: Network, hospital: Hospital, person: Person, code: str, amount: int, taken_back: bool
) -> Iterator[dict[str, Any]]:
    """One stay message by message; yields setlinfo of what was settled or taken back."""

    def send(infno: str, node: dict[str, Any]) -> Any:
        answer = network.send(hospital, hospital.body(infno, node))
        assert answer["infcode"] == 0, (infno, answer["err_msg"])
        return answer["output"]

    mdtrt_id = send("2401", admission(hospital, person))["mdtrt_id"]
    yield {}
    money = f"{amount}.00"
    line = fee(mdtrt_id, person, code, cnt=1, pric=amount, det_item_fee_sumamt=money)
    send("2301", {"feedetail": [line]})
    yield {}
    end = {"mdtrt_id": mdtrt_id, "psn_no": person.psn_no, "endtime": str(clock.today())}
    send("2402", {"dscginfo": end})
    info = send("2304", bill(mdtrt_id, person, money))["setlinfo"]
    yield info
    if taken_back:
        yield send("2305", reversal(info))["setlinfo"]


# The long run: TONGCHOU_SEEDS=1000 pytest -m slow
MOST = int(os.environ.get("TONGCHOU_SEEDS", "100"))
SEEDS = [*range(12), *(pytest.param(n, marks=pytest.mark.slow) for n in range(12, MOST))]


@pytest.mark.parametrize("seed", SEEDS)
def test_ledger_is_as_if_each_message_came_once(hospital: Hospital, seed: int) -> None:
    random = Random(seed)
    network = Network(random)
    hospitals = [hospital, make_hospital(name="北津镇卫生院", level="level1")]
    code, told = make_item().code, []
    waiting = {make_person().pk: 3 for _ in range(3)}
    running: dict[int, Iterator[dict[str, Any]]] = {}
    while waiting or running:
        pk = random.choice(sorted({*waiting, *running}))
        if pk not in running:
            person = Person.objects.get(pk=pk)
            running[pk] = stay(
                network, random.choice(hospitals), person, code, random.randrange(100, 60_000),
                random.random() < 0.3,
            )  # fmt: skip
            waiting[pk] -= 1
        try:
            told.append(next(running[pk]))
        except StopIteration:
            del running[pk]
            if not waiting[pk]:
                del waiting[pk]
    network.settle_down()
    posted = {f"441700{s.pk:016d}": s for s in Settlement.objects.all()}
    infos = {info["setl_id"]: info for info in told if info}
    assert set(posted) == set(infos)
    for number, info in infos.items():
        assert int(info["fund_pay_sumamt"].replace(".", "")) == posted[number].fund_total
    assert Answer.objects.count() == len(network.first_answers)
    again = replay("441700", clock.today().year)
    assert again.differences == []
    kinds = [settlement.kind for settlement in posted.values()]
    assert again.bills == kinds.count("settle") - kinds.count("reversal")

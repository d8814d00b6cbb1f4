"""The simulated hospitals against the product's gateway over HTTP."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tongchou.demo import build, cast, window
from tongchou.demo.hospital import Hospital, Refusal
from tongchou.demo.traffic import hospitals_of
from tongchou.demo.window import Patient
from tongchou.exchange import gate, message_log
from tongchou.exchange.models import MessageLog
from tongchou.exchange.tests.client import GatewayClient
from tongchou.funds import accounts
from tongchou.funds.verify import verify_books
from tongchou.people.models import Enrolment
from tongchou.platform import clock
from tongchou.platform.numbering.services import forget_blocks
from tongchou.providers import credentials
from tongchou.settlement.models import FeeLine, Settlement
from tongchou.settlement.queries.replay import replay

SCALE = 60


class InProcess(Hospital):
    """A hospital whose messages take the test client instead of a socket."""

    def _exchange(self, infno: str, body: bytes) -> dict[str, object]:
        answer: dict[str, object] = (
            GatewayClient()
            .post("/fsi/api", body, content_type="application/json", headers=self._signature())
            .json()
        )
        return answer


def forget() -> None:
    """Drop what this process keeps of another test's database."""
    for one in (credentials.forget, forget_blocks, message_log.drop, gate.forget, accounts.forget):
        one()


@pytest.fixture(scope="module")
def known(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The cast of a county built once; what a test does in it is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        build.build(SCALE, lambda _words: None)
        yield cast.write(tmp_path_factory.mktemp("county"), 8000)
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture
def county(known: dict[str, Any], db: None) -> list[InProcess]:
    forget()
    return [InProcess(**vars(hospital)) for hospital in hospitals_of(known)]


def patient(scheme: str) -> Patient:
    row = (
        Enrolment.objects.filter(scheme=scheme, struck_at=None, end=None)
        | Enrolment.objects.filter(scheme=scheme, struck_at=None, end__gt=clock.today())
    ).latest("person__psn_no")
    insutype = "310" if scheme == "employee" else "390"
    return Patient(row.person.psn_no, row.person.id_no, insutype)


def outcomes() -> Counter[tuple[str, str]]:
    message_log.flush()
    return Counter(MessageLog.objects.values_list("infno", "outcome"))


def test_a_stay_from_the_card_to_the_settlement(county: list[InProcess]) -> None:
    hospital, before = county[0], Settlement.objects.count()
    hospital.sign_in()
    output = window.stay(random.Random(1), hospital, patient("resident"))
    assert Settlement.objects.count() == before + 1
    bill = Settlement.objects.latest("settled_at")
    assert output["setlinfo"]["psn_no"] == bill.person.psn_no
    lines = FeeLine.objects.filter(charge=bill.charge)
    assert bill.total == sum(line.amount for line in lines)
    assert set(outcomes()) == {
        (infno, "ok") for infno in ("9001", "1101", "2401", "2301", "2402", "2303", "2304")
    }


def test_a_visit_is_paid_from_the_personal_account(county: list[InProcess]) -> None:
    output = window.visit(random.Random(2), county[0], patient("employee"))
    info = output["setlinfo"]
    assert info["acct_pay"] == info["psn_part_amt"] == info["medfee_sumamt"]
    assert info["insutype"] == "310" and info["med_type"] == "11"
    assert {infno for infno, _ in outcomes()} == {"1101", "2201", "2203A", "2204", "2206", "2207"}


@pytest.mark.parametrize(
    ("trouble", "seen"),
    [
        ("unknown_item", ("2301", "refused")),
        ("wrong_total", ("2304", "refused")),
        ("lost_answer", ("2304", "resent")),
        ("taken_back", ("2305", "ok")),
    ],
)
def test_trouble_at_the_window_is_mended(
    county: list[InProcess], trouble: str, seen: tuple[str, str]
) -> None:
    window.stay(random.Random(3), county[0], patient("resident"), trouble)
    assert outcomes()[seen] == 1 and outcomes()[("2304", "ok")] == 1
    assert not verify_books("441700")
    assert not replay("441700", clock.today().year).differences


def test_a_suspended_doctor_admits_nobody(county: list[InProcess]) -> None:
    before = Settlement.objects.count()
    with pytest.raises(Refusal, match="停权"):
        window.stay(random.Random(4), county[0], patient("resident"), "suspended_doctor")
    assert Settlement.objects.count() == before


def test_who_is_still_in_hospital_is_admitted_nowhere_else(county: list[InProcess]) -> None:
    one = patient("resident")
    assert window.stay(random.Random(5), county[0], one, "stays_on") == {}
    with pytest.raises(Refusal, match="住院"):
        window.stay(random.Random(6), county[1], one)
    assert outcomes()[("2401", "refused")] == 1


def test_an_idle_connection_that_was_closed_is_opened_again() -> None:
    sent: list[bytes] = []

    class Flaky(Hospital):
        def _exchange(self, infno: str, body: bytes) -> dict[str, object]:
            sent.append(body)
            if len(sent) == 1:
                self.connection = None
                raise OSError("closed")
            return {"infcode": 0, "output": None}

    hospital = Flaky("http://127.0.0.1:1", "H", "", "", "", "", "", [])
    hospital.connection = object()  # type: ignore[assignment]
    hospital.post("1101", b"{}")
    assert sent == [b"{}", b"{}"]
    sent.clear()
    with pytest.raises(OSError, match="closed"):
        hospital.post("1101", b"{}")  # a first connection that fails is nobody's fault but ours

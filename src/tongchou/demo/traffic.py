"""Simulated hospitals: they send bills over HTTP, seeded, while the pages are looked at."""

import logging
import random
import threading
from typing import Any

from django.db import connection

from tongchou.demo import accounts_sent, window
from tongchou.demo import parameters as p
from tongchou.demo.hospital import Hospital, Refusal
from tongchou.demo.window import Patient
from tongchou.exchange.models import Statement
from tongchou.people.models import Enrolment
from tongchou.platform import clock
from tongchou.settlement.models import Settlement

PATIENTS = 2000  # of each scheme
_log = logging.getLogger(__name__)


def start(cast: dict[str, Any], stop: threading.Event) -> threading.Thread:
    """Send bills in a thread of its own until `stop` is set."""
    hospitals = hospitals_of(cast)
    untouched = {one["psn_no"] for one in cast["persons"]}
    residents, employees = (_patients(s, untouched) for s in ("resident", "employee"))
    connection.close()
    thread = threading.Thread(
        target=_run, args=(hospitals, residents, employees, stop), name="hospitals", daemon=True
    )
    thread.start()
    return thread


def hospitals_of(cast: dict[str, Any]) -> list[Hospital]:
    """Return the area's hospitals whose billing is open, by code."""
    return [
        Hospital.of(cast["gateway"], i)
        for i in cast["institutions"]
        if i["kind"] == "hospital" and i["area"] == p.AREA and i["billing_open"]
    ]


def _patients(scheme: str, untouched: set[str]) -> list[Patient]:
    """Return people insured today; the cast stays as the guides describe it."""
    today = clock.today()
    found = (
        Enrolment.objects.filter(scheme=scheme, struck_at=None, start__lte=today)
        .exclude(end__lte=today)
        .exclude(person__psn_no__in=untouched)
        .order_by("person__psn_no")
        .values_list("person__psn_no", "person__id_no")[:PATIENTS]
    )
    insutype = "310" if scheme == "employee" else "390"
    return [Patient(psn_no, id_no, insutype) for psn_no, id_no in found]


def _reconcile(hospitals: list[Hospital], stop: threading.Event) -> None:
    """Send each hospital's account of the month, once a day."""
    today = Statement.objects.filter(at__gte=clock.midnight())
    sent = set(today.values_list("institution__code", flat=True))
    for hospital in hospitals:
        if stop.is_set() or hospital.code in sent:
            continue
        try:
            accounts_sent.send(hospital)
        except Refusal as refusal:
            _log.warning("%s: %s", hospital.name, refusal)
        except OSError as error:
            if not stop.is_set():
                _log.warning("%s: %s", hospital.name, error)
    connection.close()


def _run(
    hospitals: list[Hospital],
    residents: list[Patient],
    employees: list[Patient],
    stop: threading.Event,
) -> None:
    chance = random.Random(p.SEED + clock.today().toordinal() + Settlement.objects.count())
    _reconcile(hospitals, stop)
    while not stop.wait(p.PAUSE * chance.uniform(0.5, 1.5)):
        hospital = chance.choice(hospitals)
        trouble = chance.choice(window.TROUBLES) if chance.randrange(100) < p.TROUBLED else ""
        try:
            if not hospital.sign_no:
                hospital.sign_in()
            if employees and chance.randrange(100) < p.VISITS_OF_TRAFFIC:
                window.visit(chance, hospital, chance.choice(employees), trouble)
            else:
                patient = chance.choice(chance.choice([residents, employees or residents]))
                window.stay(chance, hospital, patient, trouble)
        except Refusal:
            continue  # it is in the monitor, with its reason
        except OSError as error:
            if not stop.is_set():
                _log.warning("%s: %s", hospital.name, error)

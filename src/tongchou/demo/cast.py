"""cast.json: who and what a guide or a test may name in this demonstration (formats.md 4)."""

import json
from pathlib import Path
from typing import Any

from tongchou.demo import items, words
from tongchou.demo.parameters import AREA
from tongchou.demo.persons import CAST, CHANGED_NUMBER, psn_no_of
from tongchou.demo.registers import BEGUN, PASSWORD, USERS
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.authority.roles import ROLES
from tongchou.providers.models import Institution
from tongchou.settlement.models import Settlement

_CODES = [code for code, *_rest in words.INSTITUTIONS]


def write(folder: Path, port: int) -> dict[str, Any]:
    """Write cast.json into `folder` and return what it holds."""
    cast = {
        "area": AREA,
        "gateway": f"http://127.0.0.1:{port}/fsi/api",
        "today": clock.today().isoformat(),
        # Not those whose registration is planted wrong: no simulated hospital is one of them.
        "institutions": [
            _institution(i)
            for i in Institution.objects.filter(code__in=_CODES).order_by("code")
        ],
        "persons": [_person(one.serial, one) for one in CAST],
        "items": [_item(s) for s in items.samples()],
        "users": [
            {"login": login, "password": PASSWORD, "role": role, "name": name,
             "post": str(ROLES[role])}
            for login, name, role, _place in USERS
        ],
    }  # fmt: skip
    path = folder / "cast.json"
    path.write_text(json.dumps(cast, ensure_ascii=False, indent=1), encoding="utf-8")
    return cast


def _institution(row: Institution) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "level": row.level,
        "kind": row.kind,
        "area": row.area,
        "paasid": row.paasid,
        "token": row.token,
        "one_stop": row.one_stop,
        "billing_open": row.code != words.SUSPENDED,
        "doctors": [
            {
                "code": d.code,
                "name": d.name,
                "suspended": d.suspensions.filter(end=None).exists(),
            }
            for d in row.doctors.order_by("code")
        ],
    }


def _person(serial: int, one: Any) -> dict[str, Any]:
    person = Person.objects.get(psn_no=psn_no_of(serial))
    year = clock.today().year
    bills = Settlement.objects.filter(person=person, kind="settle", person_year__year=year).count()
    former = person.numbers.filter(kind="id").exclude(number=person.id_no)
    return {
        "psn_no": person.psn_no,
        "certno": person.id_no,
        "former_certno": former[0].number if one is CHANGED_NUMBER and former else None,
        "card": person.numbers.get(kind="card").number,
        "name": person.name,
        "scheme": one.scheme,
        "status": one.status or None,
        "identities": list(one.identities),
        "bills_this_year": bills,
    }


def _item(sample: items.Sample) -> dict[str, Any]:
    fen = sample.price // 10_000
    return {
        "code": sample.code,
        "name": sample.name,
        "list_type": sample.list_type,
        "charge_type": sample.charge_type,
        "chrgitm_lv": sample.level,
        "price": f"{fen // 100}.{fen % 100:02d}",
        "from": BEGUN.isoformat(),
        "to": None,
    }

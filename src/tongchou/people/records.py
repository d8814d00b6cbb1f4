"""All that stands of a record, as plain data: what a merge keeps, compares and restores."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tongchou.people.models import (
    Enrolment,
    Identity,
    Permit,
    Person,
    PersonNumber,
    Residence,
)

# The kinds of facts by the name of their lane. None of them holds two of a key on a day.
MODELS: Mapping[str, Any] = {
    "enrolment": Enrolment,
    "identity": Identity,
    "residence": Residence,
    "permit": Permit,
    "number": PersonNumber,
}
Record = dict[str, Any]


def facts_of(lane: str, person: Person) -> list[Any]:
    """Return the live facts of a lane, oldest first."""
    rows = MODELS[lane].objects.filter(person=person, struck_at=None)
    return list(rows.order_by("start", "pk"))


def record_of(person: Person) -> Record:
    """Return the person's columns and every fact, struck ones too: {"person", lane: [rows]}."""
    found: Record = {"person": _plain(person)}
    for lane, model in MODELS.items():
        rows = model.objects.filter(person=person).order_by("pk")
        found[lane] = [_plain(row) for row in rows]
    return found


def digest_of(snapshot: Mapping[str, Any]) -> str:
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def restored(lane: str, row: Mapping[str, Any], person: Person) -> Any:
    """Write a fact again as it stood in a snapshot, under a key of its own."""
    model = MODELS[lane]
    fact = model()
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            setattr(fact, field.attname, field.to_python(row[field.attname]))
    fact.person = person
    fact.save(force_insert=True)
    return fact


def live(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["struck_at"] is None]


def _plain(row: Any) -> dict[str, Any]:
    columns = [field.attname for field in row._meta.concrete_fields]
    return {column: _text(getattr(row, column)) for column in columns}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value

"""Tampering by whoever owns the database is found, each kind by its place (P13)."""

import hashlib
import json
import random
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.trail import seals, services, statements
from tongchou.platform.trail.models import Act, ChainHead
from tongchou.platform.trail.tests.guards import guards_aside
from tongchou.platform.trail.verify import Report, verify

pytestmark = pytest.mark.django_db


def acts(count: int, slice_key: int = 5) -> None:
    with transaction.atomic():
        for n in range(count):
            services.record(
                actor="陈静",
                verb="people.enrolment.added",
                object_type="person",
                object_id=str(n),
                area="441700",
                data={"n": n, "名": '引"号\n'},
                slice_key=slice_key,
            )


def tamper(*sqls: str) -> Report:
    with guards_aside(), connection.cursor() as cursor:
        for sql in sqls:
            cursor.execute(sql)
    return verify()


def found(report: Report) -> set[tuple[int, str]]:
    return {(fault.seq, fault.kind) for fault in report.faults}


@pytest.fixture(autouse=True)
def chain() -> None:
    acts(10)


def test_an_untouched_trail_is_sound() -> None:
    acts(3, slice_key=6)
    report = verify()
    assert (report.rows, report.sound) == (13, True)


CHANGES = {
    "at": "at = '2026-01-01 00:00:00'",
    "actor": "actor = 'x'",
    "verb": "verb = 'x'",
    "object_type": "object_type = 'x'",
    "object_id": "object_id = 'x'",
    "area": "area = 'x'",
    "data": "data = '{}'",
    "digest": "digest = hash",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_found(column: str) -> None:
    report = tamper(f"update trail_act set {CHANGES[column]} where seq = 4")
    assert (4, "changed") in found(report)


def test_a_changed_row_with_its_digest_made_good_is_found() -> None:
    digest = _digest_of(Act.objects.get(seq=4), actor="x").hex()
    literal = f"'\\x{digest}'" if connection.vendor == "postgresql" else f"x'{digest}'"
    report = tamper(f"update trail_act set actor = 'x', digest = {literal} where seq = 4")
    assert found(report) == {(4, "unlinked")}


def test_a_deleted_row_is_found() -> None:
    assert (4, "missing") in found(tamper("delete from trail_act where seq = 4"))


def test_the_first_row_deleted_is_found() -> None:
    assert (1, "missing") in found(tamper("delete from trail_act where seq = 1"))


def test_a_deleted_row_with_the_numbers_closed_up_is_found() -> None:
    steps = [f"update trail_act set seq = {n - 1} where seq = {n}" for n in range(5, 11)]
    report = tamper("delete from trail_act where seq = 4", *steps)
    assert found(report) == {(4, "unlinked"), (10, "cut")}


def test_swapped_rows_are_found() -> None:
    report = tamper(
        "update trail_act set seq = 99 where seq = 4",
        "update trail_act set seq = 4 where seq = 5",
        "update trail_act set seq = 5 where seq = 99",
    )
    assert found(report) == {(4, "unlinked"), (5, "unlinked"), (6, "unlinked")}


@pytest.mark.parametrize("place", ["5, 11", "5, 0", "77, 1"])
def test_an_inserted_row_is_found(place: str) -> None:
    columns = "at, actor, verb, object_type, object_id, area, data, digest, hash"
    report = tamper(
        f"insert into trail_act (slice, seq, {columns}) "
        f"select {place}, {columns} from trail_act where seq = 4"
    )
    assert not report.sound


def test_a_cut_tail_is_found() -> None:
    assert found(tamper("delete from trail_act where seq > 7")) == {(10, "cut")}


def test_a_whole_chain_removed_is_found() -> None:
    assert found(tamper("delete from trail_act")) == {(10, "cut")}


def test_a_cut_tail_with_its_head_set_back_is_found_by_the_seal() -> None:
    seal = seals.seal()
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute("delete from trail_act where seq > 7")
        cursor.execute(
            "update trail_chainhead set seq = 7, hash = "
            "(select hash from trail_act where seq = 7) where slice = 5"
        )
    assert verify().sound
    assert found(verify([seal])) == {(10, "cut")}


def test_a_chain_recomputed_as_a_whole_is_found_by_the_seal() -> None:
    seal = seals.seal()
    with guards_aside():
        _recompute_with(4, actor="x")
    assert verify().sound
    assert found(verify([seal])) == {(10, "rewritten")}
    # A seal made after it does not hide the first.
    assert found(verify([seal, seals.seal()])) == {(10, "rewritten")}
    assert found(verify([seals.seal(), seal])) == {(10, "rewritten")}


def test_a_seal_still_holds_when_acts_have_followed() -> None:
    seal = seals.seal()
    acts(3)
    assert verify([seal]).sound


def test_any_single_row_changed_or_removed_is_found() -> None:
    pick = random.Random(20261122)
    acts(90)
    for _ in range(12):
        seq = pick.randint(1, 100)
        with transaction.atomic():
            if pick.random() < 0.5:
                report = tamper(f"update trail_act set data = data || ' ' where seq = {seq}")
            else:
                report = tamper(f"delete from trail_act where seq = {seq}")
            assert not report.sound, seq
            transaction.set_rollback(True)
    assert verify().sound


@pytest.mark.parametrize("change", ["root", "signature", "made_at", "heads"])
def test_a_changed_seal_is_no_seal(change: str) -> None:
    seal: Any = seals.seal()
    line = seals.to_line(seal)
    assert seals.from_line(line) == seal
    seal[change] = [[0, 1, "00"]] if change == "heads" else "2026"
    with pytest.raises(seals.BadSeal):
        seals.from_line(json.dumps(seal))
    with pytest.raises(seals.BadSeal):
        seals.from_line(line[:-9])


def test_the_commands_say_what_they_found(tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    kept = tmp_path / "seals.jsonl"
    with kept.open("w") as file:
        call_command("seal_trail", stdout=file)
    call_command("verify_trail", seals=kept.open(), stdout=out)
    assert "10 条留痕，1 条封条" in out.getvalue() and "全部相符" in out.getvalue()
    tamper("update trail_act set actor = 'x' where seq = 4")
    with pytest.raises(CommandError, match="1 处"):
        call_command("verify_trail", stdout=out, stderr=err)
    assert "第 5 链第 4 条：内容被改动" in err.getvalue()


CONTENT = ("actor", "verb", "object_type", "object_id", "area", "data")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT


@given(
    actor=TEXT,
    data=st.dictionaries(TEXT, VALUES | st.lists(VALUES, max_size=3), max_size=4),
    micros=st.integers(0, 999_999),
)
def test_whatever_is_recorded_verifies(actor: str, data: dict[str, Any], micros: int) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    at = datetime(2026, 1, 1, 7, 59, tzinfo=zone) + timedelta(microseconds=micros)
    raw.run(
        statements.record(
            at=at,
            actor=actor,
            verb="v",
            object_type="t",
            object_id="1",
            area="441700",
            data=data,
        )
    )
    assert verify().sound


def _digest_of(act: Act, **changes: str) -> bytes:
    row = {name: getattr(act, name) for name in CONTENT} | changes
    moment = act.at.astimezone(ZoneInfo("UTC")).isoformat(timespec="microseconds")
    content = json.dumps(
        [moment, *row.values()], ensure_ascii=False, separators=(",", ":")
    ).encode()
    return hashlib.sha256(content).digest()


def _recompute_with(seq: int, **changes: str) -> None:
    link = bytes(32)
    for act in Act.objects.order_by("seq"):
        new = changes if act.seq == seq else {}
        digest = _digest_of(act, **new)
        link = hashlib.sha256(link + digest).digest()
        Act.objects.filter(pk=act.pk).update(digest=digest, hash=link, **new)
    ChainHead.objects.filter(slice=5).update(hash=link)


def test_acts_of_the_present_clock_are_recorded_at_it() -> None:
    moment = datetime(2026, 11, 22, 9, 30, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.frozen(moment):
        acts(1, slice_key=7)
    assert Act.objects.get(slice=7).at == moment

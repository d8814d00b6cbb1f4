"""`tongchou bench gateway`: bills settled over HTTP through every gate, and the books after it."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tongchou.commands.figures import Figure, as_table
from tongchou.commands.load import Load, drive
from tongchou.commands.processes import busy_seconds, command_of, cpu_seconds, family
from tongchou.core.money import format_yuan

if TYPE_CHECKING:
    from tongchou.demo.bench import Unsettled
    from tongchou.providers.models import Institution

PERSONS, STAYS = 20_000, 64_000
WARM_UP = 3.0  # seconds
_PATH = "/fsi/api/hospSettService/settV2"
_ACCEPTED = b'"infcode":0,'
# Settlements a second, and milliseconds for 99 of 100.
_TARGETS = {"postgresql": (1200.0, 50.0), "sqlite": (500.0, 100.0)}


@click.command()
@click.option(
    "--database",
    metavar="URL",
    help="用哪个数据库（空的，或以前测过的）；默认 TONGCHOU_DATABASE_URL。",
)
@click.option("--seconds", default=7.0, show_default=True, help="每轮测几秒，另有 3 秒预热。")
@click.option("--repeat", default=3, show_default=True, help="测几轮，取中位。")
@click.option("--workers", type=int, help="服务的进程数；默认每个处理器核一个，SQLite 总是一个。")
@click.option("--connections", default=32, show_default=True, help="同时有几个连接。")
def gateway(
    database: str | None, seconds: float, repeat: int, workers: int | None, connections: int
) -> None:
    """测量接口：真的服务、真的报文、全部校验；测完核对账簿、留痕、重放。"""
    _set_environment(database)
    import django

    django.setup()
    from tongchou.demo import bench

    _say("准备演示县和待结算的住院")
    bench.prepare(PERSONS, STAYS, _say)
    rounds = [_round(seconds, workers, connections) for _ in range(repeat)]
    click.echo(as_table(_figures(rounds)))
    faults = _faults(rounds)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("出错 0；凭证借贷相等，余额等于分录之和，留痕相符，重放相等")


def _set_environment(database: str | None) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.settings"
    os.environ["TONGCHOU_DEMO"] = "1"
    if database:
        os.environ["TONGCHOU_DATABASE_URL"] = database


def _say(words: str) -> None:
    click.echo(f"\r\033[K{words}" if sys.stderr.isatty() else words, err=True,
               nl=not sys.stderr.isatty())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement with a fresh server."""

    load: Load
    settled: int  # rows that the ledger gained
    server_millis: float  # CPU for each settlement
    database_millis: float | None  # None where the database's processes are not seen
    others_cores: float  # what else kept the machine busy


def _round(seconds: float, workers: int | None, connections: int) -> Round:
    from django.db import connections as databases

    from tongchou.platform import server
    from tongchou.settlement.models import Settlement

    requests = list(_requests(STAYS))
    before = Settlement.objects.count()
    port = _free_port()
    with server.running(port=port, workers=workers):
        seen: list[tuple[float, ...]] = []

        def look() -> None:
            groups = _server_processes(), _database_processes(), [os.getpid()]
            seen.append((*map(cpu_seconds, groups), busy_seconds()))

        load = drive(
            ("127.0.0.1", port),
            requests,
            connections=connections,
            warm_up=WARM_UP,
            seconds=seconds,
            mark=_ACCEPTED,
            at_edges=look,
        )
    databases.close_all()
    took = [after - before for before, after in zip(*seen, strict=True)]
    each = 1000 / len(load.micros)
    return Round(
        load,
        settled=Settlement.objects.count() - before,
        server_millis=took[0] * each,
        database_millis=took[1] * each or None,
        others_cores=max(0.0, took[3] - sum(took[:3])) / seconds,
    )


def _server_processes() -> list[int]:
    return [pid for pid in family(os.getpid()) if pid != os.getpid()]


def _database_processes() -> list[int]:
    """Return the processes of PostgreSQL that serve this database, if on this machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select pid from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall() if command_of(pid) == "postgres"]


def _requests(count: int) -> Iterator[bytes]:
    """Return ready-made signed messages 2304, each with its own number, nonce and stay."""
    from tongchou.demo.bench import unsettled
    from tongchou.exchange.signature import header_signature
    from tongchou.platform import clock
    from tongchou.providers.models import Institution

    places = {place.pk: place for place in Institution.objects.all()}
    at = clock.now()
    stamp = str(int(at.timestamp()))
    for serial, stay in enumerate(unsettled(count)):
        place = places[stay.institution_id]
        body = _message(place, stay, f"{place.code}{stamp}{serial:08d}", at)
        nonce = f"{stamp}{serial:022d}"
        head = (
            f"POST {_PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"x-tif-paasid: {place.paasid}\r\nx-tif-timestamp: {stamp}\r\n"
            f"x-tif-nonce: {nonce}\r\n"
            f"x-tif-signature: {header_signature(stamp, place.token, nonce)}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def _message(place: Institution, stay: Unsettled, msgid: str, at: datetime) -> bytes:
    data = {
        "psn_no": stay.psn_no,
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": stay.id_no,
        "medfee_sumamt": format_yuan(stay.total),
        "psn_setlway": "01",
        "mdtrt_id": stay.mdtrt_id,
        "acct_used_flag": "0",
        "insutype": stay.insutype,
        "invono": "",
        "mid_setl_flag": "0",
    }
    message = {
        "infno": "2304",
        "msgid": msgid,
        "mdtrtarea_admvs": place.area,
        "insuplc_admdvs": place.area,
        "recer_sys_code": "FSI_LOCAL",
        "dev_no": None,
        "dev_safe_info": None,
        "cainfo": None,
        "signtype": None,
        "infver": "V1.0",
        "opter_type": "1",
        "opter": "0001",
        "opter_name": "窗口一",
        "inf_time": f"{at:%Y-%m-%d %H:%M:%S}",
        "fixmedins_code": place.code,
        "fixmedins_name": place.name,
        "sign_no": None,
        "input": {"data": data},
    }
    return json.dumps(message, ensure_ascii=False).encode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _figures(rounds: list[Round]) -> list[Figure]:
    from django.db import connection

    rate, p99 = _TARGETS[connection.vendor]
    figures = [
        Figure("接口结算", tuple(r.load.rate for r in rounds), "笔/秒", target=rate),
        Figure("答复，一半在内", tuple(r.load.millis(0.5) for r in rounds), "毫秒"),
        Figure(
            "答复，百分之九十九在内",
            tuple(r.load.millis(0.99) for r in rounds),
            "毫秒",
            target=p99,
            at_most=True,
        ),
        Figure("答复，最慢", tuple(r.load.millis(1) for r in rounds), "毫秒"),
        Figure("服务的处理器时间，每笔", tuple(r.server_millis for r in rounds), "毫秒"),
    ]
    seen = [r.database_millis for r in rounds if r.database_millis is not None]
    if seen:
        figures.append(Figure("数据库的处理器时间，每笔", tuple(seen), "毫秒"))
    return [*figures, Figure("别的程序占用", tuple(r.others_cores for r in rounds), "核")]


def _faults(rounds: list[Round]) -> list[str]:
    """Return what is wrong after the rounds: answers, ledger, books, trail, fold."""
    from tongchou.demo.parameters import AREA
    from tongchou.funds.verify import verify_books
    from tongchou.platform import clock
    from tongchou.platform.trail.verify import verify
    from tongchou.settlement.queries.replay import replay

    failed = [answer for r in rounds for answer in r.load.failed]
    found = [f"{len(failed):,} 个回答不是成功，第一个：{_text(failed[0])}"] if failed else []
    accepted = sum(r.load.answered - len(r.load.failed) for r in rounds)
    settled = sum(r.settled for r in rounds)
    if accepted != settled:
        found.append(f"答复成功 {accepted:,} 笔，账上多了 {settled:,} 笔")
    books = verify_books(AREA)
    if books:
        found.append(f"账簿 {len(books):,} 处不符，第一处：{books[0]}")
    trail = verify()
    if not trail.sound:
        found.append(f"留痕不符：{dict(trail.counts)}")
    again = replay(AREA, clock.today().year)
    if again.differences:
        found.append(f"重放 {len(again.differences):,} 处不等，第一处：{again.differences[0]}")
    return found


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "replace")[-300:]

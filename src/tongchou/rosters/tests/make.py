"""Senders, lists and runs for tests, made through the services."""

import io
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import xlsxwriter

from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.rosters import services
from tongchou.rosters.models import RosterFile, Run, Sender

MONTH = "2019-06"
HEADINGS = ("姓名", "身份证号", "乡镇", "类别", "认定时间")
# A workbook says in which second it was saved. Two lists of the same rows are two files, however
# quick the tests are; to the byte the same is what a gate stops.
_saved = (datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=n) for n in itertools.count())


def xlsx(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": next(_saved)})
    sheet = book.add_worksheet()
    for at, row in enumerate([headings, *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return target.getvalue()


def row_of(person: Person, kind: str = "低保", **told: str) -> Sequence[str]:
    return (
        told.get("name", person.name),
        told.get("id_no", person.id_no),
        told.get("town", person.town),
        kind,
        told.get("since", "2018-01-01"),
    )


def make_sender(by: User | None = None, source: str = "民政") -> Sender:
    return services.register_sender(
        by=by or make_user("clerk"), source=source, purpose="参保和标识", ground="协议"
    )


def make_file(
    sender: Sender,
    *rows: Sequence[str],
    month: str = MONTH,
    by: User | None = None,
    accepted: bool = True,
) -> RosterFile:
    by = by or make_user("clerk")
    file = services.receive(
        by=by, sender=sender, month=month, name=f"{sender.source}.xlsx", content=xlsx(*rows)
    )
    return services.accept(by=by, file=file) if accepted else file


def make_run(month: str = MONTH, actor: str = "clerk") -> Run:
    return services.try_month(area="441700", month=month, actor=actor)


CHANGED = ("姓名", "身份证号", "乡镇", "类别", "认定时间", "变动类型", "变动日期")


def change_of(person: Person, what: str, on: str = "2019-06-20", **told: str) -> Sequence[str]:
    since = told.pop("since", "")
    return (*row_of(person, told.pop("kind", "低保"), since=since, **told), what, on)


def make_changes(
    sender: Sender,
    *rows: Sequence[str],
    by: User | None = None,
    month: str = "",
    accepted: bool = True,
) -> RosterFile:
    by = by or make_user("clerk")
    file = services.receive(
        by=by, sender=sender, month=month, name=f"{sender.source}变动.xlsx",
        content=xlsx(*rows, headings=CHANGED),
    )  # fmt: skip
    return services.accept(by=by, file=file) if accepted else file

"""Registers, populations and comparisons for tests, made through the services."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from tongchou.core.registers.linking import Holder
from tongchou.core.registers.tests.make import HEADINGS, credit_code, row, xlsx
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.providers import services as providers
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.registers import services
from tongchou.registers.holders import holders_of
from tongchou.registers.models import RegisterFile, Run

MONTH = "2019-06"
ADDRESS = "岭城街道南门路12号"


def make_clinic(serial: int, **told: Any) -> Institution:
    """An institution that both registers must hold, with its codes."""
    institution = make_institution(
        kind="clinic", level="level1", name=told.pop("name", f"第{serial}诊所")
    )
    providers.correct_registration(
        actor="test", institution=institution, source="测试",
        credit_code=told.get("credit_code", credit_code(serial)), licence_no=f"PDY{serial}",
        address=told.get("address", f"{ADDRESS}之{serial}"),
    )  # fmt: skip
    return Institution.objects.get(pk=institution.pk)


def holder_of(institution: Institution) -> Holder:
    (found,) = [
        one for one in holders_of(institution.area, date(2019, 6, 30))
        if one.code == institution.code
    ]  # fmt: skip
    return found


def row_of(institution: Institution, **told: Any) -> Sequence[str]:
    return row(holder_of(institution), **told)


def make_file(
    by: User, register: str, *rows: Sequence[Any], month: str = MONTH, accepted: bool = True
) -> RegisterFile:
    file = services.receive(
        by=by, register=register, month=month, name=f"{register}.xlsx",
        content=xlsx(HEADINGS[register], rows),
    )  # fmt: skip
    return services.accept(by=by, file=file) if accepted else file


def person_row(person: Person, **told: str) -> Sequence[str]:
    return (
        told.get("name", person.name), told.get("id_no", person.id_no), person.town,
        person.village, told.get("note", ""),
    )  # fmt: skip


def make_population(by: User, *rows: Sequence[str], month: str = MONTH) -> RegisterFile:
    text = io.StringIO()
    csv.writer(text).writerows([("姓名", "公民身份号码", "乡镇", "村居", "备注"), *rows])
    file = services.receive(
        by=by, register="population", month=month, name="人口.csv", content=text.getvalue().encode()
    )
    return services.accept(by=by, file=file)


def make_run(month: str = MONTH, actor: str = "jingban") -> Run:
    return services.try_month(area="441700", month=month, actor=actor)


def make_coverage(month: str = MONTH, actor: str = "jingban") -> Run:
    return services.try_coverage(area="441700", month=month, actor=actor)

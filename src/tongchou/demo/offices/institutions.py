"""Registers of institutions: those of the county in order, and seven with planted differences.

The seven are institutions of their own, so that the simulated hospitals are not touched by what is
done about them.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import xlsxwriter

from tongchou.core.registers.codes import check_sign
from tongchou.core.registers.linking import Holder
from tongchou.core.registers.pack import institution_rules
from tongchou.demo.parameters import AREA
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.providers import services as providers
from tongchou.providers.models import Agreement, Institution
from tongchou.registers import services
from tongchou.registers.holders import holders_of

ACTOR = "demo"
BEGUN = date(2019, 1, 1)
_ROADS = {"岭城街道": "南门路", "平冈镇": "平安路", "北津镇": "港口路"}
_SCOPES = {
    "hospital": "内科、外科、妇产科、儿科、中医科门诊；住院",
    "community": "全科医疗科、预防保健科门诊",
    "clinic": "口腔科、内科、中医科门诊",
    "pharmacy": "药品零售；医疗器械销售",
}
_SERVICES = {
    "hospital": ["inpatient", "outpatient"],
    "community": ["outpatient"],
    "clinic": ["outpatient"],
    "pharmacy": ["retail"],
}
_HEADINGS = {
    "health": "机构名称 统一社会信用代码 登记号 执业地址 执业状态 有效期至 诊疗科目",
    "market": "企业名称 统一社会信用代码 许可证号 住所 登记状态 经营期限至 经营范围",
}
_TITLES = {"health": "医疗机构执业登记名录", "market": "市场主体登记名录（医药）"}


class Planted(NamedTuple):
    """An institution with something wrong. `truth`: the class that has to be found, "" for none:
    its codes are not known to us, so that a person decides."""

    code: str
    name: str
    kind: str
    town: str
    truth: str


PLANTED = (
    Planted("H44170000016", "北津仁康诊所", "clinic", "北津镇", "R1"),
    Planted("P44170000006", "百草堂药店", "pharmacy", "岭城街道", "R1"),
    Planted("P44170000007", "康泰大药房（东平店）", "pharmacy", "东平镇", "R4"),
    Planted("H44170000017", "合山民生诊所", "clinic", "合山镇", "R3"),
    Planted("P44170000008", "万和药店（大沟店）", "pharmacy", "大沟镇", "R2"),
    Planted("H44170000018", "东风社区卫生服务站", "community", "岭城街道", "R5"),
    Planted("P44170000009", "便民药店（平冈店）", "pharmacy", "平冈镇", ""),
)
_MOVED = "东平镇海朗路88号"
_FREE = (("新安诊所", "岭城街道新安路3号", "health"), ("怡心堂药店", "平冈镇平安路51号", "market"))


def send() -> None:
    """Register the seven, compare last month, hand out, begin; this month one office is late."""
    users = {user.login: user for user in User.objects.all()}
    clerk, reviewer = users["jingban"], users["fuhe"]
    _register()
    this = clock.today().replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    for register in ("health", "market"):
        _receive(clerk, register, last)
    run = services.try_month(area=AREA, month=f"{last:%Y-%m}", actor=clerk.login)
    services.issue(by=reviewer, run=run)
    _begin(clerk, reviewer)
    _receive(clerk, "health", this)
    services.try_month(area=AREA, month=f"{this:%Y-%m}", actor=clerk.login)


def truth() -> set[tuple[str, str]]:
    """Return (institution, class) of everything that a first comparison has to find."""
    return {(one.code, one.truth) for one in PLANTED if one.truth}


def rows_of(register: str, month: date) -> list[Sequence[str]]:
    """Return what an office sends for a month."""
    rules, end = institution_rules(), date(month.year + 3, 12, 31)
    planted = {one.code: one.truth for one in PLANTED}
    rows: list[Sequence[str]] = []
    for one in holders_of(AREA, clock.today()):
        code = _credit_code(one.code, one.kind)
        story = planted.get(one.code, "in order")
        if story == "R2" or not rules.offices[register].holds(one.kind, code):
            continue
        status = "注销" if story == "R1" else "正常"
        address = _MOVED if story == "R4" else _address(one)
        until = month - timedelta(days=12) if story == "R3" else end
        rows.append(
            (one.name, code, _licence(one.code), address, status, f"{until:%Y-%m-%d}"
             if register == "health" else "", _SCOPES[one.kind])
        )  # fmt: skip
    for at, (name, address, where) in enumerate(_FREE, 1):
        if where == register:
            code = _credit_code(f"H4417000009{at}", "clinic")
            rows.append((name, code, f"X{at}", address, "正常", "", "门诊；药品零售"))
    return rows


def _receive(by: User, register: str, month: date) -> None:
    name = f"{institution_rules().offices[register].name}{month:%Y%m}.xlsx"
    file = services.receive(
        by=by, register=register, month=f"{month:%Y-%m}", name=name,
        content=_xlsx(register, month, rows_of(register, month)),
    )  # fmt: skip
    services.accept(by=by, file=file)


def _xlsx(register: str, month: date, rows: Sequence[Sequence[str]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2019, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, f"{month:%Y年%m月}{_TITLES[register]}")
    for at, cells in enumerate([_HEADINGS[register].split(), *rows], 1):
        for column, cell in enumerate(cells):
            sheet.write_string(at, column, cell)
    sheet.write_string(len(rows) + 2, 0, "合计")
    book.close()
    return target.getvalue()


def _register() -> None:
    """Write down what identifies every institution, and sign the seven on."""
    for at, one in enumerate(PLANTED):
        institution = providers.register_institution(
            actor=ACTOR, code=one.code, name=one.name, kind=one.kind,
            level="community" if one.kind == "community" else "level1", area=AREA, town=one.town,
            token=f"demo-{one.code.lower()}-token",
            capabilities=frozenset({"one_stop", "e_voucher"}),
        )  # fmt: skip
        beyond = ["inpatient"] if one.truth == "R5" else []
        providers.change_agreement(
            actor=ACTOR, institution=institution, state=Agreement.State.ACTIVE,
            start=BEGUN + timedelta(days=at), number=f"XY2019-{one.code[-5:]}{one.code[0]}",
            services=[*_SERVICES[one.kind], *beyond],
        )  # fmt: skip
    unknown = {one.code for one in PLANTED if not one.truth}
    for holder in holders_of(AREA, clock.today()):
        known = holder.code not in unknown
        providers.correct_registration(
            actor=ACTOR, institution=Institution.objects.get(code=holder.code), source="演示登记",
            credit_code=_credit_code(holder.code, holder.kind) if known else "",
            licence_no=_licence(holder.code) if known else "", address=_address(holder),
        )  # fmt: skip


def _credit_code(code: str, kind: str) -> str:
    """A code in order: 12 of a public institution, 91 of a company, under an area of ours."""
    begins = "12" if kind in ("hospital", "community") else "91"
    first = f"{begins}{AREA}{'M' if code[0] == 'H' else 'P'}{code[-8:]}"
    return first + check_sign(first)


def _licence(code: str) -> str:
    return f"{'YP' if code[0] == 'P' else 'PDY'}{code[1:]}"


def _address(one: Holder) -> str:
    return f"{one.town}{_ROADS.get(one.town, '中心路')}{int(one.code[-2:]) + 10}号"


def _begin(clerk: User, reviewer: User) -> None:
    """One case at each step: ended and passed, corrected, confirmed, denied, waiting."""
    paper = [casework.File("登记机关答复（演示）.txt", "演示".encode())]
    cases = {(c.subject, c.code): c for c in Case.objects.filter(area=AREA, kind="institutions")}

    def case_of(at: int) -> Case:
        return cases[PLANTED[at].code, PLANTED[at].truth]

    for at in (0, 2, 3):
        casework.act(case=case_of(at), verb="confirm", by=clerk, note="到现场看过，属实")
    ended = services.carry_out(
        case=case_of(0), act="end_clearing", by=clerk, note="卫健注销公告", files=paper
    )
    casework.act(case=ended, verb="pass", by=reviewer)
    services.carry_out(
        case=case_of(2), act="correct_registration", by=clerk, note="变更登记通知书", files=paper
    )
    casework.act(case=case_of(4), verb="deny", by=clerk, note="登记名为连锁总店，待市场监管答复")

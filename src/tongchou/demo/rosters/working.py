"""What bureau and towns did with the cases of the months that are over."""

from collections.abc import Collection, Mapping

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.rosters import access, services
from tongchou.rosters.models import Run

PAPER = casework.File("认定文件（演示）.txt", "演示".encode())
_LEFT_LYING = 7  # one in so many stays with the town: some cases are late
_IN_THE_REGISTER = ("F1", "F3", "F4", "F5")
_EXCEPTED = {"E4": "本人留在县外参保，已签承诺书", "E1": "外出务工，联系后回县参保"}


def put_right(clerk: User, reviewer: User, numbers: Collection[str]) -> None:
    """Work on the cases handed out: what the register can put right, and what cannot be."""
    cases = access.cases_for(clerk).filter(state="issued").order_by("pk")
    for case in cases:
        if case.pk % _LEFT_LYING == 0:
            continue
        if case.code in _IN_THE_REGISTER:
            if case.subject in numbers and services.act_of(case) is not None:
                _carry_out(case, clerk, reviewer)
        elif case.code in _EXCEPTED:
            _except(case, clerk, reviewer)
        elif case.subject.startswith("~") and case.code == "I4":
            _void(case, clerk, reviewer)


def _carry_out(case: Case, clerk: User, reviewer: User) -> None:
    casework.act(case=case, verb="sign", by=clerk)
    case = casework.act(case=case, verb="confirm", by=clerk, note="核对文件，属实")
    case = services.carry_out(case=case, by=clerk, note="", files=[PAPER])
    casework.act(case=case, verb="pass", by=reviewer)


def _except(case: Case, clerk: User, reviewer: User) -> None:
    said = _EXCEPTED[case.code]
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note=said)
    end = clock.today().replace(month=12, day=31)
    casework.act(case=case, verb="except", by=reviewer, note=said, until=end)


def _void(case: Case, clerk: User, reviewer: User) -> None:
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="deny", by=clerk, note="不在本县居住，已告知发送单位")
    casework.act(case=case, verb="void", by=reviewer, note="核实无误")


def settle_rows(run: Run, clerk: User, meant: Mapping[tuple[int, str, int], str]) -> None:
    """Decide at the desk who is meant by rows that no rule could settle, where it can be seen."""
    for row in run.open_rows.filter(tier="review").order_by("pk"):
        person = meant.get((row.file_id, row.sheet, row.row), "")
        shown = {one["person_no"] for one in row.candidates}
        if row.pk % _LEFT_LYING and person in shown:
            services.decide(by=clerk, row=row, person_no=person, evidence="户口页核对")

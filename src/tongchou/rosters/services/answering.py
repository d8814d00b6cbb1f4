"""Answers that a town filled into its sheet: all of them are taken, or none."""

from django.db import transaction

from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.rosters import access, worksheet
from tongchou.rosters.casework import MACHINE

ANSWERABLE = ("issued", "signed")


@transaction.atomic
def take_answers(*, by: User, name: str, content: bytes) -> int:
    """Sign for and answer the cases of a sheet; return how many. Raises Refused naming the row."""
    open_cases = access.cases_for(by).filter(state__in=ANSWERABLE)
    cases = {case.key: case for case in open_cases}
    answers = worksheet.from_sheet(name, content, cases)
    for answer in answers:
        case = cases[answer.key]
        if "sign" in MACHINE.verbs_of(case.state):
            case = casework.act(case=case, verb="sign", by=by)
        casework.act(case=case, verb=answer.verb, by=by, note=answer.note)
    return len(answers)

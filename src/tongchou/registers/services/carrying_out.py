"""What a case asks for, done in `providers` and written on the case in one transaction.

Ending an agreement names its reason: the clearing of the register, or a penalty (A-09). It is taken
back by providers.restore_agreement, a correction by correcting again.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.providers import services as providers
from tongchou.providers.models import Agreement, Institution
from tongchou.providers.queries import by_code
from tongchou.registers.models import INSTITUTIONS, RegisterFile


class Act(NamedTuple):
    """`codes`: of the cases it is for; `words` says what will be done to this very case."""

    label: str | Promise
    codes: tuple[str, ...]
    words: Callable[[Case], str]
    run: Callable[[Case, Institution, User, str], None]


def acts_of(case: Case) -> dict[str, Act]:
    """Return what can be done at once for the case, by name."""
    if case.kind != INSTITUTIONS:
        return {}
    return {name: act for name, act in ACTS.items() if case.code in act.codes and act.words(case)}


@transaction.atomic
def carry_out(
    *, case: Case, act: str, by: User, note: str, files: Sequence[casework.File] = ()
) -> Case:
    """Do what the case asks for and say so on it. Raises NotAllowed, Refused naming the field."""
    wanted = acts_of(case).get(act)
    if wanted is None:
        raise Refused(_("这个案件没有这种办法。请刷新后再看"))
    if not by.may("providers.edit"):
        raise NotAllowed(_("您的岗位不能变更协议和机构登记。请由经办岗办理"))
    if not note.strip():
        raise Refused(_("请写明情况"), field="note")
    institution = by_code(case.subject)
    if institution is None or institution.area != case.area:
        raise Refused(_("案件所指的机构不在登记里"))
    words = wanted.words(case)
    wanted.run(case, institution, by, note.strip())
    said = "。".join(filter(None, (words, note.strip())))
    return casework.act(case=case, verb="correct", by=by, note=said, files=files)


def _end_words(reason: str) -> Callable[[Case], str]:
    label = Agreement.EndReason(reason).label
    return lambda case: _("解除协议，原因记“%(reason)s”") % {"reason": label}


def _end(reason: str) -> Callable[[Case, Institution, User, str], None]:
    def run(case: Case, institution: Institution, by: User, note: str) -> None:
        said = f"{_source(case)}：{note}"
        if len(said) > providers.MOST_REASON:
            most = providers.MOST_REASON - len(_source(case)) - 1
            raise Refused(_("情况说明最多 %(n)s 字") % {"n": most}, field="note")
        providers.change_agreement(
            actor=by.login,
            institution=institution,
            state=Agreement.State.ENDED,
            start=clock.today(),
            reason=said,
            end_reason=reason,
        )

    return run


def _source(case: Case) -> str:
    names = "、".join(str(RegisterFile.Register(one).label) for one in case.sources)
    return _("%(registers)s比对") % {"registers": names}


def _correct_words(case: Case) -> str:
    told = [text for name in ("name", "address") if (text := case.data.get(name))]
    return _("照登记更正为：%(words)s") % {"words": "，".join(told)} if told else ""


def _correct(case: Case, institution: Institution, by: User, note: str) -> None:
    told = {name: case.data[name] for name in ("name", "address") if case.data.get(name)}
    register = str(RegisterFile.Register(case.data["register"]).label)
    providers.correct_registration(actor=by.login, institution=institution, source=register, **told)


_ENDING = ("R1", "R2", "R3", "R6")
ACTS = {
    "end_clearing": Act(
        gettext_lazy("解除协议：登记清理"), _ENDING, _end_words("clearing"), _end("clearing")
    ),
    "end_penalty": Act(
        gettext_lazy("解除协议：违规处罚"), _ENDING, _end_words("penalty"), _end("penalty")
    ),
    "correct_registration": Act(gettext_lazy("更正机构登记"), ("R4",), _correct_words, _correct),
}

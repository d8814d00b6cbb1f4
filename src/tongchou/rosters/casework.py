"""How a finding of the lists goes from hand to hand until it is settled (domain/roster, 4)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tongchou.core.rosters import load_pack
from tongchou.core.rosters.pack import YEAR_END
from tongchou.core.rosters.standings import months_after
from tongchou.platform.casework.machine import RESTART, START, STOP, Level, Machine, State, Verb
from tongchou.platform.casework.models import Case

KIND = "rosters"
_HANDS = ("confirm", "deny", "doubt", "correct")


def last_day_aside(case: Case, day: date) -> date | None:
    """Return until when a case of its class may be set aside at most, from `day` on."""
    aside = load_pack(case.area).class_of(case.code).aside
    if aside == YEAR_END:
        return date(day.year, 12, 31)
    return months_after(day, int(aside)) if aside else None


MACHINE = Machine(
    kind=KIND,
    title=_("名单问题"),
    states={
        "found": State(_("待下发"), "rosters.issue"),
        "issued": State(_("待签收"), "rosters.handle"),
        "signed": State(_("待核实"), "rosters.handle"),
        "true": State(_("属实，待整改"), "rosters.handle"),
        "untrue": State(_("不属实，待复核"), "rosters.review"),
        "unclear": State(_("无法核实，待复核"), "rosters.review"),
        "corrected": State(_("已整改，待复核"), "rosters.review"),
        "passed": State(_("复核通过，待系统见到")),
        "excepted": State(_("例外挂账")),
        "watched": State(_("关注，不上门")),
        "vanished": State(_("自行消失，待确认")),
        "void": State(_("误报作废"), over=True),
        "closed": State(_("已销号"), over=True),
    },
    verbs={
        "issue": Verb(_("下发"), ("found",), "issued", "rosters.issue", clock=START),
        "sign": Verb(_("签收"), ("issued",), "signed", "rosters.handle"),
        "confirm": Verb(_("属实"), ("signed",), "true", "rosters.handle", note=True),
        "deny": Verb(_("不属实"), ("signed",), "untrue", "rosters.handle", note=True),
        "doubt": Verb(_("无法核实"), ("signed",), "unclear", "rosters.handle", note=True),
        "correct": Verb(
            _("整改完成"), ("true",), "corrected", "rosters.handle", note=True, evidence=True
        ),
        "pass": Verb(
            _("复核通过"), ("corrected",), "passed", "rosters.review", after=_HANDS, clock=STOP
        ),
        "send_back": Verb(
            _("退回"), ("corrected", "untrue", "unclear"), "signed", "rosters.review",
            after=_HANDS, note=True, clock=RESTART,
        ),
        "except": Verb(
            _("例外挂账"), ("true", "untrue", "unclear", "corrected"), "excepted",
            "rosters.review", after=_HANDS, note=True, until=True, clock=STOP,
        ),
        "void": Verb(
            _("误报作废"), ("untrue",), "void", "rosters.review", after=_HANDS, note=True,
            clock=STOP,
        ),
    },
    found="found",
    vanished="vanished",
    closed="closed",
    settled=("passed", "excepted", "watched"),
    escalates={
        1: Level(_("乡镇负责人"), "rosters.handle", local=True),
        5: Level(_("医保局"), "rosters.oversee"),
    },
    resumed="issued",
    ends_by=last_day_aside,
)  # fmt: skip
MACHINES = (MACHINE,)

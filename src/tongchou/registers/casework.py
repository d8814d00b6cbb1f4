"""How what the registers show goes from hand to hand: two machines beside that of the rosters.

Why somebody is not insured is found out where he lives: his town sees the case and explains it.
"""

from django.utils.translation import gettext_lazy as _

from tongchou.platform.casework.machine import RESTART, START, STOP, Level, Machine, State, Verb
from tongchou.registers.models import INSTITUTIONS, POPULATION

_HANDS = ("confirm", "deny", "correct")

# Working days late -> to whom (assumed, as for the lists of helped people).
_GOES_UP = {
    1: Level(_("科室负责人"), "registers.review"),
    5: Level(_("局领导"), "rosters.oversee"),
}
MACHINE = Machine(
    kind=INSTITUTIONS,
    title=_("机构登记问题"),
    states={
        "found": State(_("待下发"), "registers.issue"),
        "issued": State(_("待核实"), "registers.handle"),
        "true": State(_("属实，待处理"), "registers.handle"),
        "untrue": State(_("不属实，待复核"), "registers.review"),
        "corrected": State(_("已处理，待复核"), "registers.review"),
        "passed": State(_("复核通过，待登记数据见到")),
        "excepted": State(_("例外挂账")),
        "vanished": State(_("自行消失，待确认")),
        "void": State(_("误报作废"), over=True),
        "closed": State(_("已销号"), over=True),
    },
    verbs={
        "issue": Verb(_("下发"), ("found",), "issued", "registers.issue", clock=START),
        "confirm": Verb(_("属实"), ("issued",), "true", "registers.handle", note=True),
        "deny": Verb(_("不属实"), ("issued",), "untrue", "registers.handle", note=True),
        "correct": Verb(
            _("处理完成"), ("true",), "corrected", "registers.handle", note=True, evidence=True
        ),
        "pass": Verb(
            _("复核通过"), ("corrected",), "passed", "registers.review", after=_HANDS, clock=STOP
        ),
        "send_back": Verb(
            _("退回"), ("corrected", "untrue"), "issued", "registers.review", after=_HANDS,
            note=True, clock=RESTART,
        ),
        "except": Verb(
            _("例外挂账"), ("untrue", "corrected"), "excepted", "registers.review",
            after=_HANDS, note=True, until=True, clock=STOP,
        ),
        "void": Verb(
            _("误报作废"), ("untrue",), "void", "registers.review", after=_HANDS, note=True,
            clock=STOP,
        ),
    },
    found="found",
    vanished="vanished",
    closed="closed",
    settled=("passed", "excepted"),
    escalates=_GOES_UP,
    page="register_case",
)  # fmt: skip

COVERAGE = Machine(
    kind=POPULATION,
    title=_("未参保"),
    states={
        "found": State(_("待下发"), "registers.issue"),
        "issued": State(_("待查原因"), "registers.explain"),
        "explained": State(_("有原因，待复核"), "registers.review"),
        "excepted": State(_("原因成立")),
        "vanished": State(_("已参保或不再是本地人口，待确认")),
        "closed": State(_("已销号"), over=True),
    },
    verbs={
        "issue": Verb(_("下发"), ("found",), "issued", "registers.issue", clock=START),
        "explain": Verb(_("写明原因"), ("issued",), "explained", "registers.explain", note=True),
        "accept": Verb(
            _("原因成立"), ("explained",), "excepted", "registers.review", after=("explain",),
            until=True, clock=STOP,
        ),
        "send_back": Verb(
            _("退回"), ("explained",), "issued", "registers.review", after=("explain",),
            note=True, clock=RESTART,
        ),
    },
    found="found",
    vanished="vanished",
    closed="closed",
    settled=("excepted",),
    escalates=_GOES_UP,
    page="register_case",
)  # fmt: skip
MACHINES = (MACHINE, COVERAGE)
BY_KIND = {machine.kind: machine for machine in MACHINES}

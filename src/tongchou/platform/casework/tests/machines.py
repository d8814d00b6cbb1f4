"""A small kind of case for tests, of no context."""

from datetime import date

from tongchou.platform.casework.machine import RESTART, START, STOP, Level, Machine, State, Verb

MACHINE = Machine(
    kind="test",
    title="试验",
    states={
        "found": State("待下发", "rosters.issue"),
        "issued": State("待办", "rosters.handle"),
        "done": State("待复核", "rosters.review"),
        "passed": State("待见到"),
        "aside": State("例外"),
        "vanished": State("不见"),
        "closed": State("已销", over=True),
    },
    verbs={
        "issue": Verb("下发", ("found",), "issued", "rosters.issue", clock=START),
        "do": Verb("办", ("issued",), "done", "rosters.handle", note=True, evidence=True),
        "pass": Verb("通过", ("done",), "passed", "rosters.review", after=("do",), clock=STOP),
        "back": Verb("退回", ("done",), "issued", "rosters.review", after=("do",), clock=RESTART),
        "aside": Verb(
            "挂账", ("done",), "aside", "rosters.review", after=("do",), until=True, clock=STOP
        ),
    },
    found="found",
    vanished="vanished",
    closed="closed",
    settled=("passed", "aside"),
    escalates={
        1: Level("镇长", "rosters.handle", local=True),
        5: Level("局", "rosters.oversee"),
    },
    resumed="issued",
    ends_by=lambda _case, day: date(day.year, 12, 31),
)

"""Posts and what each may do, as data. A right that no post lists is nobody's (P15)."""

from django.utils.translation import gettext_lazy as _

ROLES = {
    "clerk": _("经办岗"),
    "reviewer": _("复核岗"),
    "approver": _("审批岗"),
    "finance": _("财务岗"),
    "inspector": _("稽核岗"),
    "director": _("局领导"),
    "auditor": _("审计岗"),
    "sysadmin": _("系统管理员"),
    "hospital": _("医院医保办"),
    "town": _("乡镇经办"),
    "screen": _("大屏"),
}
# Signed in on a screen that nobody sits at: not ended when idle, and sees nobody's name.
UNATTENDED = frozenset({"screen"})

_BUREAU = frozenset(
    {
        "home.view",
        "people.view",
        "bills.view",
        "bills.print",
        "plans.view",
        "providers.view",
        "partners.view",
        "catalogue.view",
        "rosters.view",
        "rosters.cases",
        "registers.view",
        "registers.cases",
        "arrears.view",
        "transitions.view",
        "workdays.view",
        "premiums.view",
        "payouts.view",
        "sharing.view",
        "pooling.view",
    }
)

RIGHTS: dict[str, frozenset[str]] = {
    "clerk": _BUREAU
    | {
        "people.edit",
        "people.merge",
        "people.unmask",
        "trial.run",
        "manual.file",
        "reversal.propose",
        "plans.draft",
        "whatif.run",
        "providers.edit",
        "partners.edit",
        "catalogue.import",
        "reconcile.view",
        "gateway.view",
        "rosters.receive",
        "rosters.run",
        "rosters.decide",
        "rosters.handle",
        "rosters.apply",
        "rosters.responsible",
        "registers.receive",
        "registers.run",
        "registers.handle",
        "registers.explain",
        "arrears.propose",
        "transitions.receive",
        "premiums.edit",
        "payouts.accounts",
        "sharing.edit",
        "pooling.propose",
    },
    "reviewer": _BUREAU
    | {
        "people.merge",
        "people.merge_confirm",
        "people.unmask",
        "trial.run",
        "manual.review",
        "reversal.review",
        "plans.check",
        "whatif.run",
        "replay.view",
        "reconcile.view",
        "gateway.view",
        "funds.view",
        "rosters.receive",
        "rosters.decide",
        "rosters.issue",
        "arrears.review",
        "transitions.accept",
        "premiums.review",
        "rosters.review",
        "rosters.oversee",
        "workdays.edit",
        "rosters.recognise",
        "registers.receive",
        "registers.issue",
        "registers.review",
    },
    "approver": _BUREAU
    | {"plans.adopt", "manual.approve", "reversal.review", "funds.view", "whatif.run"}
    | {"arrears.release", "transitions.accept", "payouts.approve", "premiums.release"}
    | {"pooling.confirm"},
    "finance": _BUREAU
    | {"funds.view", "reconcile.view", "payouts.send", "lake.export", "lake.query", "whatif.run"}
    | {"replay.view", "pooling.remit"},
    "inspector": _BUREAU
    | {
        "people.unmask",
        "gateway.view",
        "reconcile.view",
        "lake.query",
        "lake.identify",
        "replay.view",
    },
    "director": _BUREAU
    | {
        "funds.view",
        "gateway.view",
        "reconcile.view",
        "plans.adopt",
        "pooling.confirm",
        "rosters.oversee",
        "lake.export",
        "lake.query",
        "whatif.run",
        "replay.view",
    },
    "auditor": _BUREAU
    | {
        "funds.view",
        "trail.view",
        "gateway.view",
        "reconcile.view",
        "lake.export",
        "lake.query",
        "lake.identify",
        "whatif.run",
        "replay.view",
    },
    # Runs the system, sees nobody's bills.
    "sysadmin": frozenset(
        {"home.view", "users.manage", "gateway.view", "lake.export", "replay.view"}
        | {"workdays.view", "workdays.edit"}
    ),
    "hospital": frozenset(
        {"home.view", "bills.view", "bills.print", "reconcile.view", "gateway.view"}
    ),
    # A town works on what was handed out to it, and sees nothing else.
    "town": frozenset({"home.view", "rosters.cases", "rosters.handle"})
    | {"rosters.apply", "rosters.responsible", "registers.cases", "registers.explain"},
    "screen": frozenset({"home.view", "wall.view"}),
}

# Who may look behind the figures may look at the figures.
RIGHTS |= {
    role: rights | {"wall.view"} for role, rights in RIGHTS.items() if "gateway.view" in rights
}

assert set(RIGHTS) == set(ROLES)
ALL_RIGHTS = frozenset().union(*RIGHTS.values())

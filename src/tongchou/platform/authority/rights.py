"""What each right is called, in the order in which pages list them."""

from django.utils.translation import gettext_lazy as _

from tongchou.platform.authority.roles import ALL_RIGHTS, RIGHTS

RIGHT_NAMES = {
    "home.view": _("看工作台"),
    "people.view": _("看参保人员"),
    "people.edit": _("登记人员事实"),
    "people.unmask": _("显示证件全号（留痕）"),
    "trial.run": _("试算待遇"),
    "bills.view": _("看结算单"),
    "bills.print": _("打印结算单"),
    "manual.file": _("受理零星报销"),
    "manual.review": _("复核零星报销"),
    "manual.approve": _("审批零星报销"),
    "manual.pay": _("拨付零星报销"),
    "reversal.propose": _("提请冲正"),
    "reversal.review": _("复核冲正"),
    "plans.view": _("看政策"),
    "plans.draft": _("起草政策"),
    "plans.check": _("核对政策"),
    "plans.adopt": _("批准政策"),
    "catalogue.view": _("看目录"),
    "catalogue.import": _("导入目录"),
    "providers.view": _("看定点机构"),
    "providers.edit": _("登记机构与协议"),
    "arrears.view": _("看待遇补差"),
    "arrears.propose": _("提出补差"),
    "arrears.review": _("复核补差"),
    "arrears.release": _("放行补差"),
    "rosters.view": _("看名单比对"),
    "rosters.cases": _("看名单案件"),
    "rosters.receive": _("收名单"),
    "rosters.run": _("试比对名单"),
    "rosters.decide": _("核定名单所指"),
    "rosters.issue": _("下发名单问题"),
    "rosters.handle": _("核实和整改"),
    "rosters.review": _("复核整改"),
    "registers.view": _("看登记比对"),
    "registers.receive": _("收登记数据"),
    "registers.run": _("试比对登记"),
    "registers.issue": _("下发登记问题"),
    "registers.handle": _("核实登记问题、核定所指"),
    "registers.review": _("复核登记问题"),
    "reconcile.view": _("看医院对账"),
    "funds.view": _("看基金账"),
    "gateway.view": _("看接口监测"),
    "replay.view": _("看整年重算"),
    "whatif.run": _("试算政策改动"),
    "wall.view": _("看接口监测大屏"),
    "lake.export": _("导出数据副本、整年重算"),
    "lake.query": _("查询数据副本（留痕）"),
    "lake.identify": _("查询时看到人员编号"),
    "trail.view": _("看操作留痕"),
    "users.manage": _("管理用户"),
}

assert set(RIGHT_NAMES) == ALL_RIGHTS


def rights_of(role: str) -> list[str]:
    """Return the names of what a post may do."""
    return [str(name) for right, name in RIGHT_NAMES.items() if right in RIGHTS[role]]

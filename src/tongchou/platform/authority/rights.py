"""What each right is called, in the order in which pages list them."""

from django.utils.translation import gettext_lazy as _

from tongchou.platform.authority.roles import ALL_RIGHTS, RIGHTS

RIGHT_NAMES = {
    "home.view": _("看工作台"),
    "people.view": _("看参保人员"),
    "people.edit": _("登记人员事实"),
    "people.unmask": _("显示证件全号（留痕）"),
    "people.merge": _("提出并档"),
    "people.merge_confirm": _("确认和撤销并档"),
    "trial.run": _("试算待遇"),
    "bills.view": _("看结算单"),
    "bills.print": _("打印结算单"),
    "manual.file": _("受理零星报销"),
    "manual.review": _("复核零星报销"),
    "manual.approve": _("审批零星报销"),
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
    "premiums.view": _("看参保缴费"),
    "premiums.edit": _("登记缴费和免缴、提出退费和资助"),
    "premiums.review": _("批准退费、复核资助参保"),
    "premiums.release": _("放行和冲销资助参保"),
    "payouts.view": _("看代发"),
    "payouts.accounts": _("登记银行账户"),
    "payouts.send": _("编代发批次、送银行、收回盘"),
    "payouts.approve": _("审批代发批次"),
    "rosters.view": _("看名单比对"),
    "rosters.cases": _("看名单案件"),
    "rosters.receive": _("收名单"),
    "rosters.run": _("试比对名单"),
    "rosters.decide": _("核定名单所指"),
    "rosters.issue": _("下发名单问题"),
    "rosters.handle": _("核实和整改"),
    "rosters.review": _("复核整改"),
    "rosters.oversee": _("督办超期的案件"),
    "rosters.apply": _("报送困难申请"),
    "rosters.recognise": _("审核困难申请"),
    "rosters.responsible": _("登记帮扶责任人"),
    "reconcile.view": _("看医院对账"),
    "funds.view": _("看基金账"),
    "gateway.view": _("看接口监测"),
    "replay.view": _("看整年重算"),
    "whatif.run": _("试算政策改动"),
    "wall.view": _("看接口监测大屏"),
    "lake.export": _("导出数据副本、整年重算"),
    "lake.query": _("查询数据副本（留痕）"),
    "lake.identify": _("查询时看到人员编号"),
    "workdays.view": _("看工作日"),
    "workdays.edit": _("登记节假日"),
    "trail.view": _("看操作留痕"),
    "users.manage": _("管理用户"),
}

assert set(RIGHT_NAMES) == ALL_RIGHTS


def rights_of(role: str) -> list[str]:
    """Return the names of what a post may do."""
    return [str(name) for right, name in RIGHT_NAMES.items() if right in RIGHTS[role]]

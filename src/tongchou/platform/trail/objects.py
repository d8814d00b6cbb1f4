"""What an act's object is called and where its page is, by the names of the table of addresses."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.platform.trail.models import Act


@dataclass(frozen=True, slots=True)
class Kind:
    label: str | Promise
    url_name: str = ""


KINDS = {
    "person": Kind(_("人员"), "people:person"),
    "merge": Kind(_("并档"), "people:merge"),
    "settlement": Kind(_("结算单"), "bills:statement"),
    "visit": Kind(_("就诊")),
    "manual_claim": Kind(_("零星报销"), "bills:manual"),
    "institution": Kind(_("定点机构"), "providers:institution"),
    "doctor": Kind(_("医师")),
    "partner": Kind(_("合作统筹区"), "partners:partner"),
    "item": Kind(_("目录项目"), "catalogue:item"),
    "disease": Kind(_("病种")),
    "import": Kind(_("导入文件"), "catalogue:import"),
    "plan_version": Kind(_("政策版本"), "plans:version"),
    "reform": Kind(_("测算方案"), "whatif:reform"),
    "entry": Kind(_("凭证"), "funds:entry"),
    "area": Kind(_("统筹区")),
    "user": Kind(_("用户")),  # who reads the trail manages no users
    "file": Kind(_("接口文件")),
    "statement": Kind(_("对账")),
    "sign_in": Kind(_("签到")),
    "job": Kind(_("后台作业"), "jobs:job"),
    "lake": Kind(_("数据副本")),
    "trail": Kind(_("留痕")),
    "account_link": Kind(_("家庭共济"), "sharing:link"),
    "payable": Kind(_("应付个人")),
    "receivable": Kind(_("应收回")),
    "payout_batch": Kind(_("代发批次"), "payouts:batch"),
    "arrears_batch": Kind(_("集中补算"), "arrears:batch"),
    "arrear": Kind(_("补差"), "arrears:arrear"),
    "transition": Kind(_("制度并轨"), "transitions:transition"),
    "pooling_change": Kind(_("统筹层次变更"), "pooling:change"),
    "remittance": Kind(_("上解下拨"), "pooling:remittance"),
    "premium_batch": Kind(_("缴费文件")),
    "refund": Kind(_("退费"), "premiums:refund"),
    "subsidy_run": Kind(_("资助参保"), "premiums:subsidy"),
    "case": Kind(_("案件"), "rosters:case"),
    "register_case": Kind(_("登记案件"), "registers:case"),
    "register_file": Kind(_("登记数据"), "registers:file"),
    "register_pin": Kind(_("登记核定")),
    "register_run": Kind(_("登记比对"), "registers:run"),
    "sender": Kind(_("报送单位")),
    "roster": Kind(_("名单"), "rosters:file"),
    "pin": Kind(_("核定")),
    "application": Kind(_("困难申请"), "rosters:application"),
    "responsible": Kind(_("帮扶责任人"), "rosters:responsible"),
    "run": Kind(_("比对"), "rosters:run"),
}


def actor_label(act: Act) -> str:
    """Return the name and sign-in name of who acted; an institution or the program as recorded."""
    name: str | None = getattr(act, "actor_name", None)
    return f"{name} {act.actor}" if name else act.actor


def object_label(act: Act) -> str:
    kind = KINDS.get(act.object_type)
    return f"{kind.label if kind else act.object_type} {act.object_id}"


def object_url(act: Act) -> str:
    """Return the object's page, or "" where it has none."""
    kind = KINDS.get(act.object_type)
    if kind is None or not kind.url_name:
        return ""
    try:
        return reverse(kind.url_name, args=[act.object_id])
    except NoReverseMatch:
        return ""

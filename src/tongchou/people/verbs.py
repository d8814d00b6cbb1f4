"""The acts that people writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "people.person.registered": _("登记人员"),
    "people.person.renamed": _("更正姓名"),
    "people.person.moved": _("变更住址"),
    "people.person.died": _("登记死亡"),
    "people.person.seen": _("查看人员"),
    "people.person.unmasked": _("查看人员全号"),
    "people.number.added": _("登记号码"),
    "people.number.ended": _("停用号码"),
    "people.number.changed": _("变更证件号码"),
    "people.enrolment.added": _("登记参保"),
    "people.enrolment.ended": _("终止参保"),
    "people.enrolment.struck": _("更正参保"),
    "people.identity.added": _("登记身份"),
    "people.identity.ended": _("退出身份"),
    "people.identity.struck": _("更正身份"),
    "people.permit.added": _("登记居住证"),
    "people.permit.ended": _("终止居住证"),
    "people.permit.struck": _("更正居住证"),
    "people.merge.proposed": _("提出并档"),
    "people.merge.merged": _("并档"),
    "people.merge.refused": _("退回并档"),
    "people.merge.different": _("认定两档不是同一人"),
    "people.merge.undone": _("撤销并档"),
}

"""The acts that the catalogue writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "catalogue.item.added": _("登记项目"),
    "catalogue.item.changed": _("变更项目名称或分类"),
    "catalogue.term.set": _("设定项目条件"),
    "catalogue.disease.added": _("登记病种"),
    "catalogue.import.staged": _("上传目录文件"),
    "catalogue.import.accepted": _("接收目录文件"),
    "catalogue.import.refused": _("退回目录文件"),
}

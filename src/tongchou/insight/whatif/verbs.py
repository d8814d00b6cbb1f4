"""What the trail calls the acts of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "whatif.reform.kept": _("保存测算方案"),
    "whatif.reform.changed": _("修改测算方案"),
    "whatif.reform.renamed": _("测算方案改名"),
    "whatif.reform.shared": _("共享测算方案"),
    "whatif.reform.unshared": _("取消共享测算方案"),
    "whatif.reform.copied": _("复制测算方案"),
    "whatif.reform.dropped": _("删除测算方案"),
    "whatif.brief.drafted": _("由测算起草政策"),
}

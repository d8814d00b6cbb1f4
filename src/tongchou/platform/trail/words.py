"""How the verifier's findings are said."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.platform.trail.verify import Fault

KINDS = {
    "changed": gettext_lazy("内容被改动"),
    "unlinked": gettext_lazy("与前一条接不上"),
    "missing": gettext_lazy("被删去"),
    "cut": gettext_lazy("链尾被截断或链头被改动"),
    "stray": gettext_lazy("不在任何链上"),
    "rewritten": gettext_lazy("与封条不符，整条链被重写"),
}


def fault_words(fault: Fault) -> str:
    return _("第 %(slice)s 链第 %(seq)s 条：%(what)s") % {
        "slice": fault.slice,
        "seq": fault.seq,
        "what": KINDS[fault.kind],
    }

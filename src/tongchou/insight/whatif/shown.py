"""What a policy version's page shows of the report that it was drafted on."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.insight.whatif.models import Brief
from tongchou.plans.hooks import Report
from tongchou.plans.models import PlanVersion
from tongchou.platform.ui import format as fmt


def report_of(version: PlanVersion) -> Report | None:
    """Return the frozen brief of the version in a line."""
    brief = Brief.objects.filter(version=version).first()
    if brief is None:
        return None
    difference = brief.report["fund"]["difference"]
    words = {
        "year": brief.report["year"],
        "n": f"{brief.report['bills']:,}",
        "wan": f"+{fmt.wan(difference)}" if difference > 0 else fmt.wan(difference),
    }
    text = _("按 %(year)s 年 %(n)s 笔结算单，基金全年多付 %(wan)s 万元") % words
    if version.plan_id != brief.plan_after:
        text = _("%(text)s。草案在测算之后又改过，数字不再对应") % {"text": text}
    title = _("测算报告：%(name)s") % {"name": brief.name}
    return Report(title, text, reverse("whatif:frozen", args=[brief.pk]))

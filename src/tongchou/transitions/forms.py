"""The form of a new merge; the services check, beside their field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField


class ReceiveForm(RefusableForm):
    title = forms.CharField(
        label=_("名称"), max_length=100, help_text=_("如“2016 年新农合、城镇居民整合，平冈镇”")
    )
    starts_on = DayField(label=_("并轨日"), help_text=_("从这天起在这里参保，累计计入这天的年度"))
    mapping = forms.FileField(
        label=_("对照表"), help_text=_("旧险种代码、名称、并入、在职退休、人员类别")
    )
    persons = forms.FileField(
        label=_("人员表"), help_text=_("可与对照表是同一个工作簿；一次最多 5,000 行")
    )

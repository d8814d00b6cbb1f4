from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField


class DaysForm(RefusableForm):
    first = DayField(label=_("从"))
    last = DayField(label=_("到"), required=False, help_text=_("只有一天的不填"))
    works = forms.ChoiceField(
        label=_("安排"), choices=[("", _("放假")), ("1", _("周末上班"))], required=False
    )
    name = forms.CharField(label=_("名称"), max_length=50)
    notice = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("国务院办公厅通知的文号和日期")
    )


class FileForm(RefusableForm):
    file = forms.FileField(
        label=_("Excel 文件"), help_text=_("列：日期、放假或上班、名称、依据；全部登记或全部不登")
    )

"""Forms of accounts, batches and what comes back; the services check, beside their field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField


class AccountForm(RefusableForm):
    bank = forms.CharField(label=_("开户银行"), max_length=60)
    number = forms.CharField(
        label=_("社保卡银行账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("照卡面填，16 到 19 位"),
    )
    holder = forms.CharField(label=_("户名"), max_length=50)
    start = DayField(label=_("从哪天起用"))
    source = forms.CharField(label=_("来源"), max_length=100, help_text=_("如“本人持卡申请”"))
    on_behalf = forms.CharField(
        label=_("代领依据"),
        max_length=200,
        required=False,
        help_text=_("只用于继承人、未成年人的监护人：写明关系和材料"),
    )


class AnswerForm(RefusableForm):
    file = forms.FileField(
        label=_("银行回盘"), help_text=_("xlsx、xls 或 csv，要有代发键、金额、处理结果三列")
    )

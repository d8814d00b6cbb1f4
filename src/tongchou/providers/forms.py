"""Forms of the register of institutions; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField
from tongchou.providers.models import Agreement


class AgreementForm(RefusableForm):
    state = forms.ChoiceField(label=_("改为"), choices=Agreement.State.choices)
    start = DayField(label=_("从"), help_text=_("这天及以后出院或就诊的费用按新状态"))
    number = forms.CharField(
        label=_("协议号"), max_length=50, required=False, help_text=_("新签协议才填")
    )
    end = DayField(label=_("到（不含）"), required=False, help_text=_("协议期满次日；不填则沿用"))
    reason = forms.CharField(
        label=_("依据"), max_length=200, required=False, help_text=_("条款或通知；恢复执行可不填")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = clock.today


class SuspensionForm(RefusableForm):
    start = DayField(label=_("从"))
    end = DayField(label=_("到（不含）"), required=False, help_text=_("不填则到另行恢复"))
    reason = forms.CharField(label=_("依据"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = clock.today


class ResumeForm(RefusableForm):
    on = DayField(label=_("恢复日"), help_text=_("这天起开的医嘱恢复支付"))
    reason = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today

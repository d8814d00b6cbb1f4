"""Forms of the register of institutions; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField
from tongchou.providers.models import Agreement, Institution


class AgreementForm(RefusableForm):
    state = forms.ChoiceField(label=_("改为"), choices=Agreement.State.choices)
    start = DayField(label=_("从"), help_text=_("这天及以后出院或就诊的费用按新状态"))
    number = forms.CharField(
        label=_("协议号"), max_length=50, required=False, help_text=_("新签协议才填")
    )
    end = DayField(label=_("到（不含）"), required=False, help_text=_("协议期满次日；不填则沿用"))
    services = forms.MultipleChoiceField(
        label=_("协议范围"), choices=Agreement.Service.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("不选则沿用"),
    )  # fmt: skip
    end_reason = forms.ChoiceField(
        label=_("解除原因"), required=False, help_text=_("解除时必选：登记清理和违规处罚分开统计"),
        choices=[("", "—"), *Agreement.EndReason.choices],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("依据"), max_length=200, required=False, help_text=_("条款或通知；恢复执行可不填")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = clock.today

    def clean_services(self) -> list[str] | None:
        """Return None where nothing is ticked: what the agreement covered stays."""
        return self.cleaned_data["services"] or None


class RestoreForm(RefusableForm):
    start = DayField(label=_("从"), help_text=_("须晚于解除之日"))
    reason = forms.CharField(label=_("为什么撤回"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = clock.today


class RegistrationForm(RefusableForm):
    """What the registers of other offices know the institution by."""

    name = forms.CharField(label=_("名称"), max_length=200)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, required=False, help_text=_("18 位，末位校验")
    )
    licence_no = forms.CharField(label=_("许可证登记号"), max_length=40, required=False)
    source = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("变更登记通知书，或哪一份登记数据")
    )


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


class InstitutionForm(RefusableForm):
    code = forms.CharField(
        label=_("编码"), max_length=12, help_text=_("国家编码：医院 H、药店 P，加 11 位数字")
    )
    name = forms.CharField(label=_("名称"), max_length=200, help_text=_("照执业许可证"))
    kind = forms.ChoiceField(label=_("类型"), choices=Institution.Kind.choices)
    level = forms.ChoiceField(label=_("级别"), choices=Institution.Level.choices)
    ownership = forms.CharField(label=_("性质"), max_length=20, required=False)
    town = forms.CharField(label=_("镇街"), max_length=50, required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, required=False, help_text=_("18 位，末位校验")
    )
    licence_no = forms.CharField(label=_("许可证登记号"), max_length=40, required=False)
    paasid = forms.CharField(
        label=_("接口账号"), max_length=64, required=False, help_text=_("不填则用编码")
    )


class DoctorForm(RefusableForm):
    code = forms.CharField(label=_("医师代码"), max_length=13, help_text=_("D 加 12 位数字"))
    name = forms.CharField(label=_("姓名"), max_length=50)
    department = forms.CharField(label=_("科室"), max_length=50, required=False)
    title = forms.CharField(label=_("职称"), max_length=20, required=False)

"""Forms of trial calculation, manual reimbursement and the decisions on them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui import format as fmt
from tongchou.platform.ui.forms import DayField
from tongchou.settlement.labels import LEVEL_LABELS, VISIT_LABELS


class YuanField(forms.CharField):
    """An amount typed in yuan; its value is fen, not negative."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return 0
        try:
            fen = fmt.parse_yuan(text)
        except ValueError as error:
            raise forms.ValidationError(_("金额看不懂。请写成 12345.67")) from error
        if fen < 0:
            raise forms.ValidationError(_("金额不能是负数。请去掉负号"))
        return fen


class TrialForm(RefusableForm):
    """What a bill would be. `in_scope` left empty: all of it."""

    visit_kind = forms.ChoiceField(label=_("就医类别"), choices=list(VISIT_LABELS.items()))
    level = forms.ChoiceField(
        label=_("机构级别"), choices=list(LEVEL_LABELS.items()), initial="level3"
    )
    total = YuanField(label=_("总费用（元）"))
    in_scope = YuanField(
        label=_("政策范围内（元）"), required=False, help_text=_("不填按全部在政策范围内")
    )
    on = DayField(label=_("出院或就诊日期"))
    out_of_area = forms.BooleanField(label=_("市外就医"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.data.get("in_scope", "").strip() and "total" in data:
            data["in_scope"] = data["total"]
        return data


class ManualForm(RefusableForm):
    """A bill brought to the counter, as its papers say."""

    invoice = forms.CharField(
        label=_("票据号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    institution_code = forms.CharField(
        label=_("定点机构编码"),
        max_length=12,
        required=False,
        help_text=_("市外机构没有编码的，填下面的名称和级别"),
    )
    institution_name = forms.CharField(label=_("机构名称"), max_length=200, required=False)
    level = forms.ChoiceField(
        label=_("机构级别"), choices=list(LEVEL_LABELS.items()), initial="level3"
    )
    visit_kind = forms.ChoiceField(label=_("就医类别"), choices=list(VISIT_LABELS.items()))
    begun_on = DayField(label=_("入院或就诊日期"))
    ended_on = DayField(label=_("出院日期"))
    total = YuanField(label=_("总费用（元）"))
    own_pay = YuanField(label=_("全自费（元）"), required=False)
    over_limit = YuanField(label=_("超限价（元）"), required=False)
    first_self_pay = YuanField(label=_("先行自付（元）"), required=False)
    reason = forms.CharField(
        label=_("没有联网结算的原因"), max_length=200, widget=forms.TextInput()
    )
    out_of_area = forms.BooleanField(label=_("市外就医"), required=False)


class OpinionForm(RefusableForm):
    """A decision: agree, or refuse with an opinion."""

    agree = forms.ChoiceField(choices=[("1", _("同意")), ("0", _("不同意"))])
    opinion = forms.CharField(label=_("意见"), max_length=200, required=False)


class ReasonForm(RefusableForm):
    reason = forms.CharField(label=_("理由"), max_length=200)

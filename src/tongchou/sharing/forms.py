"""Forms of links; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.core.sharing import load_relations
from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField


class LinkForm(RefusableForm):
    member = forms.CharField(
        label=_("共济亲属"),
        max_length=50,
        help_text=_("亲属的人员编号、身份证号或社保卡号"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(label=_("是本人的"))
    start = DayField(label=_("从"))
    source = forms.CharField(
        label=_("来源"), max_length=100, help_text=_("证明关系的材料，如“户口簿”“结婚证”")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = load_relations().values()
        field = self.fields["relation"]
        assert isinstance(field, forms.ChoiceField)
        # None is chosen beforehand: the first of the list would be taken without being read.
        field.choices = [("", "—"), *((one.code, one.words) for one in rules)]
        self.fields["start"].initial = clock.today


class UnlinkForm(RefusableForm):
    end = DayField(label=_("从哪天起解除"), help_text=_("那天起不再能用"))
    source = forms.CharField(label=_("解除依据"), max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].initial = clock.today


class StrikeForm(RefusableForm):
    reason = forms.CharField(label=_("更正原因"), max_length=200)

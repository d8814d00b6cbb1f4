"""Forms of kept reforms and of the draft made of one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.insight.whatif.services import LONGEST_NAME


class NameForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=LONGEST_NAME)
    why = forms.CharField(
        label=_("为什么"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class DraftForm(forms.Form):
    title = forms.CharField(label=_("草案名称"), max_length=100)
    valid_from = forms.DateField(
        label=_("起执行日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(
        label=_("起草理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    cases_follow = forms.BooleanField(
        label=_("把算例的预期改为草案的结果（复核人逐个看）"), required=False, initial=True
    )

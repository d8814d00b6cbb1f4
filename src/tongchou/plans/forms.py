"""Forms of the policy pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.plans.editing import Assumption, Evidence, Quotation


class ReviseForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=100)
    valid_from = forms.DateField(
        label=_("起执行日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class NumberForm(forms.Form):
    """One number and what it rests on: a quotation, a reason, or nothing yet."""

    class Basis:
        QUOTED = "quoted"
        ASSUMED = "assumed"
        NONE = "none"

    value = forms.CharField(label=_("改为"), max_length=40)
    basis = forms.ChoiceField(
        label=_("依据"),
        choices=[
            (Basis.QUOTED, _("有文件")),
            (Basis.ASSUMED, _("假定，待确认")),
            (Basis.NONE, _("以后补")),
        ],
    )
    document = forms.CharField(label=_("文件"), max_length=200)
    clause = forms.CharField(label=_("条款"), max_length=100)
    words = forms.CharField(
        label=_("原文"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(label=_("理由"), max_length=200)
    # The browser must not insist on the fields of a basis that was not chosen.
    use_required_attribute = False
    asked = {Basis.QUOTED: ("document", "clause", "words"), Basis.ASSUMED: ("reason",)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for basis, names in self.asked.items():
            for name in names:
                field = self.fields[name]
                field.required = not self.is_bound or self.data.get("basis") == basis
                field.error_messages["required"] = _("这一项空着。请照实填写，或改选“以后补”")

    def evidence(self) -> Evidence:
        """Return what the (valid) form says the number rests on."""
        data = self.cleaned_data
        if data["basis"] == self.Basis.QUOTED:
            return Quotation(data["document"], data["clause"], data["words"])
        if data["basis"] == self.Basis.ASSUMED:
            return Assumption(data["reason"])
        return None


class TextForm(forms.Form):
    document = forms.CharField(label=_("政策文本"), widget=forms.Textarea(attrs={"rows": 30}))
    cases = forms.CharField(
        label=_("算例"), required=False, widget=forms.Textarea(attrs={"rows": 16})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        error_messages={"required": _("没有写理由。请写一句，起草人会看到")},
    )

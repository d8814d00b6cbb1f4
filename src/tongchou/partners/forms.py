"""Forms of partner areas; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.partners import queries
from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField


class CorrectForm(RefusableForm):
    name = forms.CharField(label=_("名称"), max_length=100)
    office = forms.CharField(label=_("对方单位"), max_length=100, help_text=_("签协议的单位"))
    contact = forms.CharField(label=_("联系人"), max_length=50, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)


class PartnerForm(CorrectForm):
    code = forms.CharField(label=_("区划代码"), max_length=6, help_text=_("对方的 6 位代码"))
    field_order = ("code",)


class AgreementForm(RefusableForm):
    kind = forms.ChoiceField(
        label=_("合作事项"), required=False, help_text=_("选一项，或在“新的事项”里写一项")
    )
    new_kind = forms.CharField(
        label=_("新的事项"), max_length=40, required=False, help_text=_("合作事项里没有的才写")
    )
    number = forms.CharField(label=_("协议号"), max_length=50)
    start = DayField(label=_("从"))
    end = DayField(
        label=_("到（不含）"), required=False, help_text=_("协议期满次日；没有期限的不填")
    )
    note = forms.CharField(
        label=_("约定要点"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )
    paper = forms.FileField(label=_("协议文本"), help_text=_("盖了章的扫描件，10 MB 以内"))

    def __init__(self, area: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((kind, kind) for kind in queries.kinds_of(area))]

    def told(self) -> dict[str, Any]:
        """Return what the service is told; words of an own kind go before the choice."""
        told = dict(self.cleaned_data)
        file, own = told.pop("paper"), told.pop("new_kind")
        return told | {
            "kind": own or told["kind"],
            "paper_name": file.name,
            "paper": file.read(),
        }


class EndForm(RefusableForm):
    on = DayField(label=_("从哪天起不再执行"))
    reason = forms.CharField(label=_("终止原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class StrikeForm(RefusableForm):
    reason = forms.CharField(label=_("更正原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands beside EndForm, whose reason has the plain id.
        super().__init__(*args, auto_id="id_strike_%s", **kwargs)

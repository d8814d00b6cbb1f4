"""Forms of lists and cases; the services check, beside their field."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.people.labels import IDENTITY_LABELS
from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.accounts.models import User
from tongchou.platform.casework.machine import Verb
from tongchou.platform.ui.forms import DayField
from tongchou.rosters import access
from tongchou.rosters.models import Sender


class ReceiveForm(RefusableForm):
    sender: "forms.ModelChoiceField[Sender]" = forms.ModelChoiceField(
        label=_("名单"), queryset=Sender.objects.none(), empty_label=_("按文件名认"), required=False
    )
    month = forms.CharField(
        label=_("所属月份"), max_length=7, required=False,
        help_text=_("如 2019-06；不填就按文件上写的月份，变动名单按变动日期"),
    )  # fmt: skip
    file = forms.FileField(label=_("文件"), help_text=_("xlsx、xls 或 csv，照收到的原样"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sender"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = access.senders_of(user).order_by("pk")


class SenderForm(RefusableForm):
    source = forms.CharField(
        label=_("名单"), max_length=40, help_text=_("写明部门，如“民政低保”“残联”“公安”")
    )
    purpose = forms.CharField(label=_("用途"), max_length=200)
    ground = forms.CharField(label=_("依据"), max_length=200, help_text=_("文件或协议"))
    shared = forms.CharField(label=_("共享字段"), max_length=200, required=False)
    due_day = forms.IntegerField(label=_("每月几日前"), min_value=1, max_value=28, initial=10)


class StepForm(RefusableForm):
    """What a verb asks for: a note, a day, a file."""

    note = forms.CharField(
        label=_("情况说明"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )
    until = DayField(label=_("例外到"), required=False)
    file = forms.FileField(label=_("佐证"), required=False, help_text=_("照片或扫描件，10 MB 以内"))

    def for_verbs(self, verbs: list[Verb], last: date | None = None) -> "StepForm":
        """Keep what the verbs ask for. `last`: the last day until which it may be set aside."""
        if not any(verb.until for verb in verbs):
            del self.fields["until"]
        elif last is not None:
            self.fields["until"].help_text = _("例外挂账才填，最多到 %(day)s") % {"day": last}
        if not any(verb.evidence for verb in verbs):
            del self.fields["file"]
        return self


class AnswersForm(RefusableForm):
    file = forms.FileField(label=_("填好的表"), help_text=_("从这里导出的那一份，行的顺序可以变"))


class ApplicationForm(RefusableForm):
    id_no = forms.CharField(
        label=_("证件号码"),
        max_length=50,
        widget=forms.TextInput(attrs={"data-tc-card": "", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=50)
    kind = forms.ChoiceField(label=_("身份"), choices=list(IDENTITY_LABELS.items()))
    year = forms.TypedChoiceField(label=_("哪一年"), coerce=int)
    material = forms.FileField(
        label=_("材料"), help_text=_("审批表或认定文件，照片、扫描件，10 MB 以内")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = clock.today().year
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (year + 1, _("%(year)s 年，年度申请，1 月 1 日起") % {"year": year + 1}),
            (year, _("%(year)s 年，动态新增，认定当天起") % {"year": year}),
        ]


class DecisionForm(RefusableForm):
    recognised_on = DayField(label=_("认定日期"), required=False, help_text=_("不填按今天"))
    reason = forms.CharField(label=_("退回的理由"), max_length=200, required=False)


class ResponsibleForm(RefusableForm):
    town = forms.CharField(label=_("镇街"), max_length=50)
    village = forms.CharField(label=_("村居"), max_length=50)
    name = forms.CharField(label=_("责任人"), max_length=50)
    phone = forms.CharField(label=_("电话"), max_length=20)
    start = DayField(label=_("从"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = clock.today
        if user.town is not None:
            self.fields["town"].initial = user.town


class ResponsibleEndForm(RefusableForm):
    end = DayField(label=_("到（不含）"), help_text=_("最后负责那天的次日"))


class ResponsiblesForm(RefusableForm):
    file = forms.FileField(label=_("责任人表"), help_text=_("镇街、村居、责任人、电话四列"))

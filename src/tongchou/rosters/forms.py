"""Forms of lists and cases; the services check, beside their field."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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

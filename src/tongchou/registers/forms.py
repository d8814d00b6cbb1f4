"""Forms of registers and cases; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.casework.machine import Verb
from tongchou.platform.ui.forms import DayField
from tongchou.registers.models import RegisterFile


class ReceiveForm(RefusableForm):
    register = forms.ChoiceField(label=_("登记"), choices=RegisterFile.Register.choices)
    month = forms.CharField(label=_("所属月份"), max_length=7, help_text=_("如 2019-06"))
    file = forms.FileField(label=_("文件"), help_text=_("xlsx、xls 或 csv，照收到的原样"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].initial = f"{clock.today():%Y-%m}"


class StepForm(RefusableForm):
    """What a verb asks for: a note, a day, a file."""

    note = forms.CharField(
        label=_("情况说明"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )
    until = DayField(label=_("成立到"), required=False)
    file = forms.FileField(label=_("佐证"), required=False, help_text=_("照片或扫描件，10 MB 以内"))

    def for_verbs(self, verbs: list[Verb]) -> "StepForm":
        if not any(verb.until for verb in verbs):
            del self.fields["until"]
        if not any(verb.evidence for verb in verbs):
            del self.fields["file"]
        return self

"""Forms of the catalogue."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tongchou.catalogue.models import ImportFile, ItemTerm
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.imports import cells
from tongchou.platform.ui.forms import DayField


class UploadForm(RefusableForm):
    kind = forms.ChoiceField(label=_("种类"), choices=ImportFile.Kind.choices)
    source = forms.CharField(
        label=_("依据"), max_length=100, help_text=_("发文名称和文号；行内另写依据的，以行内为准")
    )
    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel（xlsx、xls）或 CSV，不超过 16 MB"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsm,.ods,.csv"}),
    )


class TermForm(RefusableForm):
    start = DayField(label=_("从"), help_text=_("这天起按新条件收费，之前的不变"))
    level = forms.ChoiceField(label=_("类别"), choices=ItemTerm.Level.choices)
    first_self_pay = forms.CharField(
        label=_("先行自付比例"), max_length=10, required=False, help_text=_("乙类填写，如 10%")
    )
    ceiling = forms.CharField(
        label=_("限价（元）"), max_length=20, required=False, help_text=_("没有限价则不填")
    )
    source = forms.CharField(label=_("依据"), max_length=100)

    def clean_first_self_pay(self) -> int | None:
        return self._cell("first_self_pay", cells.share)

    def clean_ceiling(self) -> int | None:
        return self._cell("ceiling", cells.millionths)

    def _cell(self, name: str, parse: Any) -> int | None:
        try:
            value: int | None = parse(self.cleaned_data[name].strip() or None)
        except cells.CellProblem as problem:
            raise ValidationError(str(problem)) from None
        return value

"""Forms of the pooling level; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.funds.chart import FUNDS, pooled_funds
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.authority.models import Area, Pooling
from tongchou.platform.ui.forms import DayField
from tongchou.pooling.models import Remittance
from tongchou.settlement.forms import YuanField
from tongchou.settlement.labels import SCHEME_LABELS

Kind = Remittance.Kind


class ChangeForm(RefusableForm):
    scheme = forms.ChoiceField(label=_("险种"), choices=list(SCHEME_LABELS.items()))
    pool = forms.ChoiceField(label=_("统筹到"))
    starts_on = DayField(label=_("起统筹日"), help_text=_("这天起结算的单据按那里的政策"))
    ground = forms.CharField(label=_("依据"), max_length=200, help_text=_("批准文件的名称和文号"))

    def __init__(self, area: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pool"]
        assert isinstance(field, forms.ChoiceField)
        others = Area.objects.exclude(pk=area).order_by("code")
        field.choices = [(one.code, f"{one.name} {one.code}") for one in others]

    def clean_pool(self) -> Area:
        return Area.objects.get(pk=self.cleaned_data["pool"])


class RemittanceForm(RefusableForm):
    """What a member passes up, or its pool passes down: who asks decides which."""

    kind = forms.ChoiceField(label=_("种类"))
    fund = forms.ChoiceField(label=_("基金"))
    fen = YuanField(label=_("金额（元）"))
    ground = forms.CharField(label=_("依据"), max_length=200, help_text=_("文件的名称和文号"))

    def __init__(self, spell: Pooling, area: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [Kind.DOWN] if area == spell.pool_id else [Kind.CLOSING, Kind.UP]
        for name, choices in (
            ("kind", [(kind, kind.label) for kind in kinds]),
            ("fund", [(fund, FUNDS[fund]) for fund in pooled_funds(spell.scheme)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class ReasonForm(RefusableForm):
    reason = forms.CharField(label=_("原因"), max_length=200)


class GroundForm(RefusableForm):
    ground = forms.CharField(label=_("为什么冲回"), max_length=200)

"""Forms of premiums; the services check, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.core.policy import IDENTITIES
from tongchou.core.rosters.words import category_word
from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField

_ID_BESIDE = "id_%s_%%s"  # of forms that stand on one page and have fields of the same name
_CATEGORIES = [(kind, category_word(kind)) for kind in IDENTITIES]


class ImportForm(RefusableForm):
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    file = forms.FileField(label=_("文件"), help_text=_("税务的缴费清单，xlsx、xls 或 csv"))
    entry = forms.IntegerField(
        label=_("收入凭证号"),
        required=False,
        help_text=_("钱已入账的写凭证号，只对应到人；不写的由系统入账"),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = year


class ExemptForm(RefusableForm):
    ground = forms.ChoiceField(label=_("身份"), choices=_CATEGORIES)
    set_on = DayField(label=_("认定日期"))
    source = forms.CharField(label=_("依据"), max_length=100, help_text=_("认定文件或名单"))

    def __init__(self, *args: Any, ground: str = "", **kwargs: Any) -> None:
        super().__init__(*args, auto_id=_ID_BESIDE % "exempt", **kwargs)
        self.fields["ground"].initial = ground
        self.fields["set_on"].initial = clock.today()


class WaiverForm(RefusableForm):
    signed_on = DayField(label=_("签订日期"))
    file = forms.FileField(label=_("承诺书"), help_text=_("签了字的照片或扫描件，10 MB 以内"))


class RefundForm(RefusableForm):
    category = forms.ChoiceField(label=_("身份"), choices=_CATEGORIES)
    recognised_on = DayField(label=_("认定日期"), required=False)
    source = forms.CharField(label=_("依据"), max_length=100, help_text=_("认定文件"))

    def __init__(
        self, *args: Any, category: str = "", recognised_on: object = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, auto_id=_ID_BESIDE % "refund", **kwargs)
        self.fields["category"].initial = category
        self.fields["recognised_on"].initial = recognised_on


class SubsidyForm(RefusableForm):
    on_day = DayField(label=_("名单日"), help_text=_("按这一天的身份和参保抽取"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_day"].initial = clock.today()


class ExemptClassForm(RefusableForm):
    kind = forms.ChoiceField(label=_("身份"), choices=_CATEGORIES)
    on_day = DayField(label=_("名单日"), help_text=_("按这一天的身份和参保抽取"))
    source = forms.CharField(label=_("依据"), max_length=100, help_text=_("认定文件或名单"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_day"].initial = clock.today()

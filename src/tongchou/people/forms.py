"""Forms of the register. What goes together is checked by the services, beside their field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.people.labels import (
    CERTIFICATE_LABELS,
    IDENTITY_LABELS,
    SEX_LABELS,
    STATUS_LABELS,
)
from tongchou.people.models import Enrolment, PersonNumber
from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.ui.forms import DayField


def _until() -> DayField:
    return DayField(
        label=_("到（不含）"), required=False, help_text=_("到期日的次日；一直有效则不填")
    )


class FactForm(RefusableForm):
    """What every fact says: when it became known, and from what. Own fields come first."""

    source = forms.CharField(
        label=_("来源"), max_length=100, help_text=_("名单、文件或申请的名称和编号")
    )
    known_on = DayField(label=_("得知"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["known_on"].initial = clock.today
        self.order_fields([n for n in self.fields if n not in FactForm.base_fields])


class EnrolmentForm(FactForm):
    scheme = forms.ChoiceField(label=_("险种"), choices=Enrolment.Scheme.choices)
    status = forms.ChoiceField(
        label=_("在职退休"),
        required=False,
        choices=[("", _("居民不填")), *STATUS_LABELS.items()],
    )
    ground = forms.TypedChoiceField(
        label=_("参保资格"),
        required=False,
        empty_value=Enrolment.Ground.HOUSEHOLD,
        choices=Enrolment.Ground.choices,
        help_text=_("凭居住证参保的，开始那天居住证要有效"),
    )
    psn_type = forms.CharField(
        label=_("人员类别"),
        max_length=6,
        required=False,
        help_text=_("国家编码；不填则按险种、状态和年龄取常用的"),
    )
    start = DayField(label=_("从"))
    end = _until()


class IdentityForm(FactForm):
    kind = forms.ChoiceField(label=_("身份"), choices=list(IDENTITY_LABELS.items()))
    start = DayField(label=_("从"))
    end = _until()


class PermitForm(FactForm):
    number = forms.CharField(label=_("居住证号"), max_length=50)
    place = forms.CharField(label=_("居住地"), max_length=100, help_text=_("照证面的居住地址"))
    start = DayField(label=_("从"))
    end = DayField(label=_("到（不含）"), help_text=_("有效期最后一天的次日"))


class ResidenceForm(FactForm):
    town = forms.CharField(label=_("镇街"), max_length=50)
    village = forms.CharField(label=_("村居"), max_length=50, required=False)
    start = DayField(label=_("从"))


class ChangedIdForm(FactForm):
    cert_type = forms.ChoiceField(label=_("证件类型"), choices=list(CERTIFICATE_LABELS.items()))
    id_no = forms.CharField(
        label=_("新证件号码"),
        max_length=50,
        widget=forms.TextInput(attrs={"data-tc-card": "", "autocomplete": "off"}),
    )
    start = DayField(label=_("从"))


class NumberForm(FactForm):
    kind = forms.ChoiceField(
        label=_("种类"),
        choices=[c for c in PersonNumber.Kind.choices if c[0] != PersonNumber.Kind.ID],
    )
    number = forms.CharField(
        label=_("号码"),
        max_length=64,
        widget=forms.TextInput(attrs={"data-tc-card": "", "autocomplete": "off"}),
    )
    start = DayField(label=_("从"))
    end = _until()


class NameForm(RefusableForm):
    name = forms.CharField(label=_("姓名"), max_length=50)
    source = forms.CharField(label=_("来源"), max_length=100)


class DeathForm(FactForm):
    died_on = DayField(label=_("死亡日期"), help_text=_("当天仍享受待遇，次日起参保和身份终止"))


class EndForm(FactForm):
    end = DayField(label=_("到（不含）"), help_text=_("最后有效那天的次日"))


class MergeForm(RefusableForm):
    """The choices of overlapping enrolments stand in the table of the page, not here."""

    evidence = forms.CharField(
        label=_("依据"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=_("如公安变更证明的文号、入户核对的经过"),
    )  # fmt: skip
    paper = forms.FileField(
        label=_("佐证"), required=False, help_text=_("核对记录、证明的照片或扫描件，10 MB 以内")
    )


class StrikeForm(RefusableForm):
    reason = forms.CharField(label=_("更正原因"), max_length=200)


class RegisterForm(RefusableForm):
    id_no = forms.CharField(
        label=_("证件号码"),
        max_length=50,
        widget=forms.TextInput(
            attrs={"data-tc-card": "", "autocomplete": "off", "autofocus": True}
        ),
    )
    cert_type = forms.ChoiceField(label=_("证件类型"), choices=list(CERTIFICATE_LABELS.items()))
    name = forms.CharField(label=_("姓名"), max_length=50)
    birth = DayField(label=_("出生日期"), required=False, help_text=_("身份证号自带，不必填"))
    sex = forms.ChoiceField(
        label=_("性别"),
        required=False,
        choices=[("", _("照身份证号")), *SEX_LABELS.items()],
    )
    town = forms.CharField(label=_("镇街"), max_length=50, required=False)
    village = forms.CharField(label=_("村居"), max_length=50, required=False)
    employer = forms.CharField(label=_("单位"), max_length=200, required=False)
    source = forms.CharField(label=_("来源"), max_length=100)

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.platform.authority.models import Organisation
from tongchou.platform.authority.roles import ROLES
from tongchou.platform.refusal import Refused


class RefusableForm(forms.Form):
    """A form beside whose fields a service's refusal can be shown.

    What is missing is asked for in the words of a clerk, not of a database.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = forms.Field.default_error_messages["required"]
        for field in self.fields.values():
            if field.error_messages["required"] is usual:
                field.error_messages["required"] = _missing(field)
            if isinstance(field, forms.FileField):
                field.error_messages["empty"] = _("文件是空的。请重新选一个")

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.reason)


def _missing(field: forms.Field) -> Any:
    if isinstance(field, forms.FileField):
        return _("没有选文件。请选一个")
    return _("没有选。请选一项") if isinstance(field, forms.ChoiceField) else _("没有填。请填写")


def _password(label: Any, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=200, strip=False, widget=widget)


class SignInForm(RefusableForm):
    login = forms.CharField(
        label=_("登录名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = _password(_("密码"), "current-password")


class PasswordForm(RefusableForm):
    old = _password(_("现在的密码"), "current-password")
    new = _password(_("新密码"), "new-password")
    again = _password(_("再输一次"), "new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") != data.get("again"):
            self.add_error("again", _("两次输入不同。请重输"))
        return data


class UserForm(RefusableForm):
    login = forms.RegexField(
        r"\A[a-z][a-z0-9._-]{1,39}\Z",
        label=_("登录名"),
        help_text=_("小写字母开头，可用数字、点、横线"),
        error_messages={
            "invalid": _("登录名写法不对。请以小写字母开头，只用小写字母、数字、点、横线")
        },
    )
    name = forms.CharField(label=_("姓名"), max_length=50)
    role = forms.ChoiceField(label=_("岗位"), choices=list(ROLES.items()))
    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=None
    )
    password = _password(_("初始密码"), "new-password")

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Organisation.objects.filter(area_id=area).order_by("kind", "name")
        self.fields["organisation"].queryset = rows  # type: ignore[attr-defined]

"""Form fields of every page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day, typed or picked; written as 2019-03-01."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("error_messages", {"invalid": _("日期看不懂。请写成 2019-03-01")})
        super().__init__(**kwargs)

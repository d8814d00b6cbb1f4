from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArrearsConfig(AppConfig):
    name = "tongchou.arrears"
    label = "arrears"
    verbose_name = _("待遇补差")

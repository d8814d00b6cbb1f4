from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WhatIfConfig(AppConfig):
    name = "tongchou.insight.whatif"
    label = "whatif"
    verbose_name = _("试算改动")

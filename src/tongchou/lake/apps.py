from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LakeConfig(AppConfig):
    name = "tongchou.lake"
    label = "lake"
    verbose_name = _("数据副本")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoolingConfig(AppConfig):
    name = "tongchou.pooling"
    label = "pooling"
    verbose_name = _("统筹层次")

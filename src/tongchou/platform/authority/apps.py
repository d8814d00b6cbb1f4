from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthorityConfig(AppConfig):
    name = "tongchou.platform.authority"
    label = "authority"
    verbose_name = _("机构与权限")

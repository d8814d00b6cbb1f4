from django.utils.translation import gettext_lazy as _

VERBS = {
    "accounts.signed_in": _("登录"),
    "accounts.signed_out": _("退出登录"),
    "accounts.sign_in_failed": _("登录失败"),
    "accounts.locked": _("多次登录失败，锁定账号"),
    "accounts.idle_ended": _("久未操作，结束会话"),
    "accounts.password_changed": _("修改本人密码"),
    "accounts.user_added": _("新增用户"),
    "accounts.user_disabled": _("停用用户"),
    "accounts.user_enabled": _("启用用户"),
    "accounts.user_unlocked": _("解锁用户"),
    "accounts.password_reset": _("重置用户密码"),
}

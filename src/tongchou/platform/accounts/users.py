"""The system administrator's pages: users, and what each post may do."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.platform import clock
from tongchou.platform.accounts import access, services
from tongchou.platform.accounts.forms import UserForm
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.authority.rights import RIGHT_NAMES, rights_of
from tongchou.platform.authority.roles import RIGHTS, ROLES
from tongchou.platform.refusal import Refused
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery


def _address(user: User) -> str:
    return reverse("accounts:user", args=[user.login])


def is_locked(user: User) -> bool:
    return user.locked_until is not None and user.locked_until > clock.now()


def _state(user: User) -> Tag:
    if not user.is_active:
        return Tag(gettext_lazy("已停用"))
    return Tag(gettext_lazy("已锁定"), "late") if is_locked(user) else Tag(gettext_lazy("启用"))


def _by_text(rows: QuerySet[User], text: str) -> QuerySet[User]:
    return rows.filter(Q(login__icontains=text) | Q(name__icontains=text))


def _by_state(rows: QuerySet[User], state: str) -> QuerySet[User]:
    if state == "locked":
        return rows.filter(locked_until__gt=clock.now())
    return rows.filter(is_active=state == "active")


class UserList(ListPage):
    right = "users.manage"
    name = "users"
    title = gettext_lazy("用户与岗位")
    noun = gettext_lazy("用户")
    unit = gettext_lazy("人")
    template_name = "accounts/users.html"
    default_sort = "login"
    columns = (
        Column(name="login", label=gettext_lazy("登录名"), kind="code", sort="login",
               link=_address, phone=3),
        Column(name="name", label=gettext_lazy("姓名"), sort="name", phone=1),
        Column(name="role", label=gettext_lazy("岗位"), value=User.get_role_display, sort="role",
               phone=2),
        Column(name="organisation", label=gettext_lazy("单位"), value="organisation.name",
               sort="organisation__name"),
        Column(name="last_login", label=gettext_lazy("上次登录"), kind="time", sort="last_login"),
        Column(name="state", label=gettext_lazy("状态"), kind="tag", value=_state, phone=4),
    )  # fmt: skip
    fields = (
        TextQuery(name="who", label=gettext_lazy("用户"), filter=_by_text,
                  placeholder=gettext_lazy("登录名、姓名")),
        ChoiceQuery(name="role", label=gettext_lazy("岗位"), lookup="role",
                    choices=list(ROLES.items())),
        ChoiceQuery(name="state", label=gettext_lazy("状态"), filter=_by_state, choices=[
            ("active", gettext_lazy("启用")), ("disabled", gettext_lazy("已停用")),
            ("locked", gettext_lazy("已锁定")),
        ]),
    )  # fmt: skip

    def queryset(self, user: Any) -> QuerySet[User]:
        return access.users_of(user)


@right_required("users.manage")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponseBase:
    admin = user_of(request)
    form = UserForm(request.POST or None, area=admin.area_code)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.add_user(actor=admin.login, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已新增用户 %(name)s") % {"name": user.name})
            return redirect(_address(user))
    return render(request, "accounts/user_add.html", {"form": form})


@right_required("users.manage")
@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, login: str) -> HttpResponseBase:
    """One user; POST `act` is disable, enable, unlock or reset."""
    admin = user_of(request)
    user = access.access_user(admin, login)
    context = {"shown": user, "locked": is_locked(user), "rights": rights_of(user.role)}
    if request.method == "GET":
        return render(request, "accounts/user.html", context)
    act = request.POST.get("act", "")
    try:
        if act == "reset":
            context["password"] = services.reset_password(actor=admin, user=user)
            return render(request, "accounts/user.html", context)
        if act == "disable":
            reason = request.POST.get("reason", "")
            services.disable_user(actor=admin, user=user, reason=reason)
        elif act == "enable":
            services.enable_user(actor=admin, user=user)
        elif act == "unlock":
            services.unlock_user(actor=admin, user=user)
    except Refused as refusal:
        return render(request, "accounts/user.html", context | {"refusal": refusal}, status=409)
    return redirect(_address(user))


@right_required("users.manage")
@require_safe
def posts(request: HttpRequest) -> HttpResponseBase:
    """The matrix of posts and rights, as the program holds it."""
    rows = [
        (right, name, [right in RIGHTS[role] for role in ROLES])
        for right, name in RIGHT_NAMES.items()
    ]
    return render(request, "accounts/posts.html", {"roles": ROLES.values(), "rows": rows})

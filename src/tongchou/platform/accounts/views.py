"""Sign-in, sign-out and one's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongchou.platform.accounts import services
from tongchou.platform.accounts.demonstration import demonstration_users
from tongchou.platform.accounts.forms import PasswordForm, SignInForm
from tongchou.platform.authority.gates import public, signed_in
from tongchou.platform.authority.rights import rights_of
from tongchou.platform.refusal import Refused

BACKEND = "django.contrib.auth.backends.ModelBackend"


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.check_sign_in(
                **form.cleaned_data, address=request.META.get("REMOTE_ADDR", "")
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            start_session(request, user, backend=BACKEND)
            return redirect(_next(request))
    context = {
        "form": form,
        "next": request.GET.get("next", ""),
        "idle": "idle" in request.GET,
        "idle_minutes": settings.IDLE_LIMIT_MINUTES,
        "demonstration_users": demonstration_users() if settings.DEMO else [],
    }
    return render(request, "accounts/sign_in.html", context)


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else "/"


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        services.record_end(user=request.user, idle=False)
        end_session(request)
    return redirect("accounts:sign-in")


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponseBase:
    """One's own account: post, rights, password."""
    form = PasswordForm(request.POST or None)
    user = request.user
    assert user.is_authenticated
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(
                user=user, old=form.cleaned_data["old"], new=form.cleaned_data["new"]
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已改。其他地方的登录都已失效"))
            return redirect("accounts:me")
    return render(request, "accounts/me.html", {"form": form, "rights": rights_of(user.role)})

"""The buttons that move a version on: each a POST that ends on the version's page."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.plans import services
from tongchou.plans.access import access_version
from tongchou.plans.forms import ReasonForm
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required
from tongchou.platform.refusal import NotAllowed, Refused


@right_required("plans.draft")
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft for checking."""
    user = cast(User, request.user)
    version = services.submit_plan(version=access_version(user, pk), by=user)
    messages.success(request, _("已送审。复核岗可以复核或退回"))
    return redirect("plans:version", version.pk)


@right_required("plans.check")
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a submitted draft as checked."""
    user = cast(User, request.user)
    version = services.check_plan(version=access_version(user, pk), by=user)
    messages.success(request, _("已复核。等第三人采用"))
    return redirect("plans:version", version.pk)


@right_required("plans.adopt")
@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a checked version in force."""
    user = cast(User, request.user)
    version = services.adopt_plan(version=access_version(user, pk), by=user)
    messages.success(request, _("已采用，%(day)s 起执行") % {"day": version.valid_from})
    return redirect("plans:version", version.pk)


@right_required("plans.view")
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a submitted or checked draft to its drafter, with a reason."""
    user = cast(User, request.user)
    if not (user.may("plans.check") or user.may("plans.adopt")):
        raise NotAllowed(_("退回草案要有复核或采用政策的权限"))
    version = access_version(user, pk)
    services.return_plan(version=version, by=user, reason=_reason(request))
    messages.success(request, _("已退回，起草人可以修改"))
    return redirect("plans:version", version.pk)


@right_required("plans.draft")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a draft, with a reason."""
    user = cast(User, request.user)
    version = access_version(user, pk)
    services.withdraw_plan(version=version, by=user, reason=_reason(request))
    messages.success(request, _("已撤回草案"))
    return redirect("plans:list")


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(str(form.errors["reason"][0]), field="reason")
    return str(form.cleaned_data["reason"])

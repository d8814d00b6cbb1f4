"""工作台: what must I do now."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongchou.platform.authority.gates import right_required


@right_required("home.view")
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    return render(request, "insight/home.html")

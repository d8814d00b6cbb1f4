"""Reforms side by side, and the same as a file."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif.access import access_reform
from tongchou.insight.whatif.compared import Compared, compared
from tongchou.insight.whatif.desk import Desk, desk_of
from tongchou.insight.whatif.excel import as_file
from tongchou.insight.whatif.report import report
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused


@right_required("whatif.run")
@require_safe
def compare(request: HttpRequest) -> HttpResponseBase:
    """Up to four reforms on the same year, beside one another."""
    found = _compared(request)
    comparison = found.found.comparison
    dimension, name = effects.chosen(comparison, request.GET.get("by", ""))
    context = {
        "compared": found,
        "desk": found.desk,
        "dimensions": effects.offered(comparison),
        "dimension": dimension,
        "dimension_name": name,
        "rows": found.rows(dimension),
    }
    return render(request, "whatif/compare.html", context)


@right_required("whatif.run")
@require_safe
def excel(request: HttpRequest) -> HttpResponseBase:
    """The comparison as an Excel file; without chosen reforms what is in the fields."""
    if request.GET.getlist("c"):
        return as_file(_compared(request).reports())
    desk = _desk(request)
    after, overlay = desk.after(), desk.overlay
    found = desk.fold([after])
    return as_file([report(desk, after, found, name=overlay.name, why=overlay.why)])


def _compared(request: HttpRequest) -> Compared:
    user = user_of(request)
    chosen = [text for text in request.GET.getlist("c") if text.isascii() and text.isdigit()]
    reforms = [access_reform(user, int(text)) for text in dict.fromkeys(chosen)]
    data = request.GET.copy()
    if reforms:
        data["r"] = str(reforms[0].pk)
    return compared(_asked(desk_of(user, data)), reforms)


def _desk(request: HttpRequest) -> Desk:
    return _asked(desk_of(user_of(request), request.GET))


def _asked(desk: Desk | None) -> Desk:
    if desk is None:
        raise Refused(_("本统筹区没有执行中的政策，没有可试的数"))
    return desk

"""The only way to obtain a bill, a manual claim or a request for reversal for a user (P15)."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed
from tongchou.settlement.models import FeeLine, ManualClaim, ReversalRequest, Settlement

_WITH = ("person", "institution", "person_year", "charge__visit", "original")


def bills_of(user: User) -> QuerySet[Settlement]:
    """Return the bills of the user's area; for a hospital's people, of its own visits alone.

    What is paid at the counter is between the bureau and the person, whatever hospital it names.
    """
    if not user.may("bills.view"):
        raise NotAllowed(_("您的岗位不能看结算单。请联系本单位系统管理员"))
    rows = Settlement.objects.filter(area=user.area_code)
    if user.institution_code is not None:
        rows = rows.filter(institution__code=user.institution_code, charge__isnull=False)
    return rows


def access_bill(user: User, number: int) -> Settlement:
    """Return the bill. Raises NotAllowed, or Http404 alike for unknown and others'."""
    bill = bills_of(user).filter(pk=number).select_related(*_WITH).first()
    if bill is None:
        raise Http404
    return bill


def lines_of(user: User, number: int) -> tuple[Settlement, QuerySet[FeeLine]]:
    """Return the bill and what was charged, while that is the bill's. Raises as `access_bill`."""
    bill = access_bill(user, number)
    return bill, FeeLine.objects.filter(charge__settlement_id=bill.pk)


def claims_of(user: User) -> QuerySet[ManualClaim]:
    """Return the area's manual claims. Raises NotAllowed for a hospital's people."""
    _bureau_only(user)
    return ManualClaim.objects.filter(area=user.area_code)


def access_claim(user: User, pk: int) -> ManualClaim:
    """Return the manual claim. Raises NotAllowed, Http404."""
    found = (
        claims_of(user)
        .filter(pk=pk)
        .select_related(
            "person", "institution", "settlement", "filed_by", "reviewed_by", "approved_by"
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def requests_of(user: User) -> QuerySet[ReversalRequest]:
    """Return the area's requests for reversal. Raises NotAllowed for a hospital's people."""
    _bureau_only(user)
    return ReversalRequest.objects.filter(settlement__area=user.area_code)


def access_request(user: User, pk: int) -> ReversalRequest:
    """Return the request. Raises NotAllowed, Http404."""
    found = (
        requests_of(user)
        .filter(pk=pk)
        .select_related("proposed_by", "reviewed_by", "settlement__person")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _bureau_only(user: User) -> None:
    if user.institution_code is not None or not user.may("bills.view"):
        raise NotAllowed(_("这是医保局内部的事项，医院不能看。本院的结算单在“待遇结算”里"))

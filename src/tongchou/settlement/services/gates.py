"""What must be in force on the day for a charge to be settled: each gate says what to do."""

from datetime import date

from django.utils.translation import gettext as _

from tongchou.core.policy import Claim
from tongchou.platform.refusal import Refused
from tongchou.settlement.services.bill import Bill
from tongchou.settlement.services.facts import Enrolled, Facts, no_such_visit

BILLING_OPEN = ("active", "rectify", "payment_suspended")
SCHEME_OF_INSUTYPE = {"310": "employee", "390": "resident"}


def basis_date(facts: Facts, bill: Bill) -> date:
    """The day on which identity, enrolment, agreement and doctor are judged.

    The day of discharge for a stay, of the visit otherwise; a stay settled before its discharge is
    judged on the day the hospital gives, or on that of the settlement.
    """
    if facts.visit_kind != "inpatient":
        return facts.begun_at.date()
    if facts.ended_at is not None:
        return facts.ended_at.date()
    return bill.discharged_on or bill.at.date()


def pass_charge(facts: Facts, bill: Bill) -> None:
    """The charge is this institution's and this person's, open, and comes to what was claimed."""
    if facts.institution_id != bill.institution_id:
        raise no_such_visit(bill.mdtrt_id)
    if facts.psn_no != bill.psn_no:
        raise Refused(_("人员编号与就诊登记的不同，请核对"), field="psn_no")
    if facts.visit_state == "cancelled":
        raise Refused(_("就诊已撤销，请重新登记"), field="mdtrt_id")
    if facts.settlement_id is not None:
        raise Refused(_("这笔费用已经结算，要改请先撤销结算"), field="mdtrt_id")
    if facts.line_count == 0:
        raise Refused(_("没有费用明细，请先上传"), field="chrg_bchno")
    if facts.total < 0:
        raise Refused(_("退单多于收费，请核对明细"), field="medfee_sumamt")
    if bill.claimed_total is not None and bill.claimed_total != facts.total:
        raise Refused(
            _("总费用 %(claimed)s 与已上传明细合计 %(total)s 不等，请核对明细")
            % {"claimed": _yuan(bill.claimed_total), "total": _yuan(facts.total)},
            field="medfee_sumamt",
        )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def pass_day(facts: Facts, bill: Bill, on: date) -> Enrolled:
    """The agreement, the doctors and the person's enrolment are in force on `on`."""
    agreement = facts.agreement_on(on)
    if agreement is None:
        raise Refused(
            _("%(institution)s在 %(day)s 没有协议，不能结算，请联系医保局")
            % {"institution": facts.institution, "day": on},
            field="fixmedins_code",
        )
    if agreement[0] not in BILLING_OPEN:
        raise Refused(
            _("%(institution)s的协议在 %(day)s 已停止结算：%(reason)s。请联系医保局")
            % {
                "institution": facts.institution,
                "day": on,
                "reason": agreement[1] or _("未写原因"),
            },
            field="fixmedins_code",
        )
    if suspended := facts.suspended_on(on):
        raise Refused(
            _("医师%(names)s在 %(day)s 停权，其费用不予结算，请更正医师或作自费")
            % {"names": "、".join(suspended), "day": on},
            field="atddr_no",
        )
    if facts.died_on is not None and facts.died_on < on:
        raise Refused(_("参保人已登记死亡，请联系医保局核对"), field="psn_no")
    enrolled = facts.enrolled_on(on)
    if enrolled is None:
        raise Refused(_("参保人在 %(day)s 没有参保，请核对") % {"day": on}, field="psn_no")
    wanted = bill.insutype or facts.insutype
    if wanted and SCHEME_OF_INSUTYPE.get(wanted) != enrolled.scheme:
        raise Refused(
            _("参保人在 %(day)s 的险种与报文不同，请重新取人员信息") % {"day": on}, field="insutype"
        )
    return enrolled


def claim_of(facts: Facts, enrolled: Enrolled, on: date) -> Claim:
    return Claim(
        visit=facts.visit_kind,
        level=facts.level,
        # A stay outside the city of the enrolment: the first four digits are the city.
        out_of_area=facts.institution_area[:4] != enrolled.area[:4],
        status=enrolled.status or None,
        identities=facts.identities_on(on),
        total=facts.total,
        in_scope=facts.in_scope,
    )

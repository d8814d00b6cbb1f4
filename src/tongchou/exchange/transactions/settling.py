"""2206-2208 and 2303-2305: priced, settled, reversed."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.exchange import accepting, envelope
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, D, N, Node, Values
from tongchou.exchange.setlinfo import output_of
from tongchou.exchange.transactions.registering import kind_of
from tongchou.people import queries as people
from tongchou.platform.numbering.services import parse_wire_number
from tongchou.platform.refusal import Refused
from tongchou.settlement.services import pricing, reversal
from tongchou.settlement.services.bill import Bill, Message, Settled

BILL = (
    C("psn_no", 30, required=True),
    C("mdtrt_id", 30, required=True),
    N("medfee_sumamt", 16, 2),
    C("mdtrt_cert_type", 3),
    C("mdtrt_cert_no", 50),
    C("med_type", 6),
    C("psn_setlway", 6),
    C("chrg_bchno", 30),
    C("acct_used_flag", 3, codes=("0", "1")),
    C("insutype", 6),
    C("invono", 40),
    C("mid_setl_flag", 3, codes=("0", "1")),
    D("dscgTime"),
    N("fulamt_ownpay_amt", 16, 2),
    N("overlmt_selfpay", 16, 2),
    N("preselfpay_amt", 16, 2),
    N("inscp_scp_amt", 16, 2),
    C("exp_content", 4000),
)
# What a hospital may say of the bill's parts -> Settled
_PARTS = {
    "fulamt_ownpay_amt": "own_pay",
    "overlmt_selfpay": "over_limit",
    "preselfpay_amt": "first_self_pay",
    "inscp_scp_amt": "in_scope",
}
_STAY = ("2303", "2304", "2305")


def quote(call: Call, given: Given) -> dict[str, Any]:
    """Return setlinfo and setldetail as they would be settled now; nothing is stored."""
    row = given["data"]
    settled = pricing.quote(_bill(call, row))
    _note(call, settled)
    _pass_kind(call, settled, row)
    return output_of(settled, msgid=call.msgid)


def settle(call: Call, given: Given, message: Message) -> str:
    row = given["data"]
    call.noted.psn_no = row["psn_no"]
    call.noted.resent = True  # unless it has to be composed

    def compose(settled: Settled) -> str:
        call.noted.resent = False
        _note(call, settled)
        _pass_kind(call, settled, row)
        _pass_parts(settled, row)
        return _text(call, settled)

    return pricing.settle(_bill(call, row), message, compose)


def _bill(call: Call, row: Values) -> Bill:
    return Bill(
        mdtrt_id=row["mdtrt_id"],
        psn_no=row["psn_no"],
        institution_id=call.institution.institution_id,
        at=call.at,
        batch=None if call.infno in _STAY else row["chrg_bchno"],
        insutype=row["insutype"],
        claimed_total=row["medfee_sumamt"],
        discharged_on=row["dscgTime"],
        use_account=row["acct_used_flag"] == "1",
        interim=row["mid_setl_flag"] == "1",
        cert_type=row["mdtrt_cert_type"] or "",
        invoice=row["invono"] or "",
    )


def _pass_kind(call: Call, settled: Settled, row: Values) -> None:
    """The transaction and its med_type are of the visit that was registered."""
    kind = kind_of(settled.med_type)
    if (call.infno in _STAY) != (kind == "inpatient"):
        raise Refused(
            _("就诊 %(id)s 不能用交易 %(code)s 结算，请核对")
            % {"id": settled.mdtrt_id, "code": call.infno},
            field="mdtrt_id",
        )
    if row["med_type"] and kind_of(row["med_type"]) != kind:
        raise Refused(
            _("医疗类别 %(code)s 与就诊信息的 %(known)s 不同，请先更正就诊信息")
            % {"code": row["med_type"], "known": settled.med_type},
            field="med_type",
        )


def _pass_parts(settled: Settled, row: Values) -> None:
    """What the hospital says of the parts agrees with ours; many systems fill zeros."""
    for name, attribute in _PARTS.items():
        ours = getattr(settled, attribute)
        if row[name] and row[name] != ours:
            raise Refused(
                _("%(field)s %(given)s 与明细合计 %(ours)s 不等，请先预结算核对")
                % {"field": name, "given": format_yuan(row[name]), "ours": format_yuan(ours)},
                field=name,
            )


def reverse(call: Call, given: Given, message: Message) -> str:
    """Answer the exact negative of the settlement (setl_id is the reversal's own)."""
    row = given["data"]
    number = parse_wire_number(row["setl_id"]) if row["setl_id"].isascii() else None
    if number is None:
        raise Refused(_("结算编号 %(id)s 的写法不对") % {"id": row["setl_id"]}, field="setl_id")
    return reverse_number(
        call, message, number=number, mdtrt_id=row["mdtrt_id"], psn_no=row["psn_no"]
    )


def reverse_number(
    call: Call,
    message: Message,
    *,
    number: int,
    mdtrt_id: str | None = None,
    psn_no: str | None = None,
) -> str:
    call.noted.psn_no = psn_no or ""
    call.noted.resent = True  # unless it has to be composed

    def compose(settled: Settled) -> str:
        call.noted.resent = False
        _note(call, settled)
        return _text(call, with_psn_type(settled))

    return reversal.reverse(
        number=number,
        institution_id=call.institution.institution_id,
        at=call.at,
        message=message,
        compose=compose,
        mdtrt_id=mdtrt_id,
        psn_no=psn_no,
    )


def with_psn_type(settled: Settled) -> Settled:
    """Complete a stored settlement by the kind of enrolment it was judged on."""
    person = people.find_by_psn_no(settled.psn_no)
    assert person is not None
    enrolment = people.enrolment_on(person, settled.scheme, settled.basis_date)
    return replace(settled, psn_type=enrolment.psn_type if enrolment else "")


def _note(call: Call, settled: Settled) -> None:
    call.noted.psn_no = settled.psn_no
    call.noted.amount = settled.total
    call.noted.settlement_id = settled.number


def _text(call: Call, settled: Settled) -> str:
    output = output_of(settled, msgid=call.msgid)
    return envelope.answer(area=call.area, received=call.at, output=output).decode()


_QUOTE = Transaction((Node("data", BILL),), accepting.query(quote))
_SETTLE = Transaction((Node("data", BILL),), accepting.settle(settle))
_REVERSE = Transaction(
    (
        Node(
            "data",
            (
                C("setl_id", 30, required=True),
                C("mdtrt_id", 30, required=True),
                C("psn_no", 30, required=True),
            ),
        ),
    ),
    accepting.settle(reverse),
)

TRANSACTIONS = {
    "2206": _QUOTE,
    "2206A": _QUOTE,
    "2207": _SETTLE,
    "2207A": _SETTLE,
    "2208": _REVERSE,
    "2303": _QUOTE,
    "2304": _SETTLE,
    "2305": _REVERSE,
}

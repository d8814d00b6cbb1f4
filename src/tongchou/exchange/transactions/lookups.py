"""5203 a settlement again, 5206 a person's accumulators, 1901 dictionaries."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.exchange import mapping
from tongchou.exchange.accepting import query
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.dictionaries import DICTIONARIES
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, D, N, Node
from tongchou.exchange.setlinfo import output_of
from tongchou.exchange.transactions.settling import with_psn_type
from tongchou.people import queries as people
from tongchou.platform.refusal import Refused
from tongchou.settlement.queries import accumulated, reconciling
from tongchou.settlement.queries.settled import settled_of
from tongchou.settlement.queries.visits import own_settlement


def settlement(call: Call, given: Given) -> dict[str, Any]:
    """Return setlinfo and setldetail as they were posted, and whether it was taken back."""
    row = given["data"]
    bill = own_settlement(
        wire=row["setl_id"],
        institution_id=call.institution.institution_id,
        mdtrt_id=row["mdtrt_id"],
        psn_no=row["psn_no"],
    )
    if bill is None:
        raise Refused(_("没有这笔结算，请核对结算编号"), field="setl_id")
    call.noted.psn_no, call.noted.settlement_id = bill.person.psn_no, bill.pk
    output = output_of(with_psn_type(settled_of(bill)), msgid=bill.msgid)
    taken_back = bill.original_id is not None or reconciling.is_reversed(bill.pk)
    output["setlinfo"]["refd_setl_flag"] = "1" if taken_back else "0"
    return output


def accumulators(call: Call, given: Given) -> dict[str, Any]:
    """Return cuminfo[]: the year's sums by month and kind; the kinds are local codes."""
    row = given["data"]
    person = people.find_by_psn_no(row["psn_no"])
    if person is None:
        raise Refused(
            _("没有人员编号 %(psn_no)s，请用 1101 重新获取") % {"psn_no": row["psn_no"]},
            field="psn_no",
        )
    call.noted.psn_no = person.psn_no
    columns = [column for column, _name in mapping.CUM_TYPES.values()]
    months = accumulated.by_month(people.records_of(person), row["year"] or call.at.year, columns)
    wanted = row["cum_ym"]
    return {
        "cuminfo": [
            {
                "insutype": mapping.INSUTYPE_OF_SCHEME[month.scheme],
                "year": f"{month.year}",
                "cum_ym": f"{month.year}{month.month:02d}",
                "cum_type_code": code,
                "cum": format_yuan(month.sums[column]),
            }
            for month in months
            if wanted in (None, f"{month.year}{month.month:02d}")
            for code, (column, _name) in mapping.CUM_TYPES.items()
        ]
    }


def dictionary(call: Call, given: Given) -> dict[str, Any]:
    """Return list[]: the values of one dictionary, of one parent value where given."""
    row = given["data"]
    values = DICTIONARIES.get(row["type"])
    if values is None:
        raise Refused(
            _("没有字典 %(type)s，可用的有 %(all)s")
            % {"type": row["type"], "all": "、".join(sorted(DICTIONARIES))},
            field="type",
        )
    parent = row["parentValue"]
    return {
        "list": [
            {
                "type": row["type"],
                "label": str(value.label),
                "value": value.code,
                "parent": value.parent or None,
                "sort": at,
                "vali_flag": "1",
                "mark": value.mark,
            }
            for at, value in enumerate(values, 1)
            if parent in (None, row["type"], value.parent)
        ]
    }


TRANSACTIONS = {
    "1901": Transaction(
        (
            Node(
                "data",
                (
                    C("type", 40, required=True),
                    C("parentValue", 40),
                    C("admdvs", 6),
                    D("date"),
                    C("vali_flag", 3),
                ),
            ),
        ),
        query(dictionary),
    ),
    "5203": Transaction(
        (
            Node(
                "data",
                (C("psn_no", 30), C("setl_id", 30, required=True), C("mdtrt_id", 30)),
            ),
        ),
        query(settlement),
    ),
    "5206": Transaction(
        (
            Node(
                "data",
                (
                    C("psn_no", 30, required=True),
                    N("year", 4),
                    C("cum_ym", 6),
                    C("insutype", 6),
                ),
            ),
        ),
        query(accumulators),
    ),
}

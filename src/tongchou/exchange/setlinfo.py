"""A settled bill as `setlinfo` and `setldetail` (interface.md A.3), every field present."""

from datetime import date
from typing import Any

import orjson

from tongchou.core.money import format_yuan
from tongchou.core.policy import TIERS
from tongchou.exchange import mapping
from tongchou.exchange.fields import moment_text
from tongchou.settlement.services.bill import Settled

MOST_TRACE = 4000  # setl_proc_info C4000


def output_of(settled: Settled, *, msgid: str | None) -> dict[str, Any]:
    """Return the answer of a pre-settlement, settlement or reversal.

    `msgid` is the message that settled (medins_setl_id).
    """
    amounts, detail = _amounts(settled), _detail(settled)
    _check(amounts, detail)
    info = {**_person(settled), **_circumstances(settled, msgid), **_yuan(amounts)}
    rate = settled.basic_rate
    info["pool_prop_selfpay"] = None if rate is None else f"{rate // 10000}.{rate % 10000:04d}"
    return {"setlinfo": info, "setldetail": [{**row, **_yuan(row)} for row in detail]}


def _person(settled: Settled) -> dict[str, Any]:
    return {
        "psn_no": settled.psn_no,
        "psn_name": settled.name,
        "psn_cert_type": settled.cert_type,
        "certno": settled.id_no,
        "gend": settled.sex,
        "naty": settled.nation,
        "brdy": settled.birth.isoformat(),
        "age": age_on(settled.birth, settled.basis_date),
        "insutype": settled.insutype,
        "psn_type": settled.psn_type or None,
        "cvlserv_flag": cvlserv_flag(settled.psn_type),
    }


def _circumstances(settled: Settled, msgid: str | None) -> dict[str, Any]:
    visit = mapping.VISIT_OF_MED_TYPE[settled.med_type]
    return {
        "mdtrt_id": settled.mdtrt_id,
        "setl_id": settled.wire,
        "setl_time": moment_text(settled.settled_at),
        "mdtrt_cert_type": settled.visit_cert_type or None,
        "med_type": settled.med_type,
        "medins_setl_id": msgid,
        "clr_optins": settled.area,
        # How it is cleared is decided at the clearing, not at the window.
        "clr_way": None,
        "clr_type": mapping.CLR_TYPE_OF_VISIT[visit],
    }


def _amounts(settled: Settled) -> dict[str, int]:
    """Return every amount of `setlinfo` in fen."""
    borne = settled.pay_of(mapping.HOSPITAL_TIER)
    return {
        "medfee_sumamt": settled.total,
        "fulamt_ownpay_amt": settled.own_pay,
        "overlmt_selfpay": settled.over_limit,
        "preselfpay_amt": settled.first_self_pay,
        "inscp_scp_amt": settled.in_scope,
        "act_pay_dedc": settled.deductible,
        **fund_fields(settled),
        "fund_pay_sumamt": settled.fund_total - borne,
        "hosp_part_amt": borne,
        "psn_part_amt": settled.person_pays,
        "acct_pay": settled.own_account_pays,
        "psn_cash_pay": settled.cash_pays,
        "acct_mulaid_pay": settled.linked_pays,
        "balc": settled.account_balance,
    }


def _yuan(row: dict[str, Any]) -> dict[str, str]:
    """Return the amounts among `row`'s values as messages carry them."""
    return {name: format_yuan(fen) for name, fen in row.items() if type(fen) is int}


def fund_fields(settled: Settled) -> dict[str, int]:
    """Return what each fund field of `setlinfo` carries, fen."""
    fields = dict.fromkeys(mapping.FUND_FIELDS, 0)
    for tier, pay in zip(TIERS, settled.pays, strict=True):
        if tier != mapping.HOSPITAL_TIER:
            fields[mapping.PAID[settled.scheme, tier].field] += pay
    return fields


def _detail(settled: Settled) -> list[dict[str, Any]]:
    """One row, amounts in fen, for each tier that paid or whose reasons for not paying are known.

    Every line is in one row: those of no fund (what is left to the person) in the last one's.
    """
    explained = {line["tier"] for line in settled.lines}
    paying = [
        (tier, pay)
        for tier, pay in zip(TIERS, settled.pays, strict=True)
        if tier != mapping.HOSPITAL_TIER and (pay or tier == "basic" or tier in explained)
    ]
    tiers = [tier for tier, _pay in paying]
    rows = []
    for tier, pay in paying:
        paid = mapping.PAID[settled.scheme, tier]
        lines = [line for line in settled.lines if line["tier"] == tier]
        if tier == tiers[-1]:
            lines += [line for line in settled.lines if line["tier"] not in tiers]
        room = settled.rooms[TIERS.index(tier)]
        row = _row(settled, paid.fund_pay_type, paid.name, pay)
        rows.append({**row, "crt_payb_lmt_amt": room, "setl_proc_info": trace(lines)})
    if settled.account_pays:
        kind, name = mapping.ACCOUNT_TYPE, mapping.ACCOUNT_NAME
        rows.append(_row(settled, kind, name, settled.account_pays))
    return rows


def _row(settled: Settled, fund_pay_type: str, name: str, pay: int) -> dict[str, Any]:
    return {
        "fund_pay_type": fund_pay_type,
        "inscp_scp_amt": settled.in_scope,
        # Filled where the tier has a cap: what it could still pay this year before this bill.
        "crt_payb_lmt_amt": None,
        "fund_payamt": pay,
        "fund_pay_type_name": name,
        "setl_proc_info": None,
    }


def trace(lines: list[dict[str, Any]]) -> str:
    """Return the lines as JSON of at most 4000 characters.

    Too many lines lose first the quoted words, then the whole citation, then the last lines.
    """
    text = _json(lines)
    if len(text) > MOST_TRACE:
        cites = [
            {**line, "cite": {k: v for k, v in line["cite"].items() if k != "words"}}
            if line.get("cite")
            else line
            for line in lines
        ]
        text = _json(cites)
    if len(text) > MOST_TRACE:
        bare = [{k: v for k, v in line.items() if k not in ("cite", "note")} for line in lines]
        text = _json(bare)
        while len(text) > MOST_TRACE:
            bare.pop()
            text = _json(bare)
    return text


def _json(value: Any) -> str:
    # Sorted: a stored settlement's lines come back from the database in another order.
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _check(fen: dict[str, int], detail: list[dict[str, Any]]) -> None:
    """Assert the identities of interface.md A.3 on what is about to be said."""
    assert fen["medfee_sumamt"] == (
        fen["fulamt_ownpay_amt"]
        + fen["overlmt_selfpay"]
        + fen["preselfpay_amt"]
        + fen["inscp_scp_amt"]
    )
    assert fen["fund_pay_sumamt"] == sum(fen[name] for name in mapping.FUND_FIELDS)
    assert fen["fund_pay_sumamt"] == sum(
        row["fund_payamt"] for row in detail if row["fund_pay_type"] != mapping.ACCOUNT_TYPE
    )
    assert fen["medfee_sumamt"] == (
        fen["fund_pay_sumamt"] + fen["psn_part_amt"] + fen["hosp_part_amt"]
    )
    assert fen["psn_part_amt"] == fen["acct_pay"] + fen["acct_mulaid_pay"] + fen["psn_cash_pay"]


def age_on(birth: date, on: date) -> int:
    """Return the age in whole years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def cvlserv_flag(psn_type: str) -> str:
    return "1" if psn_type == mapping.CIVIL_SERVANT else "0"

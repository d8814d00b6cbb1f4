"""1101 who somebody is and how insured; 2001 what they may receive here."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.identity import name_key
from tongchou.core.money import format_yuan
from tongchou.exchange import mapping
from tongchou.exchange.accepting import query
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, Node, T
from tongchou.exchange.setlinfo import age_on, cvlserv_flag
from tongchou.funds.queries import personal_balance
from tongchou.people import queries as people
from tongchou.people.labels import IDENTITY_LABELS
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.plans import queries as plans
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.providers import queries as providers
from tongchou.providers.models import Agreement


def who(call: Call, given: Given) -> dict[str, Any]:
    """Return baseinfo, insuinfo[] and idetinfo[] (dated) of the bearer of a certificate."""
    data = given["data"]
    person = _bearer(data)
    call.noted.psn_no = person.psn_no
    today = clock.today()
    return {
        "baseinfo": {
            "psn_no": person.psn_no,
            "psn_cert_type": person.cert_type,
            "certno": person.id_no,
            "psn_name": person.name,
            "gend": person.sex,
            "naty": person.nation,
            "brdy": person.birth.isoformat(),
            "age": age_on(person.birth, today),
            "exp_content": None,
        },
        "insuinfo": [_insured(person, e, today) for e in people.enrolments_of(person)],
        "idetinfo": [_identity(i) for i in people.identities_of(person)],
    }


def _bearer(data: dict[str, Any]) -> Person:
    """Find by voucher, ID number (also a former one) or card. Raises Refused."""
    kind = mapping.NUMBER_KIND_OF_CERT[data["mdtrt_cert_type"]]
    person = people.find_person(kind, data["mdtrt_cert_no"])
    if person is None:
        raise Refused(_("没有查到参保人，请核对证件号码"), field="mdtrt_cert_no")
    if data["psn_name"] and name_key(data["psn_name"]) != name_key(person.name):
        raise Refused(_("姓名与证件登记的不同，请核对"), field="psn_name")
    return person


def _insured(person: Person, enrolment: Enrolment, today: date) -> dict[str, Any]:
    over = enrolment.end is not None and enrolment.end <= today
    balance = personal_balance(person.pk) if enrolment.scheme == "employee" else 0
    return {
        "balc": format_yuan(balance),
        "insutype": mapping.INSUTYPE_OF_SCHEME[enrolment.scheme],
        "psn_type": enrolment.psn_type,
        "psn_insu_stas": mapping.INSURANCE_ENDED if over else mapping.INSURED,
        "psn_insu_date": enrolment.start.isoformat(),
        "paus_insu_date": enrolment.end.isoformat() if enrolment.end else None,
        "cvlserv_flag": cvlserv_flag(enrolment.psn_type),
        "insuplc_admdvs": enrolment.area,
        "emp_name": person.employer or None,
    }


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "psn_idet_type": mapping.IDET_TYPE_OF_IDENTITY[identity.kind],
        "psn_type_lv": None,
        "memo": str(IDENTITY_LABELS[identity.kind]),
        "begntime": _text(datetime.combine(identity.start, time.min)),
        "endtime": _text(_last_second(identity.end)) if identity.end else None,
    }


def _last_second(end: date) -> datetime:
    """The last second before `end`: hospitals ask whether an interval holds its last moment."""
    return datetime.combine(end, time.min) - timedelta(seconds=1)


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def entitlement(call: Call, given: Given) -> dict[str, Any]:
    """Return trtinfo[]: enrolment and agreement (99), then each fund of the plan in force (1)."""
    data = given["data"]
    person = people.find_by_psn_no(data["psn_no"])
    if person is None:
        raise Refused(
            _("没有人员编号 %(psn_no)s，请用 1101 重新获取") % {"psn_no": data["psn_no"]},
            field="psn_no",
        )
    call.noted.psn_no = person.psn_no
    on = data["begntime"].date() if data["begntime"] else clock.today()
    enrolment = people.enrolment_on(person, _scheme(data["insutype"]), on)
    agreement = providers.billing_open(call.institution.institution_id, on)
    rows = [
        _row(
            person,
            flag=enrolment is not None,
            words=_("当日参保") if enrolment else _("当日没有参保，请核对"),
            begun=enrolment.start if enrolment else None,
            ended=enrolment.end if enrolment else None,
        ),
        _row(
            person,
            flag=agreement is not None,
            words=_agreement_words(agreement),
            begun=agreement.start if agreement else None,
            ended=agreement.end if agreement else None,
        ),
    ]
    if enrolment is not None:
        visit = mapping.VISIT_OF_MED_TYPE.get(data["med_type"] or "")
        rows += _funds(person, enrolment, call.area, on, visit=visit, may=agreement is not None)
    return {"trtinfo": rows}


def _scheme(insutype: str | None) -> str | None:
    if insutype is None:
        return None
    if insutype not in mapping.SCHEME_OF_INSUTYPE:
        raise Refused(
            _("险种 %(code)s 不在本系统结算，请用 310 或 390") % {"code": insutype},
            field="insutype",
        )
    return mapping.SCHEME_OF_INSUTYPE[insutype]


def _agreement_words(agreement: Agreement | None) -> str:
    return _("本机构当日协议可以结算") if agreement else _("本机构当日协议不能结算，请联系医保局")


def _funds(
    person: Person, enrolment: Enrolment, area: str, on: date, *, visit: str | None, may: bool
) -> list[dict[str, Any]]:
    try:
        plan = plans.plan_in_force(area, enrolment.scheme, on)
    except LookupError as error:
        return [_row(person, flag=False, words=str(error.args[0]), begun=None, ended=None)]
    covered = visit is None or visit in plan.visits
    words = _("按%(title)s支付") if covered else _("%(title)s对这类就医没有待遇")
    rows = []
    for tier in plan.tiers:
        paid = mapping.PAID.get((enrolment.scheme, tier))
        if paid is not None:
            row = _row(
                person,
                flag=may and covered,
                words=words % {"title": plan.title},
                begun=max(enrolment.start, plan.valid_from),
                ended=enrolment.end,
                fund_pay_type=paid.fund_pay_type,
            )
            rows.append(row)
    return rows


def _row(
    person: Person,
    *,
    flag: bool,
    words: str,
    begun: date | None,
    ended: date | None,
    fund_pay_type: str | None = None,
) -> dict[str, Any]:
    return {
        "psn_no": person.psn_no,
        "trt_chk_type": "1" if fund_pay_type else "99",
        "fund_pay_type": fund_pay_type,
        "trt_enjymnt_flag": "1" if flag else "0",
        "begndate": begun.isoformat() if begun else None,
        # The last day, not the first without.
        "enddate": (ended - timedelta(days=1)).isoformat() if ended else None,
        "trt_chk_rslt": words,
    }


TRANSACTIONS = {
    "1101": Transaction(
        (
            Node(
                "data",
                (
                    C(
                        "mdtrt_cert_type",
                        3,
                        required=True,
                        codes=tuple(mapping.NUMBER_KIND_OF_CERT),
                    ),
                    C("mdtrt_cert_no", 50, required=True),
                    C("card_sn", 32),
                    T("begntime"),
                    C("psn_cert_type", 6),
                    C("certno", 50),
                    C("psn_name", 50),
                ),
            ),
        ),
        query(who),
    ),
    "2001": Transaction(
        (
            Node(
                "data",
                (
                    C("psn_no", 30, required=True),
                    C("insutype", 6),
                    C("fixmedins_code", 30),
                    C("med_type", 6),
                    T("begntime"),
                    T("endtime"),
                ),
            ),
        ),
        query(entitlement),
    ),
}

"""The one table between the national interface's names and codes and ours, read both ways.

A code marked LOCAL is not of the national dictionary: the province has not given one (psn_idet_type
has no published values, interface.md A.5), and a bureau replaces it here when it does.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.settlement.services.gates import SCHEME_OF_INSUTYPE
from tongchou.settlement.services.visits import INSUTYPE_OF_SCHEME

__all__ = ["INSUTYPE_OF_SCHEME", "SCHEME_OF_INSUTYPE"]

ACCOUNT_TYPE = "310200"  # fund_pay_type: the account is no part of fund_pay_sumamt
ACCOUNT_NAME = "职工基本医疗保险个人账户基金"

# med_type -> core.policy visit
VISIT_OF_MED_TYPE = {
    "11": "outpatient",
    "12": "outpatient",
    "13": "outpatient",
    "15": "outpatient",
    "16": "outpatient",
    "19": "outpatient",
    "51": "outpatient",
    "53": "outpatient",
    "14": "chronic_outpatient",
    "140104": "chronic_outpatient",
    "140201": "chronic_outpatient",
    "140401": "chronic_outpatient",
    "21": "inpatient",
    "2105": "inpatient",
    "22": "inpatient",
    "23": "inpatient",
    "24": "inpatient",
    "25": "inpatient",
    "26": "inpatient",
    "27": "inpatient",
    "28": "inpatient",
    "52": "inpatient",
    "41": "pharmacy",
}
# What the dictionary has and no plan of this system pays.
NOT_SETTLED_MED_TYPES: dict[str, Promise] = {
    "61": _("照护保险"),
    "71": _("家庭病床"),
}

CLR_TYPE_OF_VISIT = {
    "inpatient": "21",
    "chronic_outpatient": "11",
    "outpatient": "11",
    "pharmacy": "41",
}


@dataclass(frozen=True, slots=True)
class Paid:
    """How a tier's money travels: the field of setlinfo, and the row of setldetail.

    `name` is as messages carry it, in Chinese whoever reads it.
    """

    field: str
    fund_pay_type: str
    name: str
    local: bool = False


# (scheme, tier). institution_reduction is borne by the hospital and is no fund's money: it has
# hosp_part_amt and no row.
PAID: dict[tuple[str, str], Paid] = {
    ("resident", "basic"): Paid("hifp_pay", "390100", "城乡居民基本医疗保险基金"),
    ("resident", "supplement"): Paid("oth_pay", "39L100", "城乡居民高额补充资金", local=True),
    ("resident", "critical_illness"): Paid("hifmi_pay", "390200", "城乡居民大病保险资金"),
    ("resident", "medical_aid"): Paid("maf_pay", "610100", "医疗救助基金"),
    ("resident", "commercial"): Paid("oth_pay", "99L100", "商业补充保险", local=True),
    ("resident", "re_aid"): Paid("maf_pay", "610102", "医疗再救助", local=True),
    ("employee", "basic"): Paid("hifp_pay", "310100", "职工基本医疗保险统筹基金"),
    ("employee", "supplement"): Paid("hifob_pay", "330100", "职工大额医疗费用补助基金"),
    # No national type: 390200 is the residents'.
    ("employee", "critical_illness"): Paid("oth_pay", "31L200", "职工大病保险", local=True),
    ("employee", "medical_aid"): Paid("maf_pay", "610100", "医疗救助基金"),
    ("employee", "commercial"): Paid("oth_pay", "99L100", "商业补充保险", local=True),
    ("employee", "re_aid"): Paid("maf_pay", "610102", "医疗再救助", local=True),
}
HOSPITAL_TIER = "institution_reduction"
FUND_FIELDS = (
    "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay",
)  # fmt: skip

# psn_idet_type, all LOCAL.
IDET_TYPE_OF_IDENTITY = {
    "destitute": "L01",
    "orphan": "L02",
    "registered_poor": "L03",
    "low_income": "L04",
    "low_income_edge": "L05",
    "relapse_risk": "L06",
    "disabled": "L07",
}
IDENTITY_OF_IDET_TYPE = {code: kind for kind, code in IDET_TYPE_OF_IDENTITY.items()}

# mdtrt_cert_type -> people.PersonNumber kind
NUMBER_KIND_OF_CERT = {"01": "voucher", "02": "id", "03": "card"}

LEVEL_OF_HOSP_LV = {
    "01": "level3",
    "02": "level3",
    "03": "level3",
    "04": "level3",
    "12": "level3",
    "05": "level2",
    "06": "level2",
    "07": "level2",
    "13": "level2",
    "08": "level1",
    "09": "level1",
    "10": "level1",
    "14": "level1",
    "11": "community",
}
# What is written where only our level is known: "no grade" of each level.
HOSP_LV_OF_LEVEL = {"level3": "12", "level2": "13", "level1": "14", "community": "11"}

# psn_insu_stas
INSURED, INSURANCE_ENDED = "1", "3"

CIVIL_SERVANT = "1102"  # psn_type

# cum_type_code of 5206, all LOCAL -> (column of a settlement, name)
CUM_TYPES: dict[str, tuple[str, Promise]] = {
    "LMEDFEE": ("total", _("总费用")),
    "LINSCP": ("in_scope", _("政策范围内费用")),
    "LDEDC": ("deductible", _("起付线")),
    "LBASIC": ("basic", _("基本医保支付")),
    "LSUPP": ("supplement", _("高额补充支付")),
    "LHIFMI": ("critical_illness", _("大病保险支付")),
    "LMAF": ("medical_aid", _("医疗救助支付")),
    "LREAID": ("re_aid", _("再救助支付")),
    "LPSN": ("person_pays", _("个人负担")),
}

"""The chart of accounts and which fund pays which tier, as data.

The account numbers follow the picture of the trial balance; a bureau's own chart replaces them.
"""

from django.utils.translation import gettext_lazy as _

FUNDS = {
    "resident_pool": _("居民基本医保基金"),
    "employee_pool": _("职工基本医保基金"),
    "personal_account": _("职工个人账户"),
    "resident_supplement": _("居民高额补充资金"),
    "employee_supplement": _("职工高额补充资金"),
    "critical_illness": _("居民大病保险资金"),
    "medical_aid": _("医疗救助基金"),
}

ACCOUNTS = {
    "1001": _("国库与专户存款"),
    "1101": _("应收财政补助"),
    "1102": _("应收个人缴费"),
    "1201": _("预付定点机构周转金"),
    "2001": _("应付参保人个人账户"),
    "2101": _("应付定点机构款"),
    "2102": _("应付个人款"),
    "3001": _("历年结余"),
    "4001": _("个人缴费收入"),
    "4002": _("财政补助收入"),
    "4003": _("利息收入"),
    "5101": _("住院待遇支出"),
    "5102": _("门诊待遇支出"),
    "5103": _("资助参保支出"),
    # Between the levels of one pool. The names are those of 社会保险基金会计制度
    # (财会〔2017〕28号), whose text was not at hand: 待确认. The numbers are this chart's own.
    "4401": _("上级补助收入"),
    "4402": _("下级上解收入"),
    "5401": _("补助下级支出"),
    "5402": _("上解上级支出"),
}

DEPOSITS, PERSONAL, PAYABLE_INSTITUTION, PAYABLE_PERSON = "1001", "2001", "2101", "2102"
PERSONAL_FUND = "personal_account"  # whose 2001 is written out by person
SURPLUS, SPENT_INPATIENT, SPENT_OUTPATIENT = "3001", "5101", "5102"
PREMIUMS, SPENT_PREMIUMS = "4001", "5103"
FROM_ABOVE, FROM_BELOW, TO_BELOW, TO_ABOVE = "4401", "4402", "5401", "5402"
# Opened where a fund is first pooled with others'; every area has the rest from the start.
BETWEEN_LEVELS = (FROM_ABOVE, FROM_BELOW, TO_BELOW, TO_ABOVE)

# (scheme, tier of core.policy) -> fund
FUND_OF_TIER = {
    ("resident", "basic"): "resident_pool",
    ("resident", "supplement"): "resident_supplement",
    ("resident", "critical_illness"): "critical_illness",
    ("resident", "medical_aid"): "medical_aid",
    ("resident", "re_aid"): "medical_aid",
    ("employee", "basic"): "employee_pool",
    ("employee", "supplement"): "employee_supplement",
    ("employee", "medical_aid"): "medical_aid",
    ("employee", "re_aid"): "medical_aid",
}


# Whose money a pool of the scheme bears. A personal account is its owner's, and 医疗救助 is the
# local treasury's: both stay where they are.
_LOCAL = {"medical_aid"}


def pooled_funds(scheme: str) -> list[str]:
    """Return the funds that go over to a pool with the scheme, in the order of FUNDS."""
    paying = {fund for (of, _tier), fund in FUND_OF_TIER.items() if of == scheme}
    return [fund for fund in FUNDS if fund in paying - _LOCAL]

"""The trial balance as a file."""

from django.utils.translation import gettext_lazy as _

from tongchou.funds.queries import BalanceRow
from tongchou.platform.ui.lists import Column


def _closing_debit(row: BalanceRow) -> int:
    return max(row.closing, 0)


def _closing_credit(row: BalanceRow) -> int:
    return max(-row.closing, 0)


BALANCE_COLUMNS = (
    Column(name="code", label=_("科目"), kind="code"),
    Column(name="name", label=_("名称")),
    Column(name="opening", label=_("年初余额（借为正）"), kind="money"),
    Column(name="debit", label=_("本年借方"), kind="money"),
    Column(name="credit", label=_("本年贷方"), kind="money"),
    Column(name="closing_debit", label=_("期末借方余额"), kind="money", value=_closing_debit),
    Column(name="closing_credit", label=_("期末贷方余额"), kind="money", value=_closing_credit),
)

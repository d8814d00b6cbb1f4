"""The verbs of payouts: the only writers."""

from tongchou.payouts.services.accounts import set_account, show_number, strike_account
from tongchou.payouts.services.answering import take_answer
from tongchou.payouts.services.batching import cancel, decide, make_batch, record_export, send
from tongchou.payouts.services.owing import book, owe, reclaim, withdraw
from tongchou.payouts.services.returning import record_return

__all__ = [
    "book",
    "cancel",
    "decide",
    "make_batch",
    "owe",
    "reclaim",
    "record_export",
    "record_return",
    "send",
    "set_account",
    "show_number",
    "strike_account",
    "take_answer",
    "withdraw",
]

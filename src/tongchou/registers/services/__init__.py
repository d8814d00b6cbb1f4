"""The only writers of registers, decisions and comparisons."""

from tongchou.registers.services.carrying_out import ACTS, acts_of, carry_out
from tongchou.registers.services.covering import try_coverage
from tongchou.registers.services.deciding import decide_match, decide_person, remove_pin
from tongchou.registers.services.issuing import issue
from tongchou.registers.services.receiving import accept, receive, refuse, undo
from tongchou.registers.services.running import try_month

__all__ = [
    "ACTS",
    "accept",
    "acts_of",
    "carry_out",
    "decide_match",
    "decide_person",
    "issue",
    "receive",
    "refuse",
    "remove_pin",
    "try_coverage",
    "try_month",
    "undo",
]

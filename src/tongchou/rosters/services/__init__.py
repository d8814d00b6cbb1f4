"""The only writers of lists, decisions and runs."""

from tongchou.rosters.services.answering import take_answers
from tongchou.rosters.services.applying import apply_for, recognise, refuse_application
from tongchou.rosters.services.appointing import appoint, end_responsible, take_responsibles
from tongchou.rosters.services.carrying_out import act_of, carry_out
from tongchou.rosters.services.deciding import decide, remove_pin
from tongchou.rosters.services.issuing import issue
from tongchou.rosters.services.receiving import (
    accept,
    receive,
    refuse,
    register_sender,
    undo,
)
from tongchou.rosters.services.running import try_month

__all__ = [
    "accept",
    "act_of",
    "apply_for",
    "appoint",
    "carry_out",
    "decide",
    "end_responsible",
    "issue",
    "receive",
    "recognise",
    "refuse",
    "refuse_application",
    "register_sender",
    "remove_pin",
    "take_answers",
    "take_responsibles",
    "try_month",
    "undo",
]

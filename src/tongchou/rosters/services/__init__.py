"""The only writers of lists, decisions and runs."""

from tongchou.rosters.services.answering import take_answers
from tongchou.rosters.services.applying import apply_for, recognise, refuse_application
from tongchou.rosters.services.appointing import appoint, end_responsible, take_responsibles
from tongchou.rosters.services.carrying_out import act_of, carry_out
from tongchou.rosters.services.deciding import decide, remove_pin
from tongchou.rosters.services.issuing import issue
from tongchou.rosters.services.night import keep_watch
from tongchou.rosters.services.receiving import (
    accept,
    receive,
    refuse,
    register_sender,
    release,
    undo,
)
from tongchou.rosters.services.returning import give_back
from tongchou.rosters.services.running import issued_before, try_changes, try_month

__all__ = [
    "accept",
    "act_of",
    "apply_for",
    "appoint",
    "carry_out",
    "decide",
    "end_responsible",
    "give_back",
    "issue",
    "issued_before",
    "keep_watch",
    "receive",
    "recognise",
    "refuse",
    "refuse_application",
    "register_sender",
    "release",
    "remove_pin",
    "take_answers",
    "take_responsibles",
    "try_changes",
    "try_month",
    "undo",
]

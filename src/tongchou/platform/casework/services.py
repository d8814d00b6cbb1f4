"""The only writers of cases: what a person does, what a look finds, what time ends."""

from tongchou.platform.casework.acting import File, act, act_on_all, may
from tongchou.platform.casework.looking import Outcome, Sighting, look
from tongchou.platform.casework.nightly import Turned, end_exceptions, escalate, turn
from tongchou.platform.casework.recounting import count_again

__all__ = [
    "File",
    "Outcome",
    "Sighting",
    "Turned",
    "act",
    "act_on_all",
    "count_again",
    "end_exceptions",
    "escalate",
    "look",
    "may",
    "turn",
]

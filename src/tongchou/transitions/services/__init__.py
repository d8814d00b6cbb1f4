"""The verbs of transitions: the only writers."""

from tongchou.transitions.services.accepting import accept
from tongchou.transitions.services.receiving import check_again, receive
from tongchou.transitions.services.trying import drop, explain, try_merge
from tongchou.transitions.services.undoing import undo

__all__ = ["accept", "check_again", "drop", "explain", "receive", "try_merge", "undo"]

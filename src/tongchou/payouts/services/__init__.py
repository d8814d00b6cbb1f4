"""The verbs of payouts: the only writers."""

from tongchou.payouts.services.owing import owe, reclaim, withdraw

__all__ = ["owe", "reclaim", "withdraw"]

"""The only writers of cases: what a person does, what a look finds, what time ends."""

from tongchou.platform.casework.acting import File, act, act_on_all, may
from tongchou.platform.casework.looking import Outcome, Sighting, end_exceptions, look

__all__ = ["File", "Outcome", "Sighting", "act", "act_on_all", "end_exceptions", "look", "may"]

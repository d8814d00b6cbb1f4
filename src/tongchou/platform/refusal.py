"""The one exception by which a service says no: which field, why, and what to do about it."""


class Refused(Exception):
    """A business refusal. `reason` is Chinese, names the remedy, and may be shown as it is."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class NotAllowed(Refused):
    """The user's post or organisation does not hold the right; the page says who can grant it."""

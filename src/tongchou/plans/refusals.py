"""A policy text that does not hold together."""

from tongchou.core.policy import PolicyError, Problem
from tongchou.platform.refusal import Refused


class DocumentRefused(Refused):
    """`problems` are all that is wrong with the text, each with its path."""

    def __init__(self, error: PolicyError) -> None:
        self.problems: list[Problem] = list(error.problems)
        super().__init__(str(self.problems[0]), field="document")

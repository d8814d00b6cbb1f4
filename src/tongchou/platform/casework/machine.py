"""How a kind of case goes from hand to hand, as data: states, and the verbs between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

KEEP, START, RESTART, STOP = "keep", "start", "restart", "stop"  # what a verb does to the clock


@dataclass(frozen=True, slots=True)
class State:
    """`turn`: the right of whoever has to act now, "" for nobody. `over`: nothing more is done."""

    label: str | Promise
    turn: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """An act of a person. `after`: verbs whose doer in this round may not do this one too.

    `note`: it must say why; `evidence`: a file must come with it, where the case asks for one;
    `until`: it needs a day on which it ends.
    """

    label: str | Promise
    states: tuple[str, ...]
    to: str
    right: str
    after: tuple[str, ...] = ()
    note: bool = False
    evidence: bool = False
    until: bool = False
    clock: str = KEEP


@dataclass(frozen=True, slots=True)
class Level:
    """To whom a late case goes: whoever holds `right`; `local`: of the case's own place alone."""

    label: str | Promise
    right: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of case. By itself the system opens (`found`), waits (`vanished`), ends (`closed`).

    `settled`: states whose work is done and which wait only for the next look to find nothing.
    `resumed`: where a case goes on, its clock running, when its exception has ended; a person has
    handed it out before, so nobody is asked again. `ends_by`: the last day until which a case may
    be set aside from a day on, None where there is none.
    """

    kind: str
    title: str | Promise
    states: Mapping[str, State]
    verbs: Mapping[str, Verb]
    found: str
    vanished: str
    closed: str
    settled: tuple[str, ...] = ()
    escalates: Mapping[int, Level] = field(default_factory=dict)  # working days late -> to
    resumed: str = ""
    ends_by: Callable[[Any, date], date | None] | None = None
    page: str = "case"  # what the trail calls such a case, and by that finds its page

    def __post_init__(self) -> None:
        named = {self.found, self.vanished, self.closed, *self.settled}
        for verb in self.verbs.values():
            named |= {verb.to, *verb.states}
            assert set(verb.after) <= set(self.verbs), verb
        named |= {self.resumed} if self.resumed else set()
        assert named <= set(self.states), named - set(self.states)

    def verbs_of(self, state: str) -> dict[str, Verb]:
        return {name: verb for name, verb in self.verbs.items() if state in verb.states}

    def over(self) -> list[str]:
        return [name for name, state in self.states.items() if state.over]

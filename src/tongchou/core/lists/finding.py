"""One thing that was found, under the name that it keeps for good."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """`subject`: a person's number, a row's provisional name, or a source. `town`: to whom it goes.

    `sources`: the lists it rests on; it is cleared only by complete ones. `facts`: for the eye;
    `told`: what an act upon it needs: kind, since, died_on, left_on, back_on (added after
    `since`, again); of enrolment also from, ground and recognised_on.
    """

    key: str
    code: str
    subject: str
    sources: tuple[str, ...]
    facts: str
    town: str = ""
    told: tuple[tuple[str, str], ...] = ()


def key_of(code: str, subject: str, year: int) -> str:
    """Return the name of a finding for good.

    >>> key_of("E1", "P1", 2019)
    'E1|P1|2019'
    """
    return f"{code}|{subject}|{year}"

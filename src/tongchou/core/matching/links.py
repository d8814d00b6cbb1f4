"""What a row of a list was linked to, by which rule and on what evidence."""

from __future__ import annotations

from typing import NamedTuple

AUTO, REVIEW, NONE = "auto", "review", "none"

LIKELY = 60

# Rules by name; lists, cases and `links.csv` show these words.
RULES = {
    "pinned": "人工指定",
    "id_name": "号码、姓名都一致",
    "former_id_name": "曾用号码、姓名一致",
    "id_variant": "号码一致，姓名缺字或同音，村里没有更像的人",
    "cut_name": "号码被表格截断，能看到的位数和姓名一致，只此一人",
    "near_name": "号码错一位，改正后和姓名一致，只此一人",
    "candidates": "号码与姓名不能同时对上，待人工比对",
    "unknown": "号码和姓名都找不到人",
}


class Candidate(NamedTuple):
    """A person a row may mean. `score`: of the evidence, higher is likelier; not a probability."""

    person_no: str
    score: int
    why: tuple[str, ...]


class Link(NamedTuple):
    """`person_no`: of the link, of the likeliest candidate, or empty.

    `owned`: the number, in order, is that of a registered person, whoever is meant.
    """

    tier: str
    person_no: str
    rule: str
    evidence: str
    candidates: tuple[Candidate, ...] = ()
    owned: bool = True

    @property
    def likely(self) -> tuple[Candidate, ...]:
        """The candidates for whom more speaks than a name and a village."""
        return tuple(one for one in self.candidates if one.score >= LIKELY)

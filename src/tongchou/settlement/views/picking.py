"""Finding the person at the window: by number, name or initials, typed or from a card reader."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tongchou.people import access as people_access
from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User

LIMIT = 9


@dataclass(frozen=True, slots=True)
class Picked:
    """What the typed text leads to: one person, several to choose from, or why nobody."""

    text: str
    person: Person | None = None
    choices: list[Person] = field(default_factory=list)
    problem: str = ""


def pick(user: User, text: str) -> Picked:
    """Look in the register of the user's area. Raises NotAllowed."""
    text = text.strip()
    if not text:
        return Picked("")
    found = people.matching(people_access.persons_for(user), text)
    rows = list(found.order_by("name", "psn_no")[: LIMIT + 1])
    if len(rows) == 1:
        return Picked(text, rows[0])
    if not rows:
        problem = _("没有找到“%(text)s”。请核对证件号，或先登记人员") % {"text": text}
        return Picked(text, problem=problem)
    problem = (
        _("找到 %(n)s 人。请选一人") % {"n": len(rows)}
        if len(rows) <= LIMIT
        else _("找到很多人，只列出 %(n)s 人。请多输几个字，或用证件号") % {"n": LIMIT}
    )
    return Picked(text, choices=rows[:LIMIT], problem=problem)

"""What a case asks for, done in the register and written on the case in one transaction.

Each act is a verb of `people`: it names its source, moves the person's years, and can be taken back
by its own verb. What a hospital's window sees of it is true from the moment it is done.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.core.rosters.standings import first_of_next
from tongchou.core.rosters.words import category_word
from tongchou.people import services as people
from tongchou.people.models import Identity, Person
from tongchou.people.queries import find_by_psn_no
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import NotAllowed, Refused


class Act(NamedTuple):
    """`words` says what will be done to this very case; None where it does not tell enough."""

    label: str | Promise
    words: Callable[[Case], str | None]
    run: Callable[[Case, Person, User], None]


def act_of(case: Case) -> Act | None:
    """Return what can be done at once for the case, if its facts tell enough."""
    act = ACTS.get(case.code)
    return act if act is not None and act.words(case) is not None else None


@transaction.atomic
def carry_out(*, case: Case, by: User, note: str, files: Sequence[casework.File] = ()) -> Case:
    """Do what the case asks for and say so on it. Raises NotAllowed, Refused naming the field."""
    act = act_of(case)
    if act is None:
        raise Refused(_("这个案件没有可以直接登记的办法。请办好以后写明整改情况"))
    if not by.may("people.edit"):
        raise NotAllowed(_("您的岗位不能登记人员事实。请由经办岗办理"))
    person = find_by_psn_no(case.subject)
    if person is None or person.area != case.area:
        raise Refused(_("案件所指的人不在参保登记里。请先核定是谁"))
    words = act.words(case)
    act.run(case, person, by)
    said = "。".join(filter(None, (words, note.strip())))
    return casework.act(case=case, verb="correct", by=by, note=said, files=files)


def _day(case: Case, name: str) -> date | None:
    text = case.data.get(name)
    return date.fromisoformat(text) if text else None


def _source(case: Case) -> str:
    return _("%(lists)s名单") % {"lists": "、".join(case.sources) or _("无")}


def _flag_words(case: Case) -> str | None:
    kind, since = case.data.get("kind"), _day(case, "since")
    if not kind or since is None:
        return None
    return _("登记标识：%(kind)s，自 %(day)s 起") % {"kind": category_word(kind), "day": since}


def _flag(case: Case, person: Person, by: User) -> None:
    since = _day(case, "since")
    assert since is not None
    people.add_identity(
        actor=by.login, person=person, kind=case.data["kind"], start=since, source=_source(case)
    )


def _unflag_words(case: Case) -> str | None:
    return _("终止标识，自 %(day)s 起；免缴认定保留到年底") % {"day": _end(case)}


def _end(case: Case) -> date:
    left = _day(case, "left_on")
    return first_of_next(left or timezone.localdate(case.found_at))


def _unflag(case: Case, person: Person, by: User) -> None:
    end = _end(case)
    for fact in Identity.objects.filter(person=person, struck_at=None):
        if fact.start < end and (fact.end is None or fact.end > end):
            people.end_identity(actor=by.login, identity=fact, end=end, source=_source(case))


def _death_words(case: Case) -> str | None:
    died = _day(case, "died_on")
    if died is None or died > clock.today():
        return None
    return _("登记死亡：%(day)s；参保和标识到当日止，以前的待遇不变") % {"day": died}


def _death(case: Case, person: Person, by: User) -> None:
    died = _day(case, "died_on")
    assert died is not None
    people.record_death(actor=by.login, person=person, died_on=died, source=_source(case))


ACTS = {
    "F1": Act(gettext_lazy("登记死亡"), _death_words, _death),
    "F3": Act(gettext_lazy("终止标识"), _unflag_words, _unflag),
    "F4": Act(gettext_lazy("登记标识"), _flag_words, _flag),
    "F5": Act(gettext_lazy("终止标识"), _unflag_words, _unflag),
}

"""What a case asks for, done in the register and written on the case in one transaction.

Each act is a verb of `people` or of `premiums`: it names its source, moves the person's years, and
can be taken back by its own verb. What a hospital's window sees of it is true from the moment it is
done.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.core.money import format_yuan
from tongchou.core.rosters.standings import first_of_next
from tongchou.core.rosters.words import category_word
from tongchou.people import services as people
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.people.queries import find_by_psn_no
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.premiums import queries as premiums_facts
from tongchou.premiums import services as premiums
from tongchou.premiums.services.refunds import decision_of
from tongchou.rosters import queries


class Act(NamedTuple):
    """`words` says what will be done to this very case; None where it does not tell enough."""

    label: str | Promise
    words: Callable[[Case], str | None]
    run: Callable[[Case, Person, User, Sequence[casework.File]], None]


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
    act.run(case, person, by, files)
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
    told = {"kind": category_word(kind), "day": since}
    person = find_by_psn_no(case.subject)
    before = _left_before(case, person, since) if person else None
    if person is None or before is None:
        return _("登记标识：%(kind)s，自 %(day)s 起") % told
    told |= {"end": before, "day": _back_on(case, person, since, before)}
    return (
        _("登记标识：%(kind)s，自 %(day)s 起；前一段到 %(end)s（不含）止，自回到名单之日起") % told
    )


def _left_before(case: Case, person: Person, since: date) -> date | None:
    """Return when the flag that began before ended: who returns to a list has left it before."""
    rows = Identity.objects.filter(person=person, kind=case.data["kind"], struck_at=None)
    last: date | None = rows.filter(end__gt=since).aggregate(last=Max("end"))["last"]
    return last


def _back_on(case: Case, person: Person, since: date, before: date) -> date:
    """Return the day of return: the list's own, or else the first month that has him again.

    His first recognition, which lists go on to write, lies in the spell that is over.
    """
    back = _day(case, "back_on")
    if back is None or back < before:
        back = queries.listed_since(person)
    return max(since, before, back or before)


def _flag(case: Case, person: Person, by: User, _files: Sequence[casework.File]) -> None:
    since = _day(case, "since")
    assert since is not None
    before = _left_before(case, person, since)
    start = since if before is None else _back_on(case, person, since, before)
    people.add_identity(
        actor=by.login, person=person, kind=case.data["kind"], start=start, source=_source(case)
    )


def _unflag_words(case: Case) -> str | None:
    return _("终止标识，自 %(day)s 起；免缴认定保留到年底") % {"day": _end(case)}


def _end(case: Case) -> date:
    left = _day(case, "left_on")
    return first_of_next(left or timezone.localdate(case.found_at))


def _unflag(case: Case, person: Person, by: User, _files: Sequence[casework.File]) -> None:
    end = _end(case)
    for fact in Identity.objects.filter(person=person, struck_at=None):
        if fact.start < end and (fact.end is None or fact.end > end):
            people.end_identity(actor=by.login, identity=fact, end=end, source=_source(case))


def _death_words(case: Case) -> str | None:
    died = _day(case, "died_on")
    if died is None or died > clock.today():
        return None
    return _("登记死亡：%(day)s；参保和标识到当日止，以前的待遇不变") % {"day": died}


def _death(case: Case, person: Person, by: User, _files: Sequence[casework.File]) -> None:
    died = _day(case, "died_on")
    assert died is not None
    people.record_death(actor=by.login, person=person, died_on=died, source=_source(case))


def _year(case: Case) -> int:
    """Return the benefit year in the case's key."""
    return int(case.key.rsplit("|", 1)[1])


def _ground_words(case: Case) -> str:
    ground = case.data.get("ground")
    if not ground:
        return ""
    return _("做 %(year)s 年度免缴认定：%(kind)s") % {
        "year": _year(case),
        "kind": category_word(ground),
    }


def _enrol_words(case: Case) -> str | None:
    start = _day(case, "from")
    if start is None or start.year != _year(case):
        return None
    enrols = _("登记居民参保，自 %(day)s 起到 %(year)s 年底") % {"day": start, "year": _year(case)}
    return "；".join(filter(None, (enrols, _ground_words(case))))


def _enrol(case: Case, person: Person, by: User, files: Sequence[casework.File]) -> None:
    start, year = _day(case, "from"), _year(case)
    assert start is not None
    people.enrol(
        actor=by.login,
        person=person,
        scheme=Enrolment.Scheme.RESIDENT,
        start=start,
        end=date(year + 1, 1, 1),
        source=_source(case),
    )
    if case.data.get("ground") and premiums_facts.exemption_of(person, year) is None:
        _exempt(case, person, by, files)


def _exempt_words(case: Case) -> str | None:
    return _ground_words(case) or None


def _exempt(case: Case, person: Person, by: User, _files: Sequence[casework.File]) -> None:
    premiums.exempt(
        by=by,
        person=person,
        year=_year(case),
        ground=case.data["ground"],
        source=_source(case),
    )


def _refund_words(case: Case) -> str | None:
    """Say what is proposed; None where no payment is registered, or the table gives nothing back.

    A payment that only a list tells of has no receipt here: its file is registered first.
    """
    person = find_by_psn_no(case.subject)
    payment = premiums_facts.payment_of(person, _year(case)) if person else None
    ground = case.data.get("ground")
    if payment is None or not ground or premiums_facts.live_refund_of(payment) is not None:
        return None
    decision = decision_of(payment, ground, _day(case, "recognised_on"))
    if not decision.refund:
        return None
    return _("提出退费 %(fen)s 元：%(words)s。另一人批准后入账、发到社保卡") % {
        "fen": format_yuan(payment.fen),
        "words": decision.words,
    }


def _refund(case: Case, person: Person, by: User, _files: Sequence[casework.File]) -> None:
    payment = premiums_facts.payment_of(person, _year(case))
    assert payment is not None
    premiums.propose_refund(
        by=by,
        payment=payment,
        category=case.data["ground"],
        recognised_on=_day(case, "recognised_on"),
        source=_source(case),
    )


def _waiver_words(case: Case) -> str | None:
    return _("登记承诺书：%(year)s 年度留县外参保，到年底为止；签字的一份作佐证上传") % {
        "year": _year(case)
    }


def _waive(case: Case, person: Person, by: User, files: Sequence[casework.File]) -> None:
    if not files:
        raise Refused(_("请上传签了字的承诺书"), field="file")
    premiums.sign_waiver(
        by=by,
        person=person,
        year=_year(case),
        signed_on=clock.today(),
        name=files[0].name,
        content=files[0].content,
    )


_ENROL = Act(gettext_lazy("登记参保"), _enrol_words, _enrol)
_REFUND = Act(gettext_lazy("提出退费"), _refund_words, _refund)
ACTS = {
    "E1": _ENROL,
    "E10": _ENROL,
    "E2a": _REFUND,
    "E2b": _REFUND,
    "E3": Act(gettext_lazy("免缴认定"), _exempt_words, _exempt),
    "E4": Act(gettext_lazy("登记承诺书"), _waiver_words, _waive),
    "F1": Act(gettext_lazy("登记死亡"), _death_words, _death),
    "F3": Act(gettext_lazy("终止标识"), _unflag_words, _unflag),
    "F4": Act(gettext_lazy("登记标识"), _flag_words, _flag),
    "F5": Act(gettext_lazy("终止标识"), _unflag_words, _unflag),
}

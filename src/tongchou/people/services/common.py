"""What all verbs of the register share: the person held still, the trail, the announcement."""

from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tongchou.core.spells import Spell
from tongchou.people.models import Fact, Person
from tongchou.people.signals import person_facts_changed
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail

FactT = TypeVar("FactT", bound=Fact)


def hold(person: Person) -> Person:
    """Return the person's row, locked for the rest of the transaction (SQLite has one writer).

    Not its key: a bill checks at its commit, behind the chain's head, that the person exists, and
    must not wait here for who waits for that head. Raises Refused where the record has gone into
    another: its facts are there.
    """
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if held.merged_into_id is not None:
        other = Person.objects.get(pk=held.merged_into_id)
        raise Refused(
            _("这一档已并入 %(name)s（%(psn_no)s）。请到那一档办理")
            % {"name": other.name, "psn_no": other.psn_no}
        )
    return held


def note(actor: str, verb: str, person: Person, **data: Any) -> None:
    """Write the act to the trail; dates become ISO text."""
    plain = {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in data.items()}
    trail.record(
        actor=actor,
        verb=verb,
        object_type="person",
        object_id=person.psn_no,
        area=person.area,
        data=plain,
        slice_key=person.pk,
    )


def announce(person: Person) -> None:
    """Tell later contexts, before `note`: a person's years are held before the chain's head.

    A bill takes them in that order too, and neither waits for the other.
    """
    person_facts_changed.send(sender=Person, person_id=person.pk)


def check_spell(start: date, end: date | None) -> Spell:
    if end is not None and end <= start:
        raise Refused(
            _("结束日 %(end)s 不晚于开始日 %(start)s。到期日不含当天，请改晚")
            % {"end": end, "start": start},
            field="end",
        )
    return Spell(start, end)


def check_known(known_on: date | None) -> date:
    """Return when the fact became known: today unless said; nothing is known from the future."""
    today = clock.today()
    if known_on is not None and known_on > today:
        raise Refused(
            _("得知日期 %(day)s 晚于今天。请填写实际得知的日子") % {"day": known_on},
            field="known_on",
        )
    return known_on or today


def check_source(source: str) -> str:
    source = source.strip()
    if not source:
        raise Refused(_("没有来源。请写明依据的名单、文件或申请"), field="source")
    return source


def strike(fact: Fact, reason: str) -> None:
    """Take the row out of force; it stays, with when and why."""
    if fact.struck_at is not None:
        raise Refused(_("这条事实已更正过。请刷新后看现行的一条"))
    reason = reason.strip()
    if not reason:
        raise Refused(_("没有更正原因。请写明为什么更正"), field="reason")
    fact.struck_at = clock.now()
    fact.struck_reason = reason
    fact.save(update_fields=["struck_at", "struck_reason"])


def replace_end(fact: FactT, end: date, *, known_on: date, source: str) -> FactT:
    """Strike `fact` and return its successor that ends at `end` (not included).

    What was believed before stays readable: the old row carries when it stopped being believed.
    """
    check_spell(fact.start, end)
    if fact.end is not None and fact.end <= end:
        raise Refused(
            _("这条事实到 %(end)s 已经结束（不含当天）。要延长，请另登记一条") % {"end": fact.end},
            field="end",
        )
    strike(fact, _("已由结束日 %(end)s 的一条更正") % {"end": end})
    successor = type(fact)()
    for field in fact._meta.concrete_fields:
        if not field.primary_key:
            setattr(successor, field.attname, getattr(fact, field.attname))
    successor.end, successor.known_on, successor.source = end, known_on, source
    successor.struck_at, successor.struck_reason = None, ""
    successor.save(force_insert=True)
    return successor

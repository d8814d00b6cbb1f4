"""What a county's night does for its lists, each part once however often the night is run.

Exceptions that end go back to whoever had them, and an employee scheme that lapsed becomes a task
the next day: people decided both before, on the case and in the rules, so nobody is asked again.
What a comparison finds is only proposed: a person issues it.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.core.rosters import Pack, key_of
from tongchou.people.models import Enrolment, Person
from tongchou.people.queries import merged_numbers
from tongchou.platform import clock
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.casework.queries import open_cases
from tongchou.platform.refusal import Refused
from tongchou.rosters import lists, queries
from tongchou.rosters.casework import KIND, MACHINE
from tongchou.rosters.services.running import try_again

ACTOR = "night"
PARTS = 4
Progress = Callable[[int, int | None, str], None]


@dataclass(slots=True)
class Night:
    """What was done. `run`: the key of a run that is proposed, None where nothing is new."""

    on: str
    ended: int = 0
    lapsed: int = 0
    went_up: dict[int, int] = field(default_factory=dict)
    month: str = ""
    run: int | None = None
    words: str = ""

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "went_up": {f"{n}": count for n, count in self.went_up.items()}}


def keep_watch(*, area: str, progress: Progress = lambda _done, _whole, _words: None) -> Night:
    """Do a night's work. Broken off and run again, it does what is left."""
    done = Night(f"{clock.today()}")
    progress(0, PARTS, _("例外到期"))
    done.ended = casework.end_exceptions(kind=KIND, area=area, on=clock.today())
    progress(1, PARTS, _("职工参保中断"))
    done.lapsed = open_lapsed(area=area, on=clock.today())
    progress(2, PARTS, _("超期上报"))
    done.went_up = casework.escalate(kind=KIND, area=area, on=clock.today())
    progress(3, PARTS, _("按今天的登记再比对"))
    months = queries.months_in_use(area)
    if months:
        done.month = months[0]
        try:
            run = try_again(area=area, month=done.month, actor=ACTOR)
        except Refused as refused:
            done.words = refused.reason
        else:
            done.run = run.pk if run else None
            done.words = run.summary["words"] if run else _("没有新的变化")
    progress(PARTS, PARTS, done.words)
    return done


def open_lapsed(*, area: str, on: date) -> int:
    """Turn the watched whose employee scheme has lapsed into enrolment tasks; return how many.

    A scheme whose last day is D lapses at the end of it: the task opens on D+1, the first day
    without cover, and enrolment from that day leaves no gap (ENR-19, assertion A-32).
    """
    pack = lists.pack_of(area)
    turned = [
        casework.Turned(case.pk, _task(pack, case, person, last, on))
        for case, person, last in _lapsed(pack, area, on)
    ]
    look = f"{ACTOR} {on}"
    return casework.turn(kind=KIND, area=area, look=look, on=on, turned=turned)


def _lapsed(pack: Pack, area: str, on: date) -> Iterator[tuple[Case, Person, date]]:
    """Yield the watched cases with their persons, alive and insured nowhere, and the last day."""
    codes = [code for code in pack.codes() if pack.class_of(code).becomes]
    stays = merged_numbers(area)
    watched = {
        stays.get(case.subject, case.subject): case
        for case in open_cases(area, KIND).filter(code__in=codes).order_by("code", "pk")
    }
    people = Person.objects.filter(area=area, psn_no__in=watched, died_on=None)
    spells = Enrolment.objects.filter(person__in=people, struck_at=None, start__lte=on)
    insured = set(spells.filter(Q(end=None) | Q(end__gt=on)).values_list("person_id", flat=True))
    ended: dict[int, date] = {}
    for spell in spells.filter(scheme="employee", end__lte=on).order_by("end"):
        assert spell.end is not None
        ended[spell.person_id] = spell.end - timedelta(days=1)
    for person in people.order_by("psn_no"):
        if person.pk in ended and person.pk not in insured:
            yield watched[person.psn_no], person, ended[person.pk]


def _task(pack: Pack, case: Case, person: Person, last: date, on: date) -> casework.Sighting:
    watched = pack.class_of(case.code)
    of = pack.class_of(watched.becomes)
    first = last + timedelta(days=1)
    return casework.Sighting(
        key=key_of(of.code, person.psn_no, on.year),
        code=of.code,
        subject=person.psn_no,
        name=person.name,
        place=person.town,
        facts="；".join((
            person.name,
            _("职工参保止于 %(day)s，没有接上别的参保") % {"day": last},
            _("居民参保从 %(day)s 起办，中间不断") % {"day": first},
        )),
        sources=tuple(case.sources),
        days=watched.within,
        asks_evidence=bool(of.evidence),
        data={**case.data, "insure_from": f"{first}"},
    )  # fmt: skip


assert MACHINE.resumed

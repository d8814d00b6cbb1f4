"""What a run found becomes cases: the new are handed out, what is gone waits or closes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.core.rosters.standings import last_of
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters import lists, queries
from tongchou.rosters.casework import KIND
from tongchou.rosters.merged import keys_of_cases, with_gone
from tongchou.rosters.models import Run


@transaction.atomic
def issue(*, by: User, run: Run) -> casework.Outcome:
    """Issue a run that was tried; of a part or a correction, only what it is about.

    Raises Refused when it is not the newest of its month.
    """
    locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _check(locked, by)
    missing = set(locked.incomplete)
    scope = _scope(locked)
    outcome = casework.look(
        kind=KIND,
        area=locked.area,
        run=locked.run_id,
        actor=by.login,
        sightings=scope.sightings,
        complete=lambda sources: not missing & set(sources) if sources else not missing,
        among=scope.among,
        as_of=last_of(locked.month),
    )
    handed = casework.act_on_all(
        kind=KIND, area=locked.area, verb="issue", by=by, among=scope.handed
    )
    locked.state, locked.issued_by, locked.issued_at = Run.State.ISSUED, by, clock.now()
    locked.save(update_fields=["state", "issued_by", "issued_at"])
    trail.record(
        actor=by.login,
        verb="rosters.run.issued",
        object_type="run",
        object_id=str(locked.pk),
        area=locked.area,
        data={"run": locked.run_id, "handed": handed, **outcome._asdict()},
    )
    return outcome


def _check(run: Run, by: User) -> None:
    if run.state == Run.State.ISSUED:
        raise Refused(_("这次比对已经下发"))
    others = Run.objects.filter(area=run.area)
    newer = others.filter(month=run.month, made_at__gt=run.made_at)
    if newer.filter(Q(changes=None) | Q(changes=run.changes_id)).exists():
        raise Refused(_("后来又比对过。请看最新的一次"))
    later = others.filter(month__gt=run.month, changes=None, state=Run.State.ISSUED)
    if run.corrects_id is None and later.exists():
        raise Refused(_("以后的月份已经下发。请重新试比对这个月，只下发差异"))
    if by.login == run.asked_by:
        raise Refused(_("下发要由试比对以外的人办"))


class _Scope(NamedTuple):
    """What an issue may touch: cases it may miss, cases it may hand out; None: all of them."""

    sightings: Sequence[casework.Sighting]
    among: frozenset[str] | None = None
    handed: frozenset[str] | None = None


def _scope(run: Run) -> _Scope:
    own = keys_of_cases(run.area)
    sightings = _sightings(run, own)
    if run.corrects is not None:
        return _of_differences(run, run.corrects, sightings, own)
    if run.changes_id is None:
        return _Scope(sightings)
    subjects = with_gone(run.area, run.subjects)
    cases = Case.objects.filter(area=run.area, kind=KIND, subject__in=subjects)
    about = frozenset(cases.values_list("key", flat=True)) | {one.key for one in sightings}
    return _Scope(sightings, about, about)


def _of_differences(
    run: Run, before: Run, sightings: Sequence[casework.Sighting], own: Mapping[str, str]
) -> _Scope:
    """What was not found then and has no case since; what was found then and by no later run."""
    differs = queries.differences(run, before)
    known = Case.objects.filter(area=run.area, kind=KIND)
    fresh = {own.get(key, key) for key in differs.new}
    has_case = set(known.filter(key__in=fresh).values_list("key", flat=True))
    new = [one for one in sightings if one.key in fresh and one.key not in has_case]
    runs = Run.objects.filter(area=run.area, month=run.month).values("run_id")
    over = [own.get(key, key) for key in differs.gone]
    gone = known.filter(key__in=over, seen_in__in=runs).values_list("key", flat=True)
    return _Scope(new, frozenset(gone), frozenset(one.key for one in new))


def _sightings(run: Run, own: Mapping[str, str]) -> Sequence[casework.Sighting]:
    """Return what was found; of a record that has gone, under the key that its case has."""
    pack = lists.pack_of(run.area)
    found = []
    for row in run.findings.exclude(code__startswith="L"):
        of = pack.class_of(row.code)
        found.append(
            casework.Sighting(
                key=own.get(row.key, row.key),
                code=row.code,
                subject=row.subject,
                name=row.name,
                place=row.town,
                facts=row.facts,
                sources=tuple(row.sources),
                days=of.deadline,
                asks_evidence=bool(of.evidence),
                at_once=of.at_once,
                state="watched" if of.watch else "",
                data=row.told,
            )
        )
    return found

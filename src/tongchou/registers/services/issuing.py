"""What a comparison found becomes cases: new ones are handed out, what is gone waits or closes."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.registers import files
from tongchou.registers.models import Run


@transaction.atomic
def issue(*, by: User, run: Run) -> casework.Outcome:
    """Issue a run that was tried. Raises Refused when it is not the newest of its kind."""
    locked = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state == Run.State.ISSUED:
        raise Refused(_("这次比对已经下发"))
    newer = Run.objects.filter(area=locked.area, kind=locked.kind, made_at__gt=locked.made_at)
    if newer.exists():
        raise Refused(_("后来又比对过。请看最新的一次"))
    if by.login == locked.asked_by:
        raise Refused(_("下发要由试比对以外的人办"))
    missing = set(locked.incomplete)
    outcome = casework.look(
        kind=locked.kind,
        area=locked.area,
        run=locked.run_id,
        actor=by.login,
        sightings=list(_sightings(locked)),
        complete=lambda sources: not missing & set(sources) if sources else not missing,
    )
    handed = casework.act_on_all(kind=locked.kind, area=locked.area, verb="issue", by=by)
    locked.state, locked.issued_by, locked.issued_at = Run.State.ISSUED, by, clock.now()
    locked.save(update_fields=["state", "issued_by", "issued_at"])
    trail.record(
        actor=by.login,
        verb="registers.run.issued",
        object_type="register_run",
        object_id=str(locked.pk),
        area=locked.area,
        data={"run": locked.run_id, "handed": handed, **outcome._asdict()},
    )
    return outcome


def _sightings(run: Run) -> Iterator[casework.Sighting]:
    rules = files.rules_of(run.kind)
    for row in run.findings.exclude(code__startswith="L").iterator(2000):
        of = rules.class_of(row.code)
        if of.watch:
            continue  # information only
        yield casework.Sighting(
            key=row.key,
            code=row.code,
            subject=row.subject,
            name=row.name,
            place=row.town,
            facts=row.facts,
            sources=tuple(row.sources),
            days=of.deadline,
            asks_evidence=bool(of.evidence),
            at_once=of.at_once,
            data=row.told,
        )

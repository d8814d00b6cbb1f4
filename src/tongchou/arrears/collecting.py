"""集中补算: what windows withheld until a month's end, proposed, reviewed and released together.

Each year is an arrear of its own; one whose bills or facts have moved in between is sent back and
waits for the next batch, and the others go on.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.arrears import queries, services
from tongchou.arrears.models import Arrear, Batch, State
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.settlement.models import PersonYear

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
MOST_WORDS = 200


@transaction.atomic
def propose_batch(*, by: User, month: str) -> Batch:
    """Propose every year with something withheld until the end of `month` (2019-06).

    Raises Refused, also where there is nothing or a batch is open.
    """
    years = queries.to_collect(by.area_code, _end_of(month))
    if not years:
        raise Refused(_("%(month)s 以前没有要集中补算的") % {"month": month}, field="month")
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                area=by.area_code, month=month, proposed_by=by, proposed_at=clock.now()
            )
    except IntegrityError:
        raise Refused(_("上一批集中补算还没有办完")) from None
    for year in years:
        try:
            services.propose(
                by=by, year=year, reason=_("%(month)s 集中补算") % {"month": month}, batch=batch
            )
        except Refused:
            continue  # as known now nothing is owed any more
    if not batch.arrears.exists():
        raise Refused(_("%(month)s 以前没有要集中补算的") % {"month": month}, field="month")
    _note(batch, by)
    return batch


@transaction.atomic
def review_batch(*, by: User, batch: Batch, agree: bool, opinion: str = "") -> Batch:
    """Pass the whole batch on to release, or refuse it. Raises Refused, NotAllowed."""
    locked = _locked(batch, State.PROPOSED)
    if by.pk == locked.proposed_by_id:
        raise NotAllowed(_("这一批是您提出的，请由另一人复核"))
    locked.reviewed_by, locked.reviewed_at = by, clock.now()
    _finish(locked, agree, opinion, State.REVIEWED)
    for one in _of(locked, State.PROPOSED):
        services.review(by=by, arrear=one, agree=agree, opinion=opinion)
    _note(locked, by)
    return locked


@transaction.atomic
def release_batch(*, by: User, batch: Batch, agree: bool, opinion: str = "") -> Batch:
    """Post the whole batch, or refuse it; what has moved since goes back by itself.

    Raises Refused, NotAllowed.
    """
    locked = _locked(batch, State.REVIEWED)
    if by.pk in (locked.proposed_by_id, locked.reviewed_by_id):
        raise NotAllowed(_("提出、复核、放行须是三个人，请由另一人放行"))
    locked.released_by, locked.released_at = by, clock.now()
    _finish(locked, agree, opinion, State.RELEASED)
    if agree:
        _hold(locked)
    for one in _of(locked, State.REVIEWED):
        if not agree:
            services.release(by=by, arrear=one, agree=False, opinion=opinion)
            continue
        try:
            with transaction.atomic():
                services.release(by=by, arrear=one, agree=True)
        except NotAllowed:
            raise
        except Refused as moved:
            services.release(by=by, arrear=one, agree=False, opinion=moved.reason[:MOST_WORDS])
    _note(locked, by)
    return locked


def _hold(batch: Batch) -> None:
    """Hold all persons and years before the first posting takes a chain's head.

    A bill takes its year first and the head then: whoever held a head and waited for a year would
    wait for each other.
    """
    years = PersonYear.objects.filter(arrears__batch=batch)
    persons = Person.objects.filter(pk__in=years.values("person_id")).order_by("pk")
    list(persons.select_for_update(no_key=True).values_list("pk"))
    locked = PersonYear.objects.filter(pk__in=years.values("pk")).order_by("pk")
    list(locked.select_for_update(no_key=True).values_list("pk"))


def _of(batch: Batch, state: str) -> Iterable[Arrear]:
    rows = batch.arrears.filter(state=state).select_related("person_year__person")
    return rows.order_by("person_year__person_id", "pk")


def _locked(batch: Batch, state: str) -> Batch:
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state != state:
        raise Refused(
            _("这一批已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()}
        )
    return locked


def _finish(batch: Batch, agree: bool, opinion: str, agreed: str) -> None:
    opinion = opinion.strip()
    if not agree and not opinion:
        raise Refused(_("退回请写明理由"), field="opinion")
    if len(opinion) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="opinion")
    batch.state, batch.opinion = agreed if agree else State.REFUSED, opinion
    batch.save()


def _end_of(month: str) -> datetime:
    """Return the moment at which the month is over. Raises Refused."""
    if not MONTH.fullmatch(month):
        raise Refused(_("请写明月份，如 2019-06"), field="month")
    year, number = int(month[:4]), int(month[5:])
    after = date(year + number // 12, number % 12 + 1, 1)
    if date(year, number, 1) > clock.today():
        raise Refused(_("%(month)s 还没有到") % {"month": month}, field="month")
    return timezone.make_aware(datetime.combine(after, time.min))


def _note(batch: Batch, by: User) -> None:
    arrears = batch.arrears.values_list("state", "total")
    trail.record(
        actor=by.login,
        verb=f"arrears.batch.{batch.state}",
        object_type="arrears_batch",
        object_id=str(batch.pk),
        area=batch.area,
        data={
            "month": batch.month,
            "arrears": len(arrears),
            "total": sum(total for state, total in arrears if state != "refused"),
            "opinion": batch.opinion,
        },
    )

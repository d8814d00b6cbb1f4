"""Medical aid pays the helped into the residents' pool 资助参保: proposed, reviewed, released.

Nobody is on two runs of a year that stand (the database refuses it), nor who has paid himself and
was not refunded; so a second run of the year finds nobody and pays nothing.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.models import Entry
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.db.bulk import load_rows
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.premiums import queries
from tongchou.premiums.models import SubsidyLine, SubsidyRun
from tongchou.premiums.services import common

State = SubsidyRun.State
FROM, TO = "medical_aid", "resident_pool"


@transaction.atomic
def propose_subsidy(*, by: User, year: int, on_day: date) -> SubsidyRun:
    """Draw the list of a day: the helped who are insured residents. Raises Refused.

    The year is held: two lists of one year are not drawn at once.
    """
    common.hold_year(by.area_code, year)
    common.check_past(on_day, field="on_day")
    if on_day.year not in (year - 1, year):
        raise Refused(_("名单日不在 %(year)s 年度") % {"year": year}, field="on_day")
    if SubsidyRun.objects.filter(area=by.area_code, year=year, state__in=SubsidyRun.OPEN).exists():
        raise Refused(_("这一年的资助名单还有一份没有办完"))
    lines = queries.to_subsidise(by.area_code, year, on_day)
    if not lines:
        raise Refused(_("没有要资助的人：当日的困难居民都已资助，或本人已缴费未退"))
    run = SubsidyRun.objects.create(
        area=by.area_code,
        year=year,
        on_day=on_day,
        persons=len(lines),
        fen=sum(one.fen for one in lines),
        proposed_by=by,
        proposed_at=clock.now(),
    )
    load_rows(SubsidyLine, [{"run_id": run.pk, "year": year, **one._asdict()} for one in lines])
    _note(by, "premiums.subsidy.proposed", run)
    return run


@transaction.atomic
def review_subsidy(*, by: User, run: SubsidyRun, opinion: str = "") -> SubsidyRun:
    """Pass on to release. Raises Refused, NotAllowed."""
    locked = _locked(by, run, State.PROPOSED)
    if by.pk == locked.proposed_by_id:
        raise NotAllowed(_("这件是您提出的，请由另一人复核"))
    locked.reviewed_by, locked.reviewed_at = by, clock.now()
    return _move(locked, by, State.REVIEWED, opinion)


@transaction.atomic
def release_subsidy(*, by: User, run: SubsidyRun, opinion: str = "") -> SubsidyRun:
    """Post it: aid spends, the pool receives, each fund balanced by itself. Raises as review.

    Who was on the list must still be due: whoever has paid since is not paid for again.
    """
    locked = _locked(by, run, State.REVIEWED)
    if by.pk in (locked.proposed_by_id, locked.reviewed_by_id):
        raise NotAllowed(_("提出、复核、放行须是三个人，请由另一人放行"))
    paid = queries.paid_himself(locked.area, locked.year)
    if locked.lines.filter(person_id__in=paid).exists():
        raise Refused(_("名单上有人已自己缴费。请退回后重新提出"))
    locked.entry_id = _post(locked, by, 1)
    locked.released_by, locked.released_at = by, clock.now()
    return _move(locked, by, State.RELEASED, opinion)


@transaction.atomic
def refuse_subsidy(*, by: User, run: SubsidyRun, opinion: str) -> SubsidyRun:
    """Send a run back at its step; its people are free for another. Raises Refused, NotAllowed."""
    locked = _locked(by, run, *SubsidyRun.OPEN)
    if by.pk == locked.proposed_by_id:
        raise NotAllowed(_("这件是您提出的，请由另一人办"))
    _say_why(opinion)
    locked.lines.update(stands=False)
    return _move(locked, by, State.REFUSED, opinion)


@transaction.atomic
def void_subsidy(*, by: User, run: SubsidyRun, opinion: str) -> SubsidyRun:
    """Undo a released run by its exact negative. Raises Refused, NotAllowed."""
    locked = _locked(by, run, State.RELEASED)
    if by.pk == locked.released_by_id:
        raise NotAllowed(_("这件是您放行的，请由另一人冲销"))
    _say_why(opinion)
    locked.void_entry_id = _post(locked, by, -1)
    locked.voided_by, locked.voided_at = by, clock.now()
    locked.lines.update(stands=False)
    return _move(locked, by, State.VOIDED, opinion)


def _post(run: SubsidyRun, by: User, sign: int) -> int:
    fen = sign * run.fen
    words = (
        _("资助参保 %(year)s 年度 %(n)s 人")
        if sign > 0
        else _("冲销资助参保 %(year)s 年度 %(n)s 人")
    )
    return funds.post_entry(
        kind=Entry.Kind.SUBSIDY,
        area=run.area,
        summary=words % {"year": run.year, "n": run.persons},
        actor=by.login,
        lines=[
            (FROM, chart.SPENT_PREMIUMS, fen),
            (FROM, chart.DEPOSITS, -fen),
            (TO, chart.DEPOSITS, fen),
            (TO, chart.PREMIUMS, -fen),
        ],
    )


def _locked(by: User, run: SubsidyRun, *states: str) -> SubsidyRun:
    if run.area != by.area_code:
        raise Refused(_("这份名单不在本统筹区"))
    common.hold_year(run.area, run.year)
    locked = SubsidyRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state not in states:
        raise Refused(_("这件已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()})
    return locked


def _say_why(opinion: str) -> None:
    common.check_words(opinion, field="opinion", most=common.MOST_REASON, missing=_("请写明理由"))


def _move(run: SubsidyRun, by: User, state: str, opinion: str) -> SubsidyRun:
    if len(opinion.strip()) > common.MOST_REASON:
        raise Refused(_("最多 %(n)s 字") % {"n": common.MOST_REASON}, field="opinion")
    run.state, run.opinion = state, opinion.strip()
    run.save(
        update_fields=[
            "state", "opinion", "reviewed_by", "reviewed_at", "released_by", "released_at",
            "entry_id", "voided_by", "voided_at", "void_entry_id",
        ]
    )  # fmt: skip
    _note(by, f"premiums.subsidy.{state}", run)
    return run


def _note(by: User, verb: str, run: SubsidyRun) -> None:
    common.note(
        by,
        verb,
        "subsidy_run",
        run.pk,
        year=run.year,
        on_day=run.on_day,
        persons=run.persons,
        fen=run.fen,
        opinion=run.opinion,
        entry=str(run.void_entry_id or run.entry_id or ""),
    )

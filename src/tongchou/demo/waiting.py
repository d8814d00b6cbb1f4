"""Work that waits at the desks when the demonstration opens: counter bills, a reversal."""

from datetime import datetime, timedelta

from tongchou.demo.parameters import AREA
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.people.models import Enrolment
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.settlement.models import ManualClaim, Settlement
from tongchou.settlement.services.manual import approve_claim, file_claim, review_claim
from tongchou.settlement.services.reversal_requests import propose

# hours ago it was filed, yuan, out of area, how far it has come
_CLAIMS = (
    (150, 30_000, True, "filed"),
    (119, 8_240, False, "filed"),
    (60, 15_680, True, "reviewed"),
    (5, 4_310, False, "filed"),
    (52, 12_460, True, "not_approved"),
    (31, 6_905, False, "refused"),
    (170, 2_380, False, "refused"),
)
_EARLIER = 12  # not the newest bill: that one is for whoever tries the pages
_REASON = "外地就医未带凭证，出院后回来报销"
_NOT = "票据是复印件，请补原件后重新受理"


def leave_work() -> None:
    """File claims and ask for one reversal, as the clerk would have done in the last days."""
    users = {u.login: u for u in User.objects.all()}
    now = clock.now()
    for n, (hours, yuan, away, state) in enumerate(_CLAIMS, 1):
        claim = file_claim_of(users, now - timedelta(hours=hours), n, yuan * 100, away=away)
        _carry_on(users, claim, state)
    bills = (
        Settlement.objects.filter(area=AREA, kind="settle", scheme="resident")
        .exclude(person__psn_no__in=[psn_no_of(one.serial) for one in CAST])
        .order_by("-settled_at")[_EARLIER : _EARLIER + 1]
    )
    for bill in bills:
        with clock.frozen(now - timedelta(hours=30)):
            propose(by=users["jingban"], bill=bill, reason="医院来函：床位费多记两天")


def file_claim_of(
    users: dict[str, User], at: datetime, n: int, total: int, *, away: bool
) -> ManualClaim:
    """File a bill (fen) of the n-th of the insured, as the clerk would at that moment."""
    day = at.date() - timedelta(days=3)
    enrolment = (
        Enrolment.objects.filter(scheme="resident", struck_at=None, start__lte=day, end__gt=day)
        .exclude(person__psn_no__in=[psn_no_of(one.serial) for one in CAST])
        .filter(person__died_on=None)
        .select_related("person")
        .order_by("person_id")[n * 4]
    )
    with clock.frozen(at):
        return file_claim(
            by=users["jingban"],
            person=enrolment.person,
            institution=None,
            institution_name="省城第一医院" if away else "岭海县人民医院",
            level="level3",
            out_of_area=away,
            visit_kind="inpatient",
            begun_on=day - timedelta(days=9),
            ended_on=day,
            invoice=f"4400{day:%y%m%d}{n:04d}",
            total=total,
            own_pay=total // 20,
            over_limit=0,
            first_self_pay=total // 50,
            reason=_REASON,
        )


def _carry_on(users: dict[str, User], claim: ManualClaim, state: str) -> None:
    if state == "filed":
        return
    agree = state != "refused"
    review_claim(claim=claim, by=users["fuhe"], agree=agree, opinion="" if agree else _NOT)
    if state == "not_approved":
        approve_claim(claim=claim, by=users["shenpi"], agree=False, opinion=_NOT)

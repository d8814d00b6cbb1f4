"""Work that waits at the desks when the demonstration opens: counter bills, a reversal."""

from datetime import datetime, timedelta

from tongchou.demo.parameters import AREA
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.people.models import Enrolment
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.settlement.models import Settlement
from tongchou.settlement.services.manual import file_claim, review_claim
from tongchou.settlement.services.reversal_requests import propose

# hours ago it was filed, yuan, out of area, reviewed already
_CLAIMS = (
    (150, 30_000, True, False),
    (119, 8_240, False, False),
    (60, 15_680, True, True),
    (5, 4_310, False, False),
)
_EARLIER = 12  # not the newest bill: that one is for whoever tries the pages
_REASON = "外地就医未带凭证，出院后回来报销"


def leave_work() -> None:
    """File claims and ask for one reversal, as the clerk would have done in the last days."""
    users = {u.login: u for u in User.objects.all()}
    now = clock.now()
    for n, (hours, yuan, away, reviewed) in enumerate(_CLAIMS, 1):
        _claim(users, now - timedelta(hours=hours), n, yuan * 100, away=away, reviewed=reviewed)
    bills = (
        Settlement.objects.filter(area=AREA, kind="settle", scheme="resident")
        .exclude(person__psn_no__in=[psn_no_of(one.serial) for one in CAST])
        .order_by("-settled_at")[_EARLIER : _EARLIER + 1]
    )
    for bill in bills:
        with clock.frozen(now - timedelta(hours=30)):
            propose(by=users["jingban"], bill=bill, reason="医院来函：床位费多记两天")


def _claim(
    users: dict[str, User], at: datetime, n: int, total: int, *, away: bool, reviewed: bool
) -> None:
    day = at.date() - timedelta(days=3)
    enrolment = (
        Enrolment.objects.filter(scheme="resident", struck_at=None, start__lte=day, end__gt=day)
        .exclude(person__psn_no__in=[psn_no_of(one.serial) for one in CAST])
        .filter(person__died_on=None)
        .select_related("person")
        .order_by("person_id")[n * 7]
    )
    with clock.frozen(at):
        claim = file_claim(
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
        if reviewed:
            review_claim(claim=claim, by=users["fuhe"], agree=True)

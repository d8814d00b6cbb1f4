"""A pool with policies of its own, and changes into it, made through the services."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tongchou.core.policy import policy_files
from tongchou.funds import services as funds
from tongchou.funds.chart import DEPOSITS, PREMIUMS
from tongchou.plans import services as plans
from tongchou.plans.models import PlanVersion
from tongchou.plans.tests.make import CASES, make_user
from tongchou.platform.authority.models import Area
from tongchou.pooling import services
from tongchou.pooling.models import Change, Remittance

AREA, POOL = "441700", "440000"
EVE = datetime(2019, 2, 15, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2019, 3, 1)
AFTER = datetime(2019, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def make_pool(code: str = POOL, *, scheme: str = "resident", rate: str = "70%") -> Area:
    """Return an area whose policy pays `rate` where the county's pays 60% (level 3)."""
    area, _made = Area.objects.get_or_create(
        code=code,
        defaults={"name": f"岭南省{code}", "office": "省医疗保障局", "demonstration": True},
    )
    known = PlanVersion.objects.filter(area=code, scheme="resident")
    if scheme == "resident" and not known.exists():
        make_pool_plan(code, rate=rate)
    return area


def make_pool_plan(
    code: str = POOL,
    *,
    rate: str = "70%",
    valid_from: date = date(2019, 1, 1),
    visits: str = "inpatient",
) -> PlanVersion:
    path = next(p for p in policy_files() if "441700/resident" in p.as_posix() and p.stem == "2019")
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('area: "441700"', f'area: "{code}"'),
        ("valid_from: 2019-01-01", f"valid_from: {valid_from}"),
        ('"60%"', f'"{rate}"'),
        ("visits: [inpatient]", f"visits: [{visits}]"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    clerk = make_user("clerk", area=code)
    draft = plans.draft_plan(by=clerk, area=code, scheme="resident", document=text, cases=CASES)
    plans.take_results(version=draft, by=clerk)
    plans.submit_plan(version=draft, by=clerk)
    plans.check_plan(version=draft, by=make_user("reviewer", area=code))
    return plans.adopt_plan(version=draft, by=make_user("approver", area=code))


def make_change(
    pool: Area | None = None,
    *,
    starts_on: date = DAY,
    scheme: str = "resident",
    confirmed: bool = True,
    ground: str = "省府办〔2019〕1号（测试）",
) -> Change:
    made = services.propose_change(
        by=make_user("clerk"),
        scheme=scheme,
        pool=pool or make_pool(),
        starts_on=starts_on,
        ground=ground,
    )
    return services.confirm_change(by=make_user("approver"), change=made) if confirmed else made


def fill(area: str, fen: int, *, fund: str = "resident_pool") -> None:
    """Let contributions come in."""
    funds.post_entry(
        kind="income",
        area=area,
        summary="个人缴费",
        actor="test",
        lines=[(fund, DEPOSITS, fen), (fund, PREMIUMS, -fen)],
    )


def make_remittance(
    change: Change, fen: int, *, kind: str = "up", fund: str = "resident_pool", posted: bool = True
) -> Remittance:
    assert change.pooling is not None
    side = change.pool_id if kind == "down" else change.area_id
    made = services.propose_remittance(
        by=make_user("finance", area=side),
        pooling=change.pooling,
        fund=fund,
        kind=kind,
        fen=fen,
        ground="上解通知（测试）",
    )
    return services.post_remittance(by=make_user("approver"), remittance=made) if posted else made

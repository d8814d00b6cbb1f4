"""A province that the county's employees were pooled in, and its residents are to be.

It is invented, and so is that its policies say what the county's do: nobody's bill differs by it.
"""

from datetime import date, timedelta

from tongchou.core.policy import LABELS
from tongchou.demo.parameters import AREA
from tongchou.demo.registers import PROVINCE, PROVINCE_NAME
from tongchou.plans import queries as plans_in_force
from tongchou.plans import services as plans
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Pooling
from tongchou.pooling import queries, services
from tongchou.pooling.models import Change, Remittance

DAYS = 60  # since the employees' scheme is the province's
GROUND = "演示省府办〔1〕号（虚构）"


def pool() -> None:
    """Pool the employees' scheme as it was done, and leave the residents' to be confirmed.

    Call it before the year's bills: a day that has had bills cannot begin under another plan.
    """
    for scheme in ("employee", "resident"):
        _adopt(scheme)
    now = clock.now()
    start = clock.today() - timedelta(days=DAYS)
    with clock.frozen(now - timedelta(days=DAYS + 15)):
        change = _propose("employee", start)
    with clock.frozen(now - timedelta(days=DAYS + 14)):
        services.confirm_change(by=_user("shenpi"), change=change)
    _propose("resident", date(clock.today().year + 1, 1, 1))


def pass_money() -> None:
    """Pass what was left up and a part of it down, as it was done when the bills were there.

    What was collected since waits for another person to post it.
    """
    spell, now = Pooling.objects.get(area=AREA), clock.now()
    with clock.frozen(now - timedelta(days=DAYS - 1)):
        _hand_up(spell.change)
    with clock.frozen(now - timedelta(days=20)):
        _grant(spell.change)
    for one in queries.position(spell):
        if one.received > 0:
            _ask(spell, one.fund, Remittance.Kind.UP, one.received, "本期征缴上解")


def _adopt(scheme: str) -> None:
    """Give the province the county's policy of a scheme, under its own name."""
    version = plans_in_force.version_in_force(AREA, scheme, clock.today())
    assert version is not None
    text = version.document.replace(f'area: "{AREA}"', f'area: "{PROVINCE}"')
    clerk = _user("sheng-jingban")
    draft = plans.draft_plan(
        by=clerk, area=PROVINCE, scheme=scheme, document=text, cases=version.cases,
        title=f"{PROVINCE_NAME}{LABELS[scheme]}待遇，内容与县里的一样",
    )  # fmt: skip
    plans.submit_plan(version=draft, by=clerk)
    plans.check_plan(version=draft, by=_user("sheng-fuhe"))
    plans.adopt_plan(version=draft, by=_user("sheng-shenpi"))


def _propose(scheme: str, start: date) -> Change:
    return services.propose_change(
        by=_user("jingban"), scheme=scheme, pool=Area.objects.get(pk=PROVINCE), starts_on=start,
        ground=GROUND,
    )  # fmt: skip


def _hand_up(change: Change) -> None:
    """Pass up what each fund had left when its debts are paid."""
    assert change.pooling is not None
    for one in queries.handover(change).funds:
        if one.left > 0:
            row = _ask(change.pooling, one.fund, Remittance.Kind.CLOSING, one.left, "结余移交清册")
            services.post_remittance(by=_user("shenpi"), remittance=row)


def _grant(change: Change) -> None:
    """Pass down a half of what came up, to pay hospitals with."""
    for up in Remittance.objects.filter(pooling=change.pooling):
        row = services.propose_remittance(
            by=_user("sheng-caiwu"), pooling=up.pooling, fund=up.fund_id,
            kind=Remittance.Kind.DOWN, fen=up.fen // 2, ground="待遇支出用款拨付（演示）",
        )  # fmt: skip
        services.post_remittance(by=_user("sheng-shenpi"), remittance=row)


def _ask(spell: Pooling, fund: str, kind: str, fen: int, ground: str) -> Remittance:
    return services.propose_remittance(
        by=_user("caiwu"), pooling=spell, fund=fund, kind=kind, fen=fen, ground=f"{ground}（演示）"
    )


def _user(login: str) -> User:
    return User.objects.get(login=login)

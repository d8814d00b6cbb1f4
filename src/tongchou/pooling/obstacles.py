"""What stands between a change and its confirmation: the dry run, in words with remedies."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS
from tongchou.funds.payers import without_a_payer
from tongchou.plans import queries as plans
from tongchou.plans.readiness import Obstacle
from tongchou.platform import clock
from tongchou.platform.authority.models import Area, Pooling
from tongchou.platform.authority.pooling import LIVE, pool_of
from tongchou.settlement.models import Settlement


def obstacles(area: Area, scheme: str, pool: Area, starts_on: date) -> list[Obstacle]:
    """Return why `scheme` of `area` cannot go into `pool` from that day; nothing: it can."""
    return [
        *_of_the_day(area, scheme, starts_on),
        *_of_the_pools(area, scheme, pool, starts_on),
        *_of_the_plans(area, scheme, pool, starts_on),
    ]


def _of_the_day(area: Area, scheme: str, starts_on: date) -> Iterator[Obstacle]:
    # A bill is settled by the plan of its day: a day that has begun may have had its bills.
    if starts_on <= clock.today():
        yield Obstacle(_("起统筹日要晚于今天"), _("请改成以后的日子，已结算的单据不会重算"))
    midnight = timezone.make_aware(datetime.combine(starts_on, time.min))
    settled = Settlement.objects.filter(area=area.code, scheme=scheme, settled_at__gte=midnight)
    if settled.exists():
        yield Obstacle(
            _("%(day)s 起已有结算的单据") % {"day": starts_on}, _("请改成更晚的起统筹日")
        )


def _of_the_pools(area: Area, scheme: str, pool: Area, starts_on: date) -> Iterator[Obstacle]:
    if area == pool:
        yield Obstacle(_("不能统筹到自己"), _("请选上一级统筹区"))
        return
    rows = Pooling.objects.filter(LIVE, Q(end=None) | Q(end__gt=starts_on), scheme=scheme)
    later = rows.filter(area=area, start__gte=starts_on).order_by("start").first()
    if later is not None:
        yield Obstacle(
            _("已经确认 %(day)s 起统筹到%(pool)s") % {"day": later.start, "pool": later.pool.name},
            _("请先撤回那一次变更"),
        )
    if pool_of(area.code, scheme, starts_on) == pool.code:
        yield Obstacle(_("这个险种那天已经统筹到%(pool)s") % {"pool": pool.name}, _("不用再变更"))
    if rows.filter(area=pool).exists():
        yield Obstacle(
            _("%(pool)s自己又统筹到别处") % {"pool": pool.name}, _("请直接选最上一级统筹区")
        )
    if rows.filter(pool=area).exists():
        yield Obstacle(
            _("本统筹区下面还有别的统筹区"), _("请先把它们各自统筹到%(pool)s") % {"pool": pool.name}
        )


def _of_the_plans(area: Area, scheme: str, pool: Area, starts_on: date) -> Iterator[Obstacle]:
    version = plans.version_in_force(pool.code, scheme, starts_on)
    if version is None:
        yield Obstacle(
            _("%(pool)s还没有那天执行的%(scheme)s政策")
            % {"pool": pool.name, "scheme": LABELS[scheme]},
            _("请先在那里起草、复核、采用"),
        )
        return
    theirs = plans.compiled(version)
    yield from without_a_payer(theirs)
    ours = plans.version_in_force(area.code, scheme, starts_on)
    if ours is None:
        return
    # What the area lets be settled as wholly self-paid is not refused.
    known = {*theirs.visits, *area.self_paid_visits}
    missing = [LABELS[one] for one in plans.compiled(ours).visits if one not in known]
    if missing:
        yield Obstacle(
            _("%(pool)s的政策里没有：%(visits)s")
            % {"pool": pool.name, "visits": "、".join(sorted(missing))},
            _("起统筹后这些就医会被拒绝；请先在那里补上"),
        )

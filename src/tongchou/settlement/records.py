"""What the bills say to a merge of two records of one person (people.hooks).

A bill is never moved to another record. Two records may become one only where no insurance year
would begin twice: its deductible and ceilings are folded over all bills of the person in it.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from tongchou.core.spells import insurance_year
from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.settlement.labels import SCHEME_LABELS
from tongchou.settlement.models import ManualClaim, PersonYear, Settlement, Visit
from tongchou.settlement.tables import reversed_now

_OPEN_CLAIMS = (ManualClaim.State.FILED, ManualClaim.State.REVIEWED)


def years_of(person: Person) -> list[hooks.Year]:
    """Return the years in which a bill of the person stands; sums with corrections, in fen."""
    found: dict[tuple[int, str], list[int]] = {}
    rows = Settlement.objects.filter(person=person).annotate(back=reversed_now())
    for scheme, year, kind, back, total, fund in rows.values_list(
        "person_year__scheme", "person_year__year", "kind", "back", "total", "fund_total"
    ):
        sums = found.setdefault((year, scheme), [0, 0, 0])
        sums[0] += kind == Settlement.Kind.SETTLE and not back
        sums[1] += total
        sums[2] += fund
    return [
        hooks.Year(str(SCHEME_LABELS[scheme]), year, *sums)
        for (year, scheme), sums in found.items()
        if sums[0]
    ]


def counted_twice(keep: Person, gone: Person) -> list[str]:
    """Return why the two cannot be one: a year would begin again, or something is under way."""
    mine = {(one.year, one.scheme): one for one in years_of(keep)}
    this_year = insurance_year(clock.today())
    found = []
    for one in years_of(gone):
        other = mine.get((one.year, one.scheme))
        words = {"year": one.year, "scheme": one.scheme, "n": one.bills}
        if other is not None:
            found.append(
                _(
                    "%(scheme)s %(year)s 年两档都有结算单（保留的 %(m)s 张，并入的 %(n)s 张），"
                    "合并会把起付线和封顶算两遍。请先冲正并入一档的单，在保留的一档重新结算"
                )
                % {**words, "m": other.bills}
            )
        elif one.year >= this_year:
            found.append(
                _(
                    "%(scheme)s %(year)s 年还没过完，并入的一档有 %(n)s 张单，以后的要接着算。"
                    "请对调，保留有单的一档"
                )
                % words
            )
    return found + _opened(keep, gone) + _under_way(gone)


def _opened(keep: Person, gone: Person) -> list[str]:
    """Return why an opening stands in the way: it counts for the bills of its own record only."""
    found = []
    rows = PersonYear.objects.filter(person__in=(keep, gone)).exclude(opening=[])
    for one in rows.order_by("year", "scheme"):
        other = gone if one.person_id == keep.pk else keep
        bills = PersonYear.objects.filter(
            person=other, scheme=one.scheme, year=one.year, settlements__isnull=False
        )
        words = {"scheme": SCHEME_LABELS[one.scheme], "year": one.year}
        if bills.exists():
            found.append(
                _(
                    "%(scheme)s %(year)s 年一档有并轨带入的累计，另一档有结算单，合并后会各算各的。"
                    "请先冲正有单的一档，在有累计的一档重新结算"
                )
                % words
            )
        elif one.person_id == gone.pk and one.year >= insurance_year(clock.today()):
            found.append(
                _(
                    "%(scheme)s %(year)s 年还没过完，并入的一档有并轨带入的累计，以后的单要接着算。"
                    "请对调，保留有累计的一档"
                )
                % words
            )
    return found


def bills_since(person: Person, since: datetime) -> list[str]:
    """Return what was settled under the record that stays since a merge: it stays there."""
    bills = Settlement.objects.filter(person=person, settled_at__gte=since)
    count = bills.filter(kind=Settlement.Kind.SETTLE).count()
    return [_("并档以后结算的 %(n)s 张单") % {"n": count}] if count else []


def _under_way(gone: Person) -> list[str]:
    found = []
    visit = Visit.objects.filter(person=gone, state=Visit.State.OPEN).first()
    if visit is not None:
        found.append(_("并入的一档有在办的就诊 %(id)s。请先结算或撤销") % {"id": visit.mdtrt_id})
    claim = ManualClaim.objects.filter(person=gone, state__in=_OPEN_CLAIMS).first()
    if claim is not None:
        found.append(
            _("并入的一档有零星报销 %(no)s 还没办完。请先办完或退回") % {"no": claim.invoice}
        )
    return found


def register() -> None:
    hooks.add_years(years_of)
    hooks.add_obstacle(counted_twice)
    hooks.add_left(bills_since)

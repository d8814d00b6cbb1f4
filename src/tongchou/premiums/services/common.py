"""What all verbs of premiums share: rows held still, words checked, the trail."""

from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tongchou.core.policy import IDENTITIES
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.premiums.models import Exemption, Payment, Waiver, Year

RowT = TypeVar("RowT", Payment, Exemption, Waiver)
MOST_REASON, MOST_SOURCE = 200, 100
FIRST_YEAR, LAST_YEAR = 2000, 2100


def hold_year(area: str, year: int) -> Year:
    """Return the year's row, held: two files or two lists of one year come one after the other."""
    check_year(year)
    Year.objects.get_or_create(area=area, year=year)
    return Year.objects.select_for_update(no_key=True).get(area=area, year=year)


def hold_links(area: str) -> None:
    """Hold which entries payments lean on: files of two years may lean on one entry.

    The books themselves are not locked: the application may not update them. Taken after the year.
    """
    Year.objects.get_or_create(area=area, year=0)
    Year.objects.select_for_update(no_key=True).get(area=area, year=0)


def hold_person(person: Person, by: User) -> Person:
    if person.area != by.area_code:
        raise Refused(_("这个人不在本统筹区"))
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def check_year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(_("没有 %(year)s 这个年度。请写四位年份") % {"year": year}, field="year")
    return year


def check_ground(ground: str) -> str:
    if ground not in IDENTITIES:
        raise Refused(_("不认识身份“%(kind)s”") % {"kind": ground}, field="ground")
    return ground


def check_words(text: str, *, field: str, most: int, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(missing, field=field)
    if len(text) > most:
        raise Refused(_("最多 %(n)s 字") % {"n": most}, field=field)
    return text


def check_source(text: str) -> str:
    missing = _("没有来源。请写明依据的名单、文件或申请")
    return check_words(text, field="source", most=MOST_SOURCE, missing=missing)


def check_past(day: date, *, field: str) -> date:
    if day > clock.today():
        raise Refused(_("日期 %(day)s 晚于今天。请核对") % {"day": day}, field=field)
    return day


def strike(row: RowT, by: User, reason: str) -> RowT:
    """Take a row out of force; it stays, with by whom, when and why. The person is held."""
    reason = check_words(
        reason, field="reason", most=MOST_REASON, missing=_("没有更正原因。请写明为什么更正")
    )
    locked = type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
    if locked.struck_at is not None:
        raise Refused(_("已经更正过。请刷新后再看"))
    locked.struck_at, locked.struck_by, locked.struck_reason = clock.now(), by.login, reason
    locked.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    return locked


def note(by: User, verb: str, kind: str, pk: object, *, slice_key: int = 0, **data: Any) -> None:
    """Write the act to the trail; dates become ISO text."""
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in data.items()}
    trail.record(
        actor=by.login,
        verb=verb,
        object_type=kind,
        object_id=str(pk),
        area=by.area_code,
        data=plain,
        slice_key=slice_key,
    )


def note_person(by: User, verb: str, person: Person, **data: Any) -> None:
    note(by, verb, "person", person.psn_no, slice_key=person.pk, **data)

"""Exemptions 免缴认定 and letters 承诺书: dated facts of a year, apart from the flags."""

import hashlib
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.db.bulk import load_rows
from tongchou.platform.refusal import Refused
from tongchou.premiums import queries
from tongchou.premiums.models import Exemption, Waiver
from tongchou.premiums.services import common

MOST_BYTES = 10 * 1024 * 1024
MOST_NAME = 200


@transaction.atomic
def exempt(
    *, by: User, person: Person, year: int, ground: str, source: str, set_on: date | None = None
) -> Exemption:
    """Free the person of the year's premium, on the ground of a category. Raises Refused.

    The flag of the category is another fact: when it ends, this stays to the year's end.
    """
    common.check_year(year)
    common.check_ground(ground)
    source = common.check_source(source)
    set_on = common.check_past(set_on or clock.today(), field="set_on")
    person = common.hold_person(person, by)
    if person.died_on is not None and person.died_on.year < year:
        raise Refused(_("%(day)s 已死亡，不用免缴认定") % {"day": person.died_on})
    try:
        with transaction.atomic():
            made = Exemption.objects.create(
                area=by.area_code,
                person=person,
                year=year,
                ground=ground,
                set_on=set_on,
                source=source,
            )
    except IntegrityError:
        raise Refused(_("%(year)s 年度已有免缴认定") % {"year": year}, field="year") from None
    common.note_person(
        by, "premiums.exemption.set", person, year=year, ground=ground, set_on=set_on, source=source
    )
    return made


@transaction.atomic
def exempt_all(
    *, by: User, year: int, grounds: Mapping[int, str], source: str, set_on: date | None = None
) -> int:
    """Exempt many at once (person's key -> category) and return how many: who is exempt stays.

    Raises Refused.
    """
    source = common.check_source(source)
    set_on = common.check_past(set_on or clock.today(), field="set_on")
    common.hold_year(by.area_code, year)
    for ground in set(grounds.values()):
        common.check_ground(ground)
    own = Person.objects.filter(area=by.area_code)
    there = set(own.values_list("pk", flat=True)) if grounds else set()
    if not set(grounds) <= there:
        raise Refused(_("有人不在本统筹区。请核对名单"))
    standing = Exemption.objects.filter(area=by.area_code, year=year, struck_at=None)
    held = set(standing.values_list("person_id", flat=True))
    rows = [
        {
            "area": by.area_code, "person_id": pk, "year": year, "ground": ground,
            "set_on": set_on, "source": source,
        }
        for pk, ground in sorted(grounds.items())
        if pk not in held
    ]  # fmt: skip
    load_rows(Exemption, rows)
    common.note(
        by, "premiums.exemptions.set", "area", by.area_code, year=year, persons=len(rows),
        source=source, set_on=set_on,
    )  # fmt: skip
    return len(rows)


@transaction.atomic
def exempt_class(*, by: User, year: int, kind: str, on_day: date, source: str, shown: str) -> int:
    """Exempt everybody on the list of a class that was shown, and return how many.

    `shown`: digest of queries.to_exempt. Raises Refused where the list has changed since, or
    nobody is on it.
    """
    check_list(year=year, kind=kind, on_day=on_day)
    common.hold_year(by.area_code, year)
    found = queries.to_exempt(by.area_code, year, kind, on_day)
    if not found.due:
        raise Refused(_("没有要认定的人：当日这一类的都已认定，或本人已缴费"))
    if found.digest != shown:
        raise Refused(_("名单在您看过以后有变动。请再看一遍再认定"))
    try:
        with transaction.atomic():
            grounds = dict.fromkeys(found.due, kind)
            return exempt_all(by=by, year=year, grounds=grounds, source=source)
    except IntegrityError:  # somebody has exempted one of them from his own page
        raise Refused(_("名单在您看过以后有变动。请再看一遍再认定")) from None


def check_list(*, year: int, kind: str, on_day: date) -> None:
    """Say whether a list of the class can be drawn of the day. Raises Refused."""
    common.check_year(year)
    common.check_ground(kind)
    common.check_past(on_day, field="on_day")
    if on_day.year not in (year - 1, year):
        raise Refused(
            _("名单日要在 %(before)s 年或 %(year)s 年。请改日期，或换一个年度")
            % {"before": year - 1, "year": year},
            field="on_day",
        )


@transaction.atomic
def strike_exemption(*, by: User, exemption: Exemption, reason: str) -> Exemption:
    """Take out an exemption that was never due. Raises Refused."""
    person = common.hold_person(exemption.person, by)
    struck = common.strike(exemption, by, reason)
    common.note_person(
        by, "premiums.exemption.struck", person, year=struck.year, reason=struck.struck_reason
    )
    return struck


@transaction.atomic
def sign_waiver(
    *, by: User, person: Person, year: int, signed_on: date, name: str, content: bytes
) -> Waiver:
    """Keep the signed letter of who stays insured elsewhere this year. Raises Refused."""
    common.check_year(year)
    if signed_on.year > year:
        raise Refused(
            _("承诺书管到 %(year)s 年底，签订日期晚了") % {"year": year}, field="signed_on"
        )
    common.check_past(signed_on, field="signed_on")
    if not content:
        raise Refused(_("请上传签了字的承诺书"), field="file")
    if len(content) > MOST_BYTES:
        raise Refused(_("文件不能超过 10 MB。请压缩后上传"), field="file")
    if len(name) > MOST_NAME:
        raise Refused(_("文件名最多 %(n)s 字。请改短后上传") % {"n": MOST_NAME}, field="file")
    person = common.hold_person(person, by)
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            made = Waiver.objects.create(
                area=by.area_code,
                person=person,
                year=year,
                kind=Waiver.Kind.ELSEWHERE,
                signed_on=signed_on,
                name=name,
                sha256=digest,
                content=content,
            )
    except IntegrityError:
        raise Refused(_("%(year)s 年度已有承诺书") % {"year": year}, field="year") from None
    common.note_person(
        by, "premiums.waiver.signed", person, year=year, signed_on=signed_on, sha256=digest
    )
    return made


@transaction.atomic
def strike_waiver(*, by: User, waiver: Waiver, reason: str) -> Waiver:
    """The letter no longer holds: he comes back, or it was not his. Raises Refused."""
    person = common.hold_person(waiver.person, by)
    struck = common.strike(waiver, by, reason)
    common.note_person(
        by, "premiums.waiver.struck", person, year=struck.year, reason=struck.struck_reason
    )
    return struck

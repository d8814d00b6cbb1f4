"""Residence permits 居住证 as dated facts, and enrolment on them (ENR-05)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.people.models import Enrolment, Permit, Person
from tongchou.people.services import common
from tongchou.platform.refusal import Refused

MOST_NUMBER, MOST_PLACE = 50, 100


@transaction.atomic
def add_permit(
    *,
    actor: str,
    person: Person,
    number: str,
    place: str,
    start: date,
    end: date | None,
    source: str,
    known_on: date | None = None,
) -> Permit:
    """Record a residence permit that is valid over [start, end). Raises Refused.

    One that is renewed is another permit, from where the last one ends.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    number, place = number.strip().upper(), place.strip()
    if not number or len(number) > MOST_NUMBER:
        raise Refused(_("请照居住证填写证号，最多 %(n)s 字") % {"n": MOST_NUMBER}, field="number")
    if not place or len(place) > MOST_PLACE:
        raise Refused(_("请照居住证填写居住地，最多 %(n)s 字") % {"n": MOST_PLACE}, field="place")
    if end is None:
        raise Refused(_("居住证都有期限。请照证面填写到期日的次日"), field="end")
    spell = common.check_spell(start, end)
    person = common.hold(person)
    for other in Permit.objects.filter(person=person, struck_at=None):
        if other.spell.overlaps(spell):
            raise Refused(
                _("%(start)s 至 %(end)s 已有居住证 %(number)s。续签的请从上一张到期起登记")
                % {"start": other.start, "end": other.end, "number": other.number},
                field="start",
            )
    permit = Permit.objects.create(
        person=person,
        number=number,
        place=place,
        start=start,
        end=end,
        known_on=known_on,
        source=source,
    )
    common.note(
        actor, "people.permit.added", person, tail=number[-4:], place=place, start=start, end=end,
        source=source,
    )  # fmt: skip
    return permit


@transaction.atomic
def end_permit(
    *, actor: str, permit: Permit, end: date, source: str, known_on: date | None = None
) -> Permit:
    """End a permit before its time (given back, moved away); what was enrolled on it stays."""
    known_on, source = common.check_known(known_on), common.check_source(source)
    person = common.hold(permit.person)
    permit = Permit.objects.get(pk=permit.pk)
    ended = common.replace_end(permit, end, known_on=known_on, source=source)
    common.note(
        actor, "people.permit.ended", person, tail=permit.number[-4:], end=end, source=source
    )
    return ended


@transaction.atomic
def strike_permit(*, actor: str, permit: Permit, reason: str) -> None:
    """Take out a permit that was never issued; the row stays, struck."""
    person = common.hold(permit.person)
    permit = Permit.objects.get(pk=permit.pk)
    common.strike(permit, reason)
    common.note(
        actor, "people.permit.struck", person, tail=permit.number[-4:], start=permit.start,
        end=permit.end, reason=reason,
    )  # fmt: skip


def check_ground(person: Person, ground: str, on: date) -> None:
    """Raise Refused unless the person may enrol on `ground` from the day."""
    if ground not in Enrolment.Ground.values:
        raise Refused(_("不认识参保资格 %(ground)s") % {"ground": ground}, field="ground")
    if ground == Enrolment.Ground.HOUSEHOLD:
        return
    permits = list(Permit.objects.filter(person=person, struck_at=None).order_by("start"))
    if any(on in permit.spell for permit in permits):
        return
    past = [permit for permit in permits if permit.end is not None and permit.end <= on]
    if past:
        raise Refused(
            _("居住证 %(number)s 在 %(end)s 已过期，%(day)s 不能凭它参保。请先登记续签的")
            % {"number": past[-1].number, "end": past[-1].end, "day": on},
            field="ground",
        )
    raise Refused(
        _("%(day)s 没有有效的居住证。请先登记居住证，或改选本地户籍") % {"day": on}, field="ground"
    )

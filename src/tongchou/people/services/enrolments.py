"""Enrolment in a basic scheme: at most one a day over all schemes (ENR-01)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.spells import Spell
from tongchou.people.models import Enrolment, Person
from tongchou.people.services import common
from tongchou.people.services.permits import check_ground
from tongchou.platform.refusal import Refused

# First two digits of the national psn_type that go with a scheme and status (interface A.5).
_TYPES = {
    ("employee", "active"): ("11",),
    ("employee", "retired"): ("12", "13"),
    ("resident", ""): ("14", "15", "16"),
}


@transaction.atomic
def enrol(
    *,
    actor: str,
    person: Person,
    scheme: str,
    start: date,
    source: str,
    end: date | None = None,
    status: str = "",
    psn_type: str = "",
    area: str = "",
    ground: str = Enrolment.Ground.HOUSEHOLD,
    known_on: date | None = None,
) -> Enrolment:
    """Enrol the person over [start, end) in "resident" or "employee".

    `status` "active" or "retired" for employees, empty for residents; `psn_type` is the national
    code, by default the usual one of the status and age; `ground` "household", or "permit" where a
    residence permit is in force on the first day (ENR-05). Raises Refused: another spell shares a
    day, the person had died, status or type does not go with the scheme, no permit that day.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    spell = common.check_spell(start, end)
    person = common.hold(person)
    psn_type = psn_type or usual_psn_type(person, scheme, status, start)
    check_kind(scheme, status, psn_type)
    if person.died_on is not None and (end is None or end > person.died_on):
        raise Refused(
            _("%(day)s 已死亡，参保不能到这天之后。请改早结束日") % {"day": person.died_on},
            field="end",
        )
    check_ground(person, ground, start)
    _refuse_overlap(person, spell)
    enrolment = Enrolment.objects.create(
        person=person,
        scheme=scheme,
        status=status,
        psn_type=psn_type,
        area=area or person.area,
        ground=ground,
        start=start,
        end=end,
        known_on=known_on,
        source=source,
    )
    common.announce(person)
    common.note(
        actor,
        "people.enrolment.added",
        person,
        scheme=scheme,
        status=status,
        ground=ground,
        start=start,
        end=end,
        source=source,
    )
    return enrolment


@transaction.atomic
def end_enrolment(
    *,
    actor: str,
    enrolment: Enrolment,
    end: date,
    source: str,
    known_on: date | None = None,
) -> Enrolment:
    """End the spell at `end` (not included): a new row replaces the struck one; returns it."""
    known_on, source = common.check_known(known_on), common.check_source(source)
    person = common.hold(enrolment.person)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    ended = common.replace_end(enrolment, end, known_on=known_on, source=source)
    common.announce(person)
    common.note(
        actor,
        "people.enrolment.ended",
        person,
        scheme=ended.scheme,
        start=ended.start,
        end=end,
        source=source,
    )
    return ended


@transaction.atomic
def strike_enrolment(*, actor: str, enrolment: Enrolment, reason: str) -> None:
    """Take out an enrolment that was never true; the row stays, struck."""
    person = common.hold(enrolment.person)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    common.strike(enrolment, reason)
    common.announce(person)
    common.note(
        actor,
        "people.enrolment.struck",
        person,
        scheme=enrolment.scheme,
        start=enrolment.start,
        end=enrolment.end,
        reason=reason,
    )


def usual_psn_type(person: Person, scheme: str, status: str, on: date) -> str:
    """Return the national psn_type that the status, or a resident's age on the day, suggests."""
    if scheme == Enrolment.Scheme.EMPLOYEE:
        return "1201" if status == "retired" else "1101"
    age = (
        on.year - person.birth.year - ((on.month, on.day) < (person.birth.month, person.birth.day))
    )
    for limit, code in ((1, "1401"), (6, "1402"), (18, "1403"), (60, "1501")):
        if age < limit:
            return code
    return "16"


def check_kind(scheme: str, status: str, psn_type: str) -> None:
    """Raise Refused unless status and national psn_type go with the scheme."""
    if scheme not in Enrolment.Scheme.values:
        raise Refused(_("不认识险种 %(scheme)s") % {"scheme": scheme}, field="scheme")
    prefixes = _TYPES.get((scheme, status))
    if prefixes is None:
        raise Refused(_("职工须注明在职或退休，居民不填。请改正"), field="status")
    if not psn_type.startswith(prefixes):
        raise Refused(
            _("人员类别 %(code)s 与险种不符，应以 %(good)s 开头")
            % {"code": psn_type, "good": "、".join(prefixes)},
            field="psn_type",
        )


def _refuse_overlap(person: Person, spell: Spell) -> None:
    for other in Enrolment.objects.filter(person=person, struck_at=None):
        if Spell(other.start, other.end).overlaps(spell):
            raise Refused(
                _("%(start)s 至 %(end)s 已参加%(scheme)s。请先终止那一段，或改起止日期")
                % {
                    "start": other.start,
                    "end": other.end or _("今"),
                    "scheme": other.get_scheme_display(),
                },
                field="start",
            )

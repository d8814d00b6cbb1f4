"""The person: registered, renamed, moved, deceased."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.identity import (
    IdNumberError,
    normalise_name,
    parse_id_number,
    pinyin_initials,
)
from tongchou.people.models import Enrolment, Identity, Person, PersonNumber, Residence
from tongchou.people.services import common
from tongchou.platform import clock
from tongchou.platform.numbering.services import next_number
from tongchou.platform.refusal import Refused

RESIDENT_ID = "01"  # psn_cert_type: the certificates whose number is checked by GB 11643
_SEX = {"male": "1", "female": "2"}


@dataclass(frozen=True, slots=True)
class Bearer:
    """A certificate number as stored, with the sex and birth that it or the clerk gives."""

    number: str
    sex: str
    birth: date


@transaction.atomic
def register_person(
    *,
    actor: str,
    area: str,
    name: str,
    id_no: str,
    source: str,
    cert_type: str = RESIDENT_ID,
    sex: str = "",
    birth: date | None = None,
    nation: str = "01",
    town: str = "",
    village: str = "",
    employer: str = "",
    psn_no: str = "",
    known_on: date | None = None,
) -> Person:
    """Register a person with the number in use; town and village become the first residence.

    Sex ("1", "2", "9") and birth are read from an ID number and only needed with other
    certificates. Raises Refused: malformed number, number already registered, no name or source.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    name = check_name(name)
    bearer = check_certificate(cert_type, id_no, sex=sex, birth=birth)
    refuse_taken(PersonNumber.Kind.ID, bearer.number)
    person = Person.objects.create(
        psn_no=psn_no or f"{area}{next_number(clock.today()):020d}",
        name=name,
        initials=pinyin_initials(name),
        sex=bearer.sex,
        birth=bearer.birth,
        nation=nation,
        cert_type=cert_type,
        id_no=bearer.number,
        area=area,
        town=town,
        village=village,
        employer=employer,
    )
    PersonNumber.objects.create(
        person=person,
        kind=PersonNumber.Kind.ID,
        number=bearer.number,
        start=bearer.birth,
        known_on=known_on,
        source=source,
    )
    if town:
        Residence.objects.create(
            person=person,
            town=town,
            village=village,
            start=known_on,
            known_on=known_on,
            source=source,
        )
    common.note(actor, "people.person.registered", person, name=name, source=source)
    return person


@transaction.atomic
def correct_name(*, actor: str, person: Person, name: str, source: str) -> Person:
    """Change the name as it is written; the trail keeps the old one."""
    source, name = common.check_source(source), check_name(name)
    person = common.hold(person)
    if name == person.name:
        raise Refused(_("姓名与现在的相同，没有要更正的"), field="name")
    before, person.name, person.initials = person.name, name, pinyin_initials(name)
    person.save(update_fields=["name", "initials"])
    common.note(actor, "people.person.renamed", person, before=before, after=name, source=source)
    return person


@transaction.atomic
def move_residence(
    *,
    actor: str,
    person: Person,
    town: str,
    start: date,
    source: str,
    village: str = "",
    known_on: date | None = None,
) -> Residence:
    """Record that the person lives elsewhere from `start`; the last residence ends there."""
    known_on, source = common.check_known(known_on), common.check_source(source)
    if not town.strip():
        raise Refused(_("没有镇街。请填写新住址的镇街"), field="town")
    person = common.hold(person)
    last = person.residences.filter(struck_at=None).order_by("start").last()
    if last is not None and last.start >= start:
        raise Refused(
            _("%(start)s 起已有住址 %(town)s。请改用更晚的日期")
            % {"start": last.start, "town": last.town},
            field="start",
        )
    if last is not None and (last.end is None or last.end > start):
        common.replace_end(last, start, known_on=known_on, source=source)
    residence = Residence.objects.create(
        person=person,
        town=town.strip(),
        village=village.strip(),
        start=start,
        known_on=known_on,
        source=source,
    )
    person.town, person.village = residence.town, residence.village
    person.save(update_fields=["town", "village"])
    common.note(
        actor, "people.person.moved", person, town=town, village=village, start=start, source=source
    )
    return residence


@transaction.atomic
def record_death(
    *, actor: str, person: Person, died_on: date, source: str, known_on: date | None = None
) -> Person:
    """Record the death; enrolments and identities end the day after, later ones are struck.

    The day itself is still covered: a last bill of that day is paid.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    person = common.hold(person)
    if person.died_on is not None:
        raise Refused(
            _("已登记死亡日期 %(day)s。要更正，请先核对来源") % {"day": person.died_on},
            field="died_on",
        )
    if died_on > clock.today() or died_on < person.birth:
        raise Refused(_("死亡日期应在出生之后、今天及以前。请核对"), field="died_on")
    after = died_on + timedelta(days=1)
    for model in (Enrolment, Identity):
        for fact in model.objects.filter(person=person, struck_at=None):
            if fact.start >= after:
                common.strike(fact, _("%(day)s 死亡") % {"day": died_on})
            elif fact.end is None or fact.end > after:
                common.replace_end(fact, after, known_on=known_on, source=source)
    person.died_on = died_on
    person.save(update_fields=["died_on"])
    common.announce(person)
    common.note(
        actor, "people.person.died", person, died_on=died_on, source=source, known_on=known_on
    )
    return person


def check_name(raw: str) -> str:
    name = normalise_name(raw)
    if not name:
        raise Refused(_("没有姓名。请照证件填写"), field="name")
    return name


def check_certificate(cert_type: str, raw: str, *, sex: str, birth: date | None) -> Bearer:
    """Return the number as stored with sex and birth; an ID number is checked and gives both."""
    if cert_type == RESIDENT_ID:
        try:
            parsed = parse_id_number(raw)
        except IdNumberError as error:
            raise Refused(str(error), field="id_no") from None
        return Bearer(parsed.number, _SEX[parsed.sex], parsed.birth)
    number = raw.strip().upper()
    if not number:
        raise Refused(_("没有证件号码。请照证件填写"), field="id_no")
    if birth is None:
        raise Refused(_("这种证件不含出生日期。请照证件填写"), field="birth")
    return Bearer(number, sex or "9", birth)


def refuse_taken(kind: str, number: str) -> None:
    """Raise Refused where the number leads to somebody, saying to whom."""
    taken = PersonNumber.objects.filter(kind=kind, number=number, struck_at=None)
    holder = taken.select_related("person").first()
    if holder is not None:
        raise Refused(
            _("这个号码已登记给 %(name)s（%(psn_no)s）。请先核对是不是同一人")
            % {"name": holder.person.name, "psn_no": holder.person.psn_no},
            field="id_no" if kind == PersonNumber.Kind.ID else "number",
        )

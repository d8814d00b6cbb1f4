"""Numbers under which a person is known. A changed one ends and stays as an alias."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.people.models import Person, PersonNumber
from tongchou.people.services import common
from tongchou.people.services.register import check_certificate, refuse_taken
from tongchou.platform.refusal import Refused


@transaction.atomic
def add_number(
    *,
    actor: str,
    person: Person,
    kind: str,
    number: str,
    start: date,
    source: str,
    end: date | None = None,
    known_on: date | None = None,
) -> PersonNumber:
    """Add a social security card or e-voucher (kind "card", "voucher"), or an earlier ID number.

    An ID number must have ended (`end`); the one in use is changed by `change_id`.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    common.check_spell(start, end)
    number = number.strip()
    if kind not in PersonNumber.Kind.values:
        raise Refused(_("不认识号码种类 %(kind)s") % {"kind": kind}, field="kind")
    if not number:
        raise Refused(_("没有号码。请照卡面填写"), field="number")
    if kind == PersonNumber.Kind.ID and end is None:
        raise Refused(_("现用的证件号码请用“变更证件号码”登记"), field="kind")
    person = common.hold(person)
    refuse_taken(kind, number)
    row = PersonNumber.objects.create(
        person=person,
        kind=kind,
        number=number,
        start=start,
        end=end,
        known_on=known_on,
        source=source,
    )
    common.note(
        actor, "people.number.added", person, kind=kind, tail=number[-4:], start=start, end=end
    )
    return row


@transaction.atomic
def end_number(
    *,
    actor: str,
    number: PersonNumber,
    end: date,
    source: str,
    known_on: date | None = None,
) -> PersonNumber:
    """End a card or e-voucher; it still leads to the person, as an alias."""
    known_on, source = common.check_known(known_on), common.check_source(source)
    person = common.hold(number.person)
    number = PersonNumber.objects.get(pk=number.pk)
    if number.kind == PersonNumber.Kind.ID:
        raise Refused(_("现用的证件号码请用“变更证件号码”登记"), field="kind")
    ended = common.replace_end(number, end, known_on=known_on, source=source)
    common.note(
        actor, "people.number.ended", person, kind=number.kind, tail=number.number[-4:], end=end
    )
    return ended


@transaction.atomic
def change_id(
    *,
    actor: str,
    person: Person,
    id_no: str,
    start: date,
    source: str,
    cert_type: str = "01",
    known_on: date | None = None,
) -> Person:
    """Replace the number in use from `start`; bills and messages under the old one still find it.

    Sex and birth follow a new ID number.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    person = common.hold(person)
    bearer = check_certificate(cert_type, id_no, sex=person.sex, birth=person.birth)
    refuse_taken(PersonNumber.Kind.ID, bearer.number)
    current = PersonNumber.objects.get(
        person=person, kind=PersonNumber.Kind.ID, number=person.id_no, struck_at=None
    )
    common.replace_end(current, start, known_on=known_on, source=source)
    PersonNumber.objects.create(
        person=person,
        kind=PersonNumber.Kind.ID,
        number=bearer.number,
        start=start,
        known_on=known_on,
        source=source,
    )
    before = person.id_no
    person.id_no, person.cert_type = bearer.number, cert_type
    person.sex, person.birth = bearer.sex, bearer.birth
    person.save(update_fields=["id_no", "cert_type", "sex", "birth"])
    common.note(
        actor,
        "people.number.changed",
        person,
        before=before[-4:],
        after=bearer.number[-4:],
        start=start,
        source=source,
    )
    return person

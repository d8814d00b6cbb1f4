"""Which row is meant: a person decides, and it stands in all later comparisons until undone."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.people.queries import find_by_psn_no
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.registers.models import POPULATION, Counted, OpenMatch, Pin

MOST_EVIDENCE = 200


@transaction.atomic
def decide_match(*, by: User, match: OpenMatch, key: str, evidence: str) -> list[Pin]:
    """Say which row of the register is the institution; "" says: none of these. Raises Refused."""
    shown = {one["key"]: one["name"] for one in match.candidates}
    return _decide(by, (match.register, match.code), shown, key, evidence)


@transaction.atomic
def decide_person(*, by: User, row: Counted, person_no: str, evidence: str) -> list[Pin]:
    """Say who of the register is meant; "" says: none of these. Raises Refused."""
    if row.outcome != "?":
        raise Refused(_("这一行不用核定"))
    shown = {one[0]: row.name for one in row.candidates}
    if person_no:
        person = find_by_psn_no(person_no)
        if person is None or person.area != by.area_code:
            raise Refused(_("没有这个人员编号"), field="key")
        shown.setdefault(person_no, row.name)
    return _decide(by, (POPULATION, row.subject), shown, person_no, evidence)


def _decide(
    by: User, about: tuple[str, str], shown: dict[str, str], key: str, evidence: str
) -> list[Pin]:
    register, subject = about
    evidence = evidence.strip()
    if len(evidence) > MOST_EVIDENCE:
        raise Refused(_("依据最多 %(n)s 字") % {"n": MOST_EVIDENCE}, field="evidence")
    if not evidence:
        raise Refused(_("请写明依据：看了什么、问了谁"), field="evidence")
    if key and key not in shown:
        raise Refused(_("不是列出的候选。请刷新后再选"), field="key")
    wanted = [(key, True)] if key else [(one, False) for one in shown]
    pins = []
    try:
        with transaction.atomic():
            for one, must in wanted:
                pins.append(
                    Pin.objects.create(
                        area=by.area_code, register=register, subject=subject, key=one,
                        shown=shown[one], must=must, evidence=evidence, made_by=by,
                        made_at=clock.now(),
                    )
                )  # fmt: skip
    except IntegrityError:
        raise Refused(_("已经核定过。要改，请先撤销原来的核定")) from None
    _note(by, "made", subject, register=register, key=key, evidence=evidence)
    return pins


@transaction.atomic
def remove_pin(*, by: User, pin: Pin) -> Pin:
    """Take a decision back: from the next comparison the rules decide again. Raises Refused."""
    locked = Pin.objects.select_for_update(no_key=True).get(pk=pin.pk)
    if locked.removed_at is not None:
        raise Refused(_("这条核定已经撤销"))
    locked.removed_by, locked.removed_at = by, clock.now()
    locked.save(update_fields=["removed_by", "removed_at"])
    _note(by, "removed", locked.subject, register=locked.register, key=locked.key)
    return locked


def _note(by: User, verb: str, subject: str, **data: object) -> None:
    trail.record(
        actor=by.login,
        verb=f"registers.pin.{verb}",
        object_type="register_pin",
        object_id=subject,
        area=by.area_code,
        data=data,
    )

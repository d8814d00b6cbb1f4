"""Who is meant by a row: a person decides, and it stands in all later runs until it is undone."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.people.queries import find_by_psn_no
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters.models import OpenRow, Pin

MOST_EVIDENCE = 200


@transaction.atomic
def decide(*, by: User, row: OpenRow, person_no: str, evidence: str) -> list[Pin]:
    """Say who is meant; "" says: none of the candidates. Raises Refused."""
    evidence = evidence.strip()
    if len(evidence) > MOST_EVIDENCE:
        raise Refused(_("依据最多 %(n)s 字") % {"n": MOST_EVIDENCE}, field="evidence")
    # Two who look at one row at once decide one after the other.
    list(OpenRow.objects.select_for_update(no_key=True).filter(pk=row.pk).values_list("pk"))
    shown = [one["person_no"] for one in row.candidates]
    _check_free(by.area_code, row.subject, [person_no] if person_no else shown)
    if person_no:
        person = find_by_psn_no(person_no)
        if person is None or person.area != by.area_code:
            raise Refused(_("没有这个人员编号"), field="person_no")
        if person_no != (shown or [""])[0] and not evidence:
            raise Refused(_("不是最像的一个：请写明依据"), field="evidence")
    elif not shown:
        raise Refused(_("没有候选人可排除"))
    pins = [_pin(by, row, person_no, True, evidence)] if person_no else []
    if not person_no:
        pins = [_pin(by, row, one, False, evidence) for one in shown]
    trail.record(
        actor=by.login,
        verb="rosters.pin.made",
        object_type="pin",
        object_id=row.subject,
        area=by.area_code,
        data={"person": person_no, "not": [] if person_no else shown, "evidence": evidence},
    )
    return pins


def _pin(by: User, row: OpenRow, person_no: str, must: bool, evidence: str) -> Pin:
    try:
        with transaction.atomic():
            return Pin.objects.create(
                area=by.area_code,
                subject=row.subject,
                row_name=row.name,
                written=_written(row),
                person_no=person_no,
                must=must,
                evidence=evidence,
                made_by=by,
                made_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("这一行已经核定过。要改，请先撤销原来的核定")) from None


def _check_free(area: str, subject: str, persons: list[str]) -> None:
    """Refuse what was decided already: who is meant, or of these that they are not."""
    standing = Pin.objects.filter(area=area, subject=subject, removed_at=None)
    if standing.filter(Q(must=True) | Q(person_no__in=persons)).exists():
        raise Refused(_("这一行已经核定过。要改，请先撤销原来的核定"))


def _written(row: OpenRow) -> dict[str, object]:
    """Return the row as it was sent, for whoever reads the decision later."""
    return {
        "number": row.number, "town": row.town, "village": row.village, "head": row.head,
        "file": row.file.name, "sheet": row.sheet, "row": row.row,
        "month": row.run.month, "source": row.file.sender.source,
    }  # fmt: skip


@transaction.atomic
def remove_pin(*, by: User, pin: Pin, reason: str) -> Pin:
    """Take a decision back: from the next run the rules decide again. Raises Refused."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("请写明撤销的原因"), field="reason")
    if len(reason) > MOST_EVIDENCE:
        raise Refused(_("理由最多 %(n)s 字") % {"n": MOST_EVIDENCE}, field="reason")
    locked = Pin.objects.select_for_update().get(pk=pin.pk)
    if locked.removed_at is not None:
        raise Refused(_("这条核定已经撤销"))
    locked.removed_by, locked.removed_at, locked.removed_reason = by, clock.now(), reason
    locked.save(update_fields=["removed_by", "removed_at", "removed_reason"])
    trail.record(
        actor=by.login,
        verb="rosters.pin.removed",
        object_type="pin",
        object_id=locked.subject,
        area=locked.area,
        data={"person": locked.person_no, "reason": reason},
    )
    return locked

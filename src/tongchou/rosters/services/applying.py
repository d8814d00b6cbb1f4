"""A town applies for a person; another at the bureau recognises it, or says why not."""

import hashlib
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.identity import normalise_name
from tongchou.people import services as people
from tongchou.people.labels import IDENTITY_LABELS
from tongchou.people.models import Person
from tongchou.people.queries import find_person, identities_on
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters.applications import Application

State, Path = Application.State, Application.Path
MOST_WORDS = 200
MOST_MATERIAL = 10 * 1024 * 1024


@transaction.atomic
def apply_for(
    *, by: User, id_no: str, name: str, kind: str, year: int, material_name: str, material: bytes
) -> Application:
    """Hand in an application for a year of the person with this number and name. Raises Refused.

    `year`: the next one (yearly, from 1 January) or the present one (dynamic, from recognition).
    """
    today = clock.today()
    if kind not in IDENTITY_LABELS:
        raise Refused(_("请选身份类别"), field="kind")
    if year not in (today.year, today.year + 1):
        raise Refused(
            _("现在只能报 %(a)s 年（动态新增）或 %(b)s 年（年度申请）")
            % {"a": today.year, "b": today.year + 1},
            field="year",
        )
    if not material:
        raise Refused(_("没有材料。请附审批表或认定文件"), field="material")
    if len(material) > MOST_MATERIAL or len(material_name) > MOST_WORDS:
        raise Refused(_("材料最多 10 MB，文件名最多 200 字"), field="material")
    person = _person(by, id_no, name)
    begins = date(year, 1, 1)
    _refuse_held(person, kind, max(begins, today))
    try:
        with transaction.atomic():
            made = Application.objects.create(
                area=by.area_code,
                town=person.town,
                person=person,
                kind=kind,
                begins=begins,
                submitted_on=today,
                path=Path.YEARLY if today < begins else Path.DYNAMIC,
                material_name=material_name,
                material=material,
                material_sha256=hashlib.sha256(material).hexdigest(),
                submitted_by=by,
                submitted_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("这个人这一年的这一类已经报过，不用再报")) from None
    _note(made, by, "rosters.application.submitted")
    return made


@transaction.atomic
def recognise(
    *, by: User, application: Application, recognised_on: date | None = None
) -> Application:
    """Register the identity: from 1 January, or on the dynamic path from the day of recognition.

    Raises Refused, NotAllowed.
    """
    locked = _locked(application, by)
    day = recognised_on or clock.today()
    if day > clock.today():
        raise Refused(_("认定日期不能晚于今天"), field="recognised_on")
    if locked.path == Path.DYNAMIC and day < locked.begins:
        raise Refused(
            _("认定日期早于 %(day)s。动态新增从认定当天起算，请填本年的日期")
            % {"day": locked.begins},
            field="recognised_on",
        )
    locked.recognised_on = day
    assert locked.effective is not None
    people.add_identity(
        actor=by.login,
        person=locked.person,
        kind=locked.kind,
        start=locked.effective,
        source=_source(locked),
    )
    return _decided(locked, by, State.RECOGNISED, "")


@transaction.atomic
def refuse_application(*, by: User, application: Application, reason: str) -> Application:
    """Send it back; the town sees why. Raises Refused, NotAllowed."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("请写明退回的理由，乡镇要看"), field="reason")
    if len(reason) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="reason")
    return _decided(_locked(application, by), by, State.REFUSED, reason)


def _person(by: User, id_no: str, name: str) -> Person:
    """Return whom number and name mean together; of a town, who lives there. No more is told."""
    person = find_person("id", id_no)
    if (
        person is None
        or person.area != by.area_code
        or person.name != normalise_name(name)
        or (by.town is not None and person.town != by.town)
    ):
        raise Refused(
            _("参保登记里没有这个人：证件号和姓名都要一致，住址要在本镇。请核对，或先报登记"),
            field="id_no",
        )
    if person.died_on is not None:
        raise Refused(_("这个人已登记死亡，不能申请"), field="id_no")
    return person


def _refuse_held(person: Person, kind: str, on: date) -> None:
    for held in identities_on(person, on):
        if held.kind == kind:
            raise Refused(
                _("%(start)s 起已登记这个身份，%(day)s 仍有效，不用再报")
                % {"start": held.start, "day": on},
                field="kind",
            )


def _source(application: Application) -> str:
    words = {"town": application.town, "path": application.get_path_display()}
    return _("%(town)s%(path)s %(n)s 号") % {**words, "n": application.pk}


def _locked(application: Application, by: User) -> Application:
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    if locked.state != State.SUBMITTED:
        raise Refused(_("这件已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()})
    if by.pk == locked.submitted_by_id:
        raise NotAllowed(_("这件是您报送的，请由另一人审核"))
    return locked


def _decided(application: Application, by: User, state: str, reason: str) -> Application:
    application.state, application.reason = state, reason
    application.decided_by, application.decided_at = by, clock.now()
    application.save()
    _note(application, by, f"rosters.application.{state}")
    return application


def _note(application: Application, by: User, verb: str) -> None:
    recognised = application.recognised_on
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="application",
        object_id=str(application.pk),
        area=application.area,
        data={
            "person": application.person.psn_no,
            "kind": application.kind,
            "path": application.path,
            "year": application.year,
            "recognised_on": recognised.isoformat() if recognised else "",
            "material": application.material_sha256,
            "reason": application.reason,
        },
        slice_key=application.person_id,
    )

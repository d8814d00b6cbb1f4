"""A visit from its registration to its end. What each day's gates say is said here first.

Settlement judges again on the day that counts (formats.md 2); a visit that could never be settled
is refused at the door, so that the patient learns of it before the bill.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.core.identity import code_kinds
from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.providers import queries as providers
from tongchou.settlement.models import Charge, FeeLine, Visit
from tongchou.settlement.services.gates import BILLING_OPEN, SCHEME_OF_INSUTYPE
from tongchou.settlement.services.years import move_on_changed_facts, open_year

INSUTYPE_OF_SCHEME = {scheme: code for code, scheme in SCHEME_OF_INSUTYPE.items()}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a hospital says of a visit; None leaves what is known as it is."""

    number: str | None = None
    cert_type: str | None = None
    cert_no: str | None = None
    doctor_code: str | None = None
    department: str | None = None
    disease_code: str | None = None
    disease_name: str | None = None
    diagnoses: list[dict[str, Any]] | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def write_to(self, visit: Visit) -> None:
        for name in (
            "number", "cert_type", "cert_no", "doctor_code", "department", "disease_code",
            "disease_name", "diagnoses",
        ):  # fmt: skip
            value = getattr(self, name)
            if value is not None:
                setattr(visit, name, value)
        visit.details = {**visit.details, **self.details}


@transaction.atomic
def register(
    *,
    actor: str,
    mdtrt_id: str,
    institution: providers.Account,
    psn_no: str,
    kind: str,
    med_type: str,
    begun_at: datetime,
    insutype: str | None = None,
    particulars: Particulars,
) -> Visit:
    """Open a visit or, for kind `inpatient`, a stay.

    Raises Refused: no agreement that day, not enrolled, doctor not registered or suspended, in
    another open stay, begun in the future.
    """
    if (institution.kind == "pharmacy") != (kind == "pharmacy"):
        raise Refused(
            _("医疗类别 %(type)s 不能在这类机构登记，请核对") % {"type": med_type}, field="med_type"
        )
    person = _person(psn_no)
    day = timezone.localdate(begun_at)
    if day > clock.today():
        raise Refused(_("就诊日期 %(day)s 晚于今天，请核对") % {"day": day}, field="begntime")
    pass_agreement(institution, day)
    scheme = _scheme(person, insutype, day, stay=kind == "inpatient")
    if particulars.doctor_code:
        pass_doctors({particulars.doctor_code}, institution.institution_id, day)
    if kind == "inpatient":
        _pass_no_other_stay(person, institution.institution_id)
    visit = Visit(
        mdtrt_id=mdtrt_id,
        area=institution.area,
        institution_id=institution.institution_id,
        person=person,
        insutype=INSUTYPE_OF_SCHEME[scheme],
        med_type=med_type,
        kind=kind,
        begun_at=begun_at,
    )
    particulars.write_to(visit)
    # The year is there before the first bill needs it, and before its fees can move its version.
    open_year(person.pk, scheme, clock.today().year)
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        # Another registration of the same person committed since we looked.
        _pass_no_other_stay(person, institution.institution_id)
        raise
    _note(actor, "settlement.visit.registered", visit, med_type=med_type, begun=day.isoformat())
    return visit


@transaction.atomic
def describe(
    *, actor: str, visit: Visit, kind: str | None, med_type: str | None, particulars: Particulars
) -> Visit:
    """Add to or change what is known of an unsettled visit."""
    refuse_settled(visit)
    if kind is not None and (kind == "inpatient") != (visit.kind == "inpatient"):
        raise Refused(
            _("医疗类别 %(type)s 与登记的就诊不是一类，请撤销后重新登记") % {"type": med_type},
            field="med_type",
        )
    if particulars.doctor_code and particulars.doctor_code != visit.doctor_code:
        day = timezone.localdate(visit.begun_at)
        pass_doctors({particulars.doctor_code}, visit.institution_id, day)
    visit.kind, visit.med_type = kind or visit.kind, med_type or visit.med_type
    particulars.write_to(visit)
    visit.save()
    _note(actor, "settlement.visit.described", visit, med_type=visit.med_type)
    return visit


@transaction.atomic
def discharge(*, actor: str, visit: Visit, ended_at: datetime, particulars: Particulars) -> Visit:
    """End a stay. Raises Refused when it is not open or would end before it began."""
    _refuse_other_than_stay(visit)
    if visit.state == Visit.State.DISCHARGED:
        raise Refused(_("已办理出院。要更正，请先撤销出院"), field="mdtrt_id")
    day = timezone.localdate(ended_at)
    if day < timezone.localdate(visit.begun_at):
        raise Refused(_("出院早于入院，请核对出院时间"), field="endtime")
    if day > clock.today():
        raise Refused(_("出院日期 %(day)s 晚于今天，请核对") % {"day": day}, field="endtime")
    visit.state, visit.ended_at = Visit.State.DISCHARGED, ended_at
    particulars.write_to(visit)
    visit.save()
    _note(actor, "settlement.visit.discharged", visit, ended=day.isoformat())
    return visit


@transaction.atomic
def undo_discharge(*, actor: str, visit: Visit) -> Visit:
    """Open a discharged stay again. Raises Refused when settled, or in another stay meanwhile."""
    _refuse_other_than_stay(visit)
    refuse_settled(visit)
    if visit.state != Visit.State.DISCHARGED:
        raise Refused(_("还没有办理出院，不必撤销"), field="mdtrt_id")
    _pass_no_other_stay(visit.person, visit.institution_id)
    visit.state, visit.ended_at = Visit.State.OPEN, None
    try:
        with transaction.atomic():
            visit.save(update_fields=["state", "ended_at"])
    except IntegrityError:
        _pass_no_other_stay(visit.person, visit.institution_id)
        raise
    _note(actor, "settlement.visit.discharge_undone", visit)
    return visit


@transaction.atomic
def cancel(*, actor: str, visit: Visit) -> Visit:
    """Take a registration back. Raises Refused while fees are there or settled."""
    refuse_settled(visit)
    if FeeLine.objects.filter(visit=visit).exists():
        raise Refused(_("还有费用明细，请先撤销明细，再撤销登记"), field="mdtrt_id")
    visit.state = Visit.State.CANCELLED
    visit.save(update_fields=["state"])
    _note(actor, "settlement.visit.cancelled", visit)
    return visit


def hold(
    *,
    mdtrt_id: str,
    institution_id: int,
    psn_no: str | None = None,
    cancelled_too: bool = False,
) -> Visit:
    """Return the institution's own visit, locked for the rest of the transaction.

    Whatever is changed of it, a bill that is being priced now must read: the person's versions
    move, and first, as in settling, so that the two never wait for each other. Raises Refused;
    another institution's visit reads as one that does not exist.
    """
    own = Visit.objects.filter(mdtrt_id=mdtrt_id, institution_id=institution_id)
    person_id = own.values_list("person_id", flat=True).first()
    if person_id is None:
        raise Refused(_("本机构没有就诊 %(id)s，请先登记") % {"id": mdtrt_id}, field="mdtrt_id")
    move_on_changed_facts(Visit, person_id=person_id)
    visit = own.select_for_update(of=("self",), no_key=True).select_related("person").get()
    if psn_no is not None and visit.person.psn_no != psn_no:
        raise Refused(_("人员编号与就诊登记的不同，请核对"), field="psn_no")
    if visit.state == Visit.State.CANCELLED and not cancelled_too:
        raise Refused(_("就诊已撤销，请重新登记"), field="mdtrt_id")
    return visit


def refuse_settled(visit: Visit) -> None:
    """Refuse a change to a visit of which anything is settled."""
    if Charge.objects.filter(visit=visit, settlement__isnull=False).exists():
        raise Refused(_("本次就诊已经结算，要更改请先撤销结算"), field="mdtrt_id")


def pass_agreement(institution: providers.Account, day: date) -> None:
    """Refuse when the institution's billing is not open on `day` (AGR-03)."""
    agreement = providers.agreement_on(institution.institution_id, day)
    if agreement is None:
        raise Refused(
            _("%(institution)s在 %(day)s 没有协议，请联系医保局")
            % {"institution": institution.name, "day": day},
            field="fixmedins_code",
        )
    if agreement.state not in BILLING_OPEN:
        raise Refused(
            _("%(institution)s的协议在 %(day)s 已停止结算：%(reason)s。请联系医保局")
            % {
                "institution": institution.name,
                "day": day,
                "reason": agreement.reason or agreement.get_state_display(),
            },
            field="fixmedins_code",
        )


def pass_doctors(
    codes: set[str], institution_id: int, day: date, *, field_name: str = "atddr_no"
) -> None:
    """Refuse doctors who are not registered here, or whose orders are not paid on `day` (SUP-25).

    Nurses and pharmacists have codes and a register of their own.
    """
    doctors = {code for code in codes if not {"nurse", "pharmacist"} & set(code_kinds(code))}
    found = providers.doctors_on(doctors, day) if doctors else {}
    for code in sorted(doctors):
        doctor = found.get(code)
        if doctor is None or doctor.institution_id != institution_id:
            raise Refused(
                _("医师 %(code)s 不在本机构登记，请核对医师代码") % {"code": code},
                field=field_name,
            )
        if doctor.suspended_from is not None:
            raise Refused(
                _("医师%(name)s（%(code)s）自 %(day)s 停权：%(reason)s。请更正医师")
                % {
                    "name": doctor.name,
                    "code": code,
                    "day": doctor.suspended_from,
                    "reason": doctor.reason,
                },
                field=field_name,
            )


def _person(psn_no: str) -> Person:
    person = people.find_by_psn_no(psn_no)
    if person is None:
        raise Refused(
            _("没有人员编号 %(psn_no)s，请用 1101 重新获取") % {"psn_no": psn_no}, field="psn_no"
        )
    return person


def _scheme(person: Person, insutype: str | None, day: date, *, stay: bool) -> str:
    """Return the visit's scheme: in force that day, or for a stay (judged at its end) later on."""
    if insutype is not None and insutype not in SCHEME_OF_INSUTYPE:
        raise Refused(
            _("险种 %(code)s 不在本系统结算，请用 310 或 390") % {"code": insutype},
            field="insutype",
        )
    if person.died_on is not None and person.died_on < day:
        raise Refused(_("参保人已登记死亡，请联系医保局核对"), field="psn_no")
    wanted = SCHEME_OF_INSUTYPE.get(insutype or "")
    current = [
        e
        for e in people.enrolments_of(person)
        if (e.end is None or e.end > day)
        and (stay or e.start <= day)
        and wanted in (None, e.scheme)
    ]
    if not current:
        raise Refused(
            _("%(name)s在 %(day)s 没有参保，请核对") % {"name": person.name, "day": day},
            field="insutype" if insutype else "psn_no",
        )
    return current[0].scheme


def _pass_no_other_stay(person: Person, institution_id: int) -> None:
    stay = Visit.objects.filter(person=person, kind="inpatient", state=Visit.State.OPEN).first()
    if stay is None:
        return
    if stay.institution_id == institution_id:
        raise Refused(
            _("当日已在本机构住院（就诊 %(id)s），请先办理出院") % {"id": stay.mdtrt_id},
            field="psn_no",
        )
    raise Refused(_("当日已在其他机构住院，请先核对"), field="psn_no")


def _refuse_other_than_stay(visit: Visit) -> None:
    if visit.kind != "inpatient":
        raise Refused(_("就诊 %(id)s 不是住院") % {"id": visit.mdtrt_id}, field="mdtrt_id")


def _note(actor: str, verb: str, visit: Visit, **data: Any) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="visit",
        object_id=visit.mdtrt_id,
        area=visit.area,
        data={"psn_no": visit.person.psn_no, **data},
        slice_key=visit.person_id,
    )

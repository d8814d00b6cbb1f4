"""The verbs of designated institutions: the only writers, each noted in the trail."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.identity import CODE_FORMATS, pinyin_initials
from tongchou.core.registers.codes import is_credit_code, undressed
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.providers import credentials
from tongchou.providers.models import Agreement, Doctor, DoctorSuspension, Institution

CAPABILITIES = (
    "one_stop",
    "cross_area_inpatient",
    "cross_area_outpatient",
    "cross_area_chronic",
    "e_voucher",
)
# The least national grade (hosp_lv) of each level; a graded institution gives its own.
_UNGRADED = {"level3": "12", "level2": "13", "level1": "14", "community": "11"}
_TOKEN_BYTES = 32
MOST_REASON = 200


@transaction.atomic
def register_institution(
    *,
    actor: str,
    code: str,
    name: str,
    kind: str,
    level: str,
    area: str,
    hosp_lv: str = "",
    ownership: str = "",
    town: str = "",
    credit_code: str = "",
    licence_no: str = "",
    address: str = "",
    paasid: str = "",
    token: str = "",
    capabilities: frozenset[str] = frozenset(),
    body_signature_required: bool = False,
) -> Institution:
    """Register a hospital, community centre, clinic or pharmacy; billing opens with an agreement.

    Without `paasid` the code serves as account; without `token` a fresh one is made.
    Raises Refused: code malformed or taken, credit code out of order, unknown kind, level or
    capability.
    """
    _check_code(code, kind)
    if level not in Institution.Level.values:
        raise Refused(_("不认识级别 %(level)s") % {"level": level}, field="level")
    if not name.strip():
        raise Refused(_("没有名称。请照执业许可证填写"), field="name")
    unknown = sorted(capabilities - set(CAPABILITIES))
    if unknown:
        raise Refused(_("不认识能力 %(names)s") % {"names": "、".join(unknown)}, field="capability")
    if Institution.objects.filter(code=code).exists():
        raise Refused(_("编码 %(code)s 已登记。请核对") % {"code": code}, field="code")
    paasid = paasid or code
    if Institution.objects.filter(paasid=paasid).exists():
        raise Refused(_("接口账号 %(id)s 已有机构在用") % {"id": paasid}, field="paasid")
    registered = _registration(
        {"credit_code": credit_code, "licence_no": licence_no, "address": address}
    )
    institution = Institution.objects.create(
        code=code,
        name=name.strip(),
        initials=pinyin_initials(name),
        kind=kind,
        level=level,
        hosp_lv=hosp_lv or _UNGRADED[level],
        ownership=ownership,
        area=area,
        town=town,
        paasid=paasid,
        token=token or secrets.token_hex(_TOKEN_BYTES),
        body_signature_required=body_signature_required,
        **registered,
        **{capability: capability in capabilities for capability in CAPABILITIES},
    )
    _note(actor, "providers.institution.registered", institution, name=name, level=level)
    credentials.forget()
    return institution


@transaction.atomic
def change_agreement(
    *,
    actor: str,
    institution: Institution,
    state: str,
    start: date,
    reason: str = "",
    number: str = "",
    end: date | None = None,
    services: Sequence[str] | None = None,
    end_reason: str = "",
) -> Agreement:
    """Close the spell that covers `start` there and open the next in `state`; returns it.

    `services`: what the agreement covers, None for what it covered; `end_reason`: why it ends.

    The first spell, and any after 解除, opens a new agreement and needs its `number`; otherwise
    number and end carry over. Raises Refused: not after the last change, nothing changes, no
    reason for leaving 执行中.
    """
    _hold(institution)
    last = institution.agreements.order_by("start").last()
    fresh = last is None or last.state == Agreement.State.ENDED
    _check_change(last, state, start, reason, number)
    _check_end(state, end_reason)
    covered = list(last.services) if services is None and last else list(services or ())
    if unknown := sorted(set(covered) - set(Agreement.Service.values)):
        raise Refused(
            _("不认识协议范围 %(names)s") % {"names": "、".join(unknown)}, field="services"
        )
    if last is not None and not fresh:
        number, end = number or last.number, end or _end_after(last, start)
    if end is not None and end <= start:
        raise Refused(_("结束日不晚于开始日。到期日不含当天，请改晚"), field="end")
    if last is not None and (last.end is None or last.end > start):
        last.end = start
        last.save(update_fields=["end"])
    agreement = Agreement.objects.create(
        institution=institution, number=number, state=state, start=start, end=end, reason=reason,
        services=covered, end_reason=end_reason,
    )  # fmt: skip
    _note(
        actor,
        "providers.agreement.changed",
        institution,
        before=last.state if last else None,
        after=state,
        start=start.isoformat(),
        reason=reason,
        end_reason=end_reason,
    )
    return agreement


@transaction.atomic
def restore_agreement(
    *, actor: str, institution: Institution, start: date, reason: str
) -> Agreement:
    """Take back an ending that was a mistake: the same agreement is in force again from `start`.

    The ending stays with its mark. Raises Refused: it is not ended, no reason, not after the day
    of the ending.
    """
    _hold(institution)
    last = institution.agreements.order_by("start").last()
    if last is None or last.state != Agreement.State.ENDED:
        raise Refused(_("协议没有解除，不用恢复"), field="state")
    if not reason.strip():
        raise Refused(_("没有原因。请写明为什么撤回解除"), field="reason")
    if len(reason.strip()) > MOST_REASON:
        raise Refused(_("原因最多 %(n)s 字") % {"n": MOST_REASON}, field="reason")
    if start <= last.start:
        raise Refused(_("协议自 %(day)s 起解除。恢复日请改晚") % {"day": last.start}, field="start")
    last.end, last.taken_back = start, True
    last.save(update_fields=["end", "taken_back"])
    agreement = Agreement.objects.create(
        institution=institution, number=last.number, state=Agreement.State.ACTIVE, start=start,
        reason=reason.strip(), services=last.services,
    )  # fmt: skip
    _note(
        actor,
        "providers.agreement.restored",
        institution,
        start=start.isoformat(),
        reason=reason,
        was=last.end_reason,
    )
    return agreement


@transaction.atomic
def correct_registration(
    *, actor: str, institution: Institution, source: str, **told: str
) -> Institution:
    """Correct name, address, credit_code or licence_no by a register; the trail keeps both.

    Taken back by correcting again. Raises Refused: no source, nothing changes, a code out of order.
    """
    if not source.strip():
        raise Refused(_("没有依据。请写明变更登记的文件或名单"), field="source")
    if len(source.strip()) > MOST_REASON:
        raise Refused(_("依据最多 %(n)s 字") % {"n": MOST_REASON}, field="source")
    institution = _hold(institution)
    before = {name: getattr(institution, name) for name in told}
    after = _registration(told)
    changed = {name: text for name, text in after.items() if text != before[name]}
    if not changed:
        raise Refused(_("和现在的登记一样，没有更正"))
    for name, text in changed.items():
        setattr(institution, name, text)
    if "name" in changed:
        institution.initials = pinyin_initials(institution.name)
    institution.save(update_fields=[*changed, "initials"])
    _note(
        actor,
        "providers.institution.corrected",
        institution,
        before={name: before[name] for name in changed},
        after=changed,
        source=source.strip(),
    )
    credentials.forget()
    return institution


@transaction.atomic
def set_capability(
    *, actor: str, institution: Institution, capability: str, held: bool
) -> Institution:
    """Grant or withdraw one capability flag; flags never follow from the level (A-06)."""
    if capability not in CAPABILITIES:
        raise Refused(_("不认识能力 %(names)s") % {"names": capability}, field="capability")
    institution = _hold(institution)
    if getattr(institution, capability) == held:
        raise Refused(_("这项能力已是所选状态，没有变更"), field="capability")
    setattr(institution, capability, held)
    institution.save(update_fields=[capability])
    _note(actor, "providers.institution.capability", institution, capability=capability, held=held)
    credentials.forget()
    return institution


@transaction.atomic
def rotate_token(*, actor: str, institution: Institution) -> str:
    """Replace the gateway token; the old one stops at once. Returns the new one, shown once."""
    institution = _hold(institution)
    institution.token = secrets.token_hex(_TOKEN_BYTES)
    institution.save(update_fields=["token"])
    _note(actor, "providers.institution.credentials", institution, tail=institution.token[-4:])
    credentials.forget()
    return institution.token


@transaction.atomic
def register_doctor(
    *,
    actor: str,
    code: str,
    name: str,
    institution: Institution,
    title: str = "",
    department: str = "",
) -> Doctor:
    """Register an insurance doctor (national code D + 12 digits) at an institution."""
    if not CODE_FORMATS["doctor"].matches(code):
        raise Refused(
            _("医师代码应为 D 加 12 位数字，如 %(example)s") % {"example": "D441700000001"},
            field="code",
        )
    if Doctor.objects.filter(code=code).exists():
        raise Refused(_("医师代码 %(code)s 已登记。请核对") % {"code": code}, field="code")
    if not name.strip():
        raise Refused(_("没有姓名。请照执业证填写"), field="name")
    doctor = Doctor.objects.create(
        code=code,
        name=name.strip(),
        institution=institution,
        title=title,
        department=department,
    )
    _note(actor, "providers.doctor.registered", institution, doctor=code, name=name)
    return doctor


@transaction.atomic
def suspend_doctor(
    *, actor: str, doctor: Doctor, start: date, reason: str, end: date | None = None
) -> DoctorSuspension:
    """Stop paying what the doctor orders over [start, end) (SUP-25)."""
    _hold(doctor.institution)
    if not reason.strip():
        raise Refused(_("没有原因。请写明暂停的依据"), field="reason")
    if end is not None and end <= start:
        raise Refused(_("结束日不晚于开始日。到期日不含当天，请改晚"), field="end")
    for other in doctor.suspensions.all():
        if (other.end is None or start < other.end) and (end is None or other.start < end):
            raise Refused(
                _("%(start)s 至 %(end)s 已在暂停。请先恢复，或改起止日期")
                % {"start": other.start, "end": other.end or _("今")},
                field="start",
            )
    suspension = DoctorSuspension.objects.create(
        doctor=doctor, start=start, end=end, reason=reason.strip()
    )
    _note(
        actor,
        "providers.doctor.suspended",
        doctor.institution,
        doctor=doctor.code,
        start=start.isoformat(),
        end=end.isoformat() if end else None,
        reason=reason,
    )
    return suspension


@transaction.atomic
def resume_doctor(*, actor: str, doctor: Doctor, on: date, reason: str = "") -> DoctorSuspension:
    """End the suspension that covers `on`: orders of that day are paid again."""
    _hold(doctor.institution)
    covering = [
        s for s in doctor.suspensions.all() if s.start < on and (s.end is None or on < s.end)
    ]
    if not covering:
        raise Refused(_("%(on)s 不在暂停期内。请核对日期") % {"on": on}, field="on")
    (suspension,) = covering
    suspension.end = on
    suspension.save(update_fields=["end"])
    _note(
        actor,
        "providers.doctor.resumed",
        doctor.institution,
        doctor=doctor.code,
        on=on.isoformat(),
        reason=reason,
    )
    return suspension


_MOST = {"name": 200, "credit_code": 18, "licence_no": 40, "address": 200}


def _registration(told: Mapping[str, str]) -> dict[str, str]:
    """Return what identifies an institution in other registers, checked. Raises Refused."""
    found = {}
    for name, raw in told.items():
        text = undressed(raw) if name in ("credit_code", "licence_no") else raw.strip()
        if name == "name" and not text:
            raise Refused(_("没有名称。请照执业许可证填写"), field="name")
        if name == "credit_code" and text and not is_credit_code(text):
            raise Refused(
                _("统一社会信用代码应为 18 位，末位校验不对。请对照营业执照重输"),
                field="credit_code",
            )
        if len(text) > _MOST[name]:
            raise Refused(_("最多 %(n)s 字") % {"n": _MOST[name]}, field=name)
        found[name] = text
    return found


def _check_end(state: str, end_reason: str) -> None:
    if state != Agreement.State.ENDED:
        if end_reason:
            raise Refused(_("只有解除才写解除原因"), field="end_reason")
    elif end_reason not in Agreement.EndReason.values:
        raise Refused(
            _("没有解除原因。请选登记清理、违规处罚、机构申请或到期不续"), field="end_reason"
        )


def _hold(institution: Institution) -> Institution:
    return Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)


def _note(actor: str, verb: str, institution: Institution, **data: Any) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="institution",
        object_id=institution.code,
        area=institution.area,
        data=data,
    )


def _check_code(code: str, kind: str) -> None:
    if kind not in Institution.Kind.values:
        raise Refused(_("不认识机构类型 %(kind)s") % {"kind": kind}, field="kind")
    form = CODE_FORMATS["pharmacy" if kind == Institution.Kind.PHARMACY else "hospital"]
    if not form.matches(code):
        raise Refused(
            _("编码应为%(label)s的 12 位代码，如 %(example)s")
            % {"label": form.label, "example": form.example},
            field="code",
        )


def _check_change(
    last: Agreement | None, state: str, start: date, reason: str, number: str
) -> None:
    if state not in Agreement.State.values:
        raise Refused(_("不认识协议状态 %(state)s") % {"state": state}, field="state")
    if last is None or last.state == Agreement.State.ENDED:
        if state != Agreement.State.ACTIVE:
            raise Refused(_("没有在执行的协议。请先签订新协议（执行中）"), field="state")
        if not number.strip():
            raise Refused(_("没有协议号。新签协议请填写协议号"), field="number")
    elif last.state == state and (last.end is None or last.end > start):
        raise Refused(_("协议已是这个状态，没有变更"), field="state")
    if state != Agreement.State.ACTIVE and not reason.strip():
        raise Refused(_("没有原因。请写明依据的条款或通知"), field="reason")
    if last is not None and start <= last.start:
        raise Refused(
            _("最近一次变更自 %(start)s 起。请改用更晚的日期") % {"start": last.start},
            field="start",
        )


def _end_after(last: Agreement, start: date) -> date | None:
    return last.end if last.end is not None and last.end > start else None

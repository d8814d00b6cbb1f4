"""Valid institutions and doctors for tests, made through the services."""

import itertools
from datetime import date

from tongchou.providers import services
from tongchou.providers.models import Agreement, Doctor, Institution

AREA = "441700"
_serial = itertools.count(90001)
_doctor_serial = itertools.count(900001)


def make_institution(
    *,
    code: str = "",
    name: str = "岭海县人民医院",
    kind: str = "hospital",
    level: str = "level3",
    area: str = AREA,
    agreement_from: date | None = date(2019, 1, 1),
    town: str = "岭城街道",
    token: str = "",
    one_stop: bool = True,
    body_signature_required: bool = False,
) -> Institution:
    """Return an institution whose billing is open from `agreement_from` (None: no agreement)."""
    letter = "P" if kind == "pharmacy" else "H"
    institution = services.register_institution(
        actor="test",
        code=code or f"{letter}{area}{next(_serial):05d}",
        name=name,
        kind=kind,
        level=level,
        area=area,
        town=town,
        token=token,
        capabilities=frozenset({"one_stop"} if one_stop else ()),
        body_signature_required=body_signature_required,
    )
    if agreement_from is not None:
        services.change_agreement(
            actor="test",
            institution=institution,
            state=Agreement.State.ACTIVE,
            start=agreement_from,
            number=f"XY-{institution.code}",
        )
    return institution


def make_doctor(
    institution: Institution,
    *,
    code: str = "",
    name: str = "许文强",
    suspended_from: date | None = None,
    suspended_until: date | None = None,
) -> Doctor:
    doctor = services.register_doctor(
        actor="test",
        code=code or f"D{institution.area}{next(_doctor_serial):06d}",
        name=name,
        institution=institution,
        title="主治医师",
        department="内科",
    )
    if suspended_from is not None:
        services.suspend_doctor(
            actor="test",
            doctor=doctor,
            start=suspended_from,
            end=suspended_until,
            reason="测试暂停",
        )
    return doctor

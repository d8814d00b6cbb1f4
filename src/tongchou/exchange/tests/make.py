"""A county that can settle, for tests: area, accounts, plans, a hospital with a doctor."""

from datetime import date

from tongchou.exchange.tests.hospital import Hospital
from tongchou.platform.authority.models import Area
from tongchou.providers.tests.make import make_doctor, make_institution

AREA = "441700"


def make_area(*, self_paid_visits: tuple[str, ...] = (), sign_in_required: bool = False) -> Area:
    area, _ = Area.objects.get_or_create(
        code=AREA,
        defaults={
            "name": "岭海县",
            "office": "岭海县医疗保障局",
            "demonstration": True,
            "self_paid_visits": list(self_paid_visits),
            "sign_in_required": sign_in_required,
        },
    )
    return area


def make_hospital(
    *,
    level: str = "level3",
    agreement_from: date | None = date(2019, 1, 1),
    name: str = "岭海县人民医院",
    **more: object,
) -> Hospital:
    """Return a hospital whose `doctor` is registered."""
    institution = make_institution(
        level=level,
        agreement_from=agreement_from,
        name=name,
        **more,  # type: ignore[arg-type]
    )
    hospital = Hospital(institution)
    hospital.doctor = make_doctor(institution).code
    return hospital

"""Users and plan versions for tests."""

from datetime import date

from tongchou.plans import services
from tongchou.plans.models import PlanVersion
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Organisation

AREA = "441700"
CASES = """
- id: P-01
  what: 三级医院住院 5 万元
  claims: [{level: level3, total: "50000.00"}]
  expect: [{deductible: "700.00", basic: "29580.00", critical_illness: "3252.00"}]
"""


def make_user(role: str, *, login: str = "", area: str = AREA, demonstration: bool = True) -> User:
    """Return the user of a post in the bureau of `area`, made when first asked for."""
    place, _made = Area.objects.get_or_create(
        code=area,
        defaults={"name": "岭海县", "office": "岭海县医疗保障局", "demonstration": demonstration},
    )
    bureau, _made = Organisation.objects.get_or_create(
        code=f"B{area}", defaults={"name": place.office, "kind": "bureau", "area": place}
    )
    login = login or f"{role}-{area}"
    user, _made = User.objects.get_or_create(
        login=login, defaults={"name": login, "role": role, "organisation": bureau}
    )
    return user


def make_plans(area: str = AREA) -> list[PlanVersion]:
    """Return the area's shipped policies, adopted."""
    return services.install_shipped(
        area=area,
        checked_by=make_user("reviewer", area=area),
        adopted_by=make_user("approver", area=area),
    )


def make_plan(scheme: str = "resident", area: str = AREA) -> PlanVersion:
    """Return the adopted shipped policy of one scheme, the area's others being there too."""
    found = PlanVersion.objects.filter(area=area, scheme=scheme, state="adopted")
    if not found.exists():
        make_plans(area)
    return found.latest("valid_from")


def make_draft(
    *, scheme: str = "resident", by: User | None = None, valid_from: date = date(2027, 1, 1)
) -> PlanVersion:
    """Return a draft that revises the shipped policy from a later day, with one case."""
    by = by or make_user("clerk")
    draft = services.revise_plan(
        by=by,
        revises=make_plan(scheme),
        title=f"居民待遇 {valid_from.year} 草案",
        valid_from=valid_from,
    )
    return services.edit_text(version=draft, by=by, document=draft.document, cases=CASES)


def adopt(draft: PlanVersion) -> PlanVersion:
    """Take a draft through its three signatures."""
    services.submit_plan(version=draft, by=make_user("clerk"))
    services.check_plan(version=draft, by=make_user("reviewer"))
    return services.adopt_plan(version=draft, by=make_user("approver"))

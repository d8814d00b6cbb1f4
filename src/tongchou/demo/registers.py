"""The county's offices: area, users, plans, institutions, doctors, catalogue."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from tongchou.catalogue import services as catalogue
from tongchou.core.money import FEN_PER_YUAN
from tongchou.demo import items, words
from tongchou.demo.parameters import AREA, AREA_NAME, OFFICE
from tongchou.plans import services as plans
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Organisation
from tongchou.providers import services as providers
from tongchou.providers.models import Agreement, Institution

assert FEN_PER_YUAN == 100
ACTOR = "demo"
BEGUN = date(2019, 1, 1)
SOURCE = "演示目录"

# login, name, role, organisation: a bureau's people, hospital offices and towns
USERS = (
    ("jingban", "李敏", "clerk", ""),
    ("fuhe", "陈静", "reviewer", ""),
    ("shenpi", "黄海燕", "approver", ""),
    ("caiwu", "何敏", "finance", ""),
    ("jihe", "麦少珍", "inspector", ""),
    ("juzhang", "梁国强", "director", ""),
    ("shenji", "苏志明", "auditor", ""),
    ("guanli", "林伟雄", "sysadmin", ""),
    ("daping", "大厅屏幕", "screen", ""),
    ("yiyuan", "冯惠芬", "hospital", "H44170000001"),
    ("zhenyuan", "关建华", "hospital", "H44170000005"),
    ("pinggang", "谭建国", "town", "T44170000002"),
    ("lingcheng", "曾丽华", "town", "T44170000001"),
    ("sheng-jingban", "贺文涛", "clerk", "B449900"),
    ("sheng-fuhe", "邱月明", "reviewer", "B449900"),
    ("sheng-shenpi", "唐志远", "approver", "B449900"),
    ("sheng-caiwu", "方雪梅", "finance", "B449900"),
)
# The province that the county is pooled in; no real area has its code.
PROVINCE, PROVINCE_NAME, PROVINCE_OFFICE = "449900", "南岭省（虚构）", "南岭省医疗保障局（虚构）"
TOWNS = {f"T4417{n:07d}": town for n, town in enumerate(words.TOWNS, 1)}
PASSWORD = "lingHai-2026"  # in a demonstration only


def open_area() -> None:
    Area.objects.create(
        code=AREA,
        name=AREA_NAME,
        office=OFFICE,
        demonstration=True,
        self_paid_visits=["outpatient", "pharmacy"],
    )
    Area.objects.create(
        code=PROVINCE, name=PROVINCE_NAME, office=PROVINCE_OFFICE, demonstration=True
    )
    for area, office in ((AREA, OFFICE), (PROVINCE, PROVINCE_OFFICE)):
        Organisation.objects.create(
            code=f"B{area}", name=office, kind=Organisation.Kind.BUREAU, area_id=area
        )


def open_desks() -> None:
    """Make the demonstration's users; institutions must be there."""
    encoded = make_password(PASSWORD)  # slow on purpose, and the same for all of them
    for login, name, role, place in USERS:
        User.objects.create(
            login=login,
            name=name,
            role=role,
            organisation=_organisation(place),
            password=encoded,
        )


def _organisation(code: str) -> Organisation:
    if not code or code == f"B{PROVINCE}":
        return Organisation.objects.get(code=code or f"B{AREA}")
    if code in TOWNS:
        found, _made = Organisation.objects.get_or_create(
            code=code,
            defaults={"name": TOWNS[code], "kind": Organisation.Kind.TOWN, "area_id": AREA},
        )
        return found
    institution = Institution.objects.get(code=code)
    found, _made = Organisation.objects.get_or_create(
        code=code,
        defaults={
            "name": institution.name,
            "kind": Organisation.Kind.INSTITUTION,
            "area_id": AREA,
        },
    )
    return found


def adopt_plans() -> None:
    people = {u.login: u for u in User.objects.all()}
    plans.install_shipped(area=AREA, checked_by=people["fuhe"], adopted_by=people["shenpi"])


def register_institutions() -> None:
    serial = 1
    for code, name, kind, level, town, area in words.INSTITUTIONS:
        one_stop = code not in (words.WITHOUT_ONE_STOP,)
        institution = providers.register_institution(
            actor=ACTOR, code=code, name=name, kind=kind, level=level, area=area, town=town,
            token=f"demo-{code.lower()}-token", body_signature_required=False,
            capabilities=frozenset({"one_stop", "e_voucher"} if one_stop else {"e_voucher"}),
        )  # fmt: skip
        providers.change_agreement(
            actor=ACTOR, institution=institution, state=Agreement.State.ACTIVE, start=BEGUN,
            number=f"XY2019-{code[-5:]}",
        )  # fmt: skip
        for n in range(0 if kind == "pharmacy" else 3):
            providers.register_doctor(
                actor=ACTOR, code=f"D{area}{serial:06d}",
                name=words.DOCTORS[serial % len(words.DOCTORS)], institution=institution,
                title=("主任医师", "主治医师", "住院医师")[n],
                department=words.DEPARTMENTS[serial % len(words.DEPARTMENTS)],
            )  # fmt: skip
            serial += 1
    _suspend()


def _suspend() -> None:
    """One institution whose billing is closed, one doctor whose orders are not paid."""
    lately = clock.today() - timedelta(days=20)
    providers.change_agreement(
        actor=ACTOR,
        institution=Institution.objects.get(code=words.SUSPENDED),
        state=Agreement.State.SETTLEMENT_SUSPENDED,
        start=lately,
        reason="药品进销存不符，限期整改",
    )
    doctor = Institution.objects.get(code=words.INSTITUTIONS[0][0]).doctors.order_by("code")[2]
    providers.suspend_doctor(
        actor=ACTOR, doctor=doctor, start=lately, end=None, reason="冒名开药，停权六个月"
    )


def fill_catalogue() -> None:
    for sample in items.samples():
        item = catalogue.add_item(
            actor=ACTOR, area=AREA, code=sample.code, name=sample.name,
            list_type=sample.list_type, charge_type=sample.charge_type, unit=sample.unit,
        )  # fmt: skip
        catalogue.set_term(
            actor=ACTOR, area=AREA, item=item, start=BEGUN, level=sample.level,
            first_self_pay=sample.share, ceiling=sample.ceiling, source=SOURCE,
        )  # fmt: skip
    for code, name in words.DIAGNOSES:
        catalogue.add_disease(
            actor=ACTOR, area=AREA, kind="diagnosis", code=code, name=name, start=BEGUN
        )

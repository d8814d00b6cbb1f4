"""What the bureau and the towns keep beside the lists: double records, permits, applications,
and who answers for each village."""

from datetime import date
from itertools import count

from django.db.models import QuerySet

from tongchou.core.identity import check_character
from tongchou.demo import parameters as p
from tongchou.demo import words
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.people import services as people
from tongchou.people.doubles import pairs
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.rosters import services
from tongchou.settlement.models import Settlement

ACTOR = "jingban"
_TWICE = 2  # children with a second record, from their birth certificates
_CHILD = 14
_PAPER = "演示".encode()
_TOWN = "平冈镇"


def register_twice() -> None:
    """Some helped children were registered at birth, and again when they had an ID number."""
    today = clock.today()
    for at, child in enumerate(_children(today)[:_TWICE], 1):
        born = people.register_person(
            actor=ACTOR,
            area=p.AREA,
            name=child.name,
            cert_type="99",
            id_no=f"演示出生证 {at:04d}",
            sex=child.sex,
            birth=child.birth,
            town=child.town,
            village=child.village,
            source="新生儿参保登记",
        )
        people.enrol(
            actor=ACTOR,
            person=born,
            scheme="resident",
            start=max(child.birth, date(today.year - 1, 1, 1)),
            end=date(today.year, 1, 1),
            source="新生儿参保登记",
        )


def _children(today: date) -> list[Person]:
    helped = Identity.objects.filter(
        struck_at=None, end=None, kind__in=("orphan", "low_income"), person__died_on=None
    )
    rows = Person.objects.filter(
        pk__in=helped.values("person_id"), birth__gt=today.replace(year=today.year - _CHILD, day=1)
    )
    return list(_not_of_the_cast(rows))


def _not_of_the_cast(rows: QuerySet[Person]) -> QuerySet[Person]:
    return rows.exclude(psn_no__in=[psn_no_of(one.serial) for one in CAST]).order_by("psn_no")


def leave_records() -> None:
    """Propose one merge, enrol one on a permit, hand in applications, name who answers."""
    users = {user.login: user for user in User.objects.all()}
    _propose(users["jingban"])
    _enrol_on_a_permit()
    _apply(users)
    lived_in = set(Person.objects.filter(area=p.AREA).values_list("town", "village"))
    for number, (town, villages) in enumerate(words.TOWNS.items()):
        for at, village in enumerate(villages):
            if (town, village) not in lived_in:
                continue
            _answer_for(users["jingban"], town, village, number * 10 + at)


def _propose(clerk: User) -> None:
    for pair in pairs(p.AREA)[:1]:
        both = Person.objects.in_bulk([pair.one, pair.other])
        keep, gone = sorted(both.values(), key=lambda one: one.cert_type)
        shared = Enrolment.objects.filter(person=gone, struck_at=None)
        people.propose_merge(
            by=clerk,
            keep=keep,
            gone=gone,
            evidence="出生医学证明和户口簿是同一人，核对记录见佐证（演示）",
            choices={str(one.pk): "keep" for one in shared},
            paper_name="核对记录（演示）.txt",
            paper=_PAPER,
        )


def _enrol_on_a_permit() -> None:
    today = clock.today()
    since = date(today.year - 1, 7, 1)
    birth = date(1987, 2, 3)
    taken = set(Person.objects.values_list("id_no", flat=True).filter(birth=birth))
    firsts = (f"{p.REGISTRATION}{birth:%Y%m%d}{order:03d}" for order in count(1, 2))
    number = next(no for no in (f + check_character(f) for f in firsts) if no not in taken)
    person = people.register_person(
        actor=ACTOR,
        area=p.AREA,
        name="姚学勤",
        id_no=number,
        town="岭城街道",
        village="东风社区",
        source="居住证参保申请",
    )
    people.add_permit(
        actor=ACTOR,
        person=person,
        number="演示居住证 000117",
        place="岭城街道 东风社区",
        start=since,
        end=date(today.year + 1, 7, 1),
        source="公安居住证信息",
    )
    people.enrol(
        actor=ACTOR,
        person=person,
        scheme="resident",
        start=date(today.year, 1, 1),
        end=date(today.year + 1, 1, 1),
        ground=Enrolment.Ground.PERMIT,
        source="居住证参保申请",
    )


def _apply(users: dict[str, User]) -> None:
    """The town hands in three: two wait, one lacked its paper."""
    year = clock.today().year
    helped = Identity.objects.filter(struck_at=None).values("person_id")
    billed = Settlement.objects.values("person_id")
    rows = Person.objects.filter(town=_TOWN, died_on=None).exclude(pk__in=helped)
    for at, person in enumerate(_not_of_the_cast(rows.exclude(pk__in=billed))[:3]):
        made = services.apply_for(
            by=users["pinggang"],
            id_no=person.id_no,
            name=person.name,
            kind="relapse_risk" if at == 1 else "low_income",
            year=year + 1 if at != 1 else year,
            material_name="审批表（演示）.txt",
            material=_PAPER,
        )
        if at == 2:
            services.refuse_application(
                by=users["fuhe"], application=made, reason="审批表没有民政部门盖章，请补"
            )


def _answer_for(clerk: User, town: str, village: str, at: int) -> None:
    given = words.GIVEN_MALE if at % 3 else words.GIVEN_FEMALE
    name = words.SURNAMES[at * 7 % len(words.SURNAMES)] + given[at * 2 % (len(given) - 2) :][:2]
    services.appoint(
        by=clerk,
        town=town,
        village=village,
        name=name,
        phone=f"1380000{at:04d}",
        start=date(clock.today().year, 1, 1),
    )

"""A bill drawn on relatives' accounts 家庭共济: whose money pays, in turn, and who gets it back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse as address
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.funds import queries as funds
from tongchou.funds.models import AccountMove, Posting
from tongchou.funds.services import credit_personal_account
from tongchou.funds.verify import verify_books
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.services.merging import left_behind
from tongchou.people.tests.make import make_id_number, make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority.models import Area
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.tests.guards import guards_aside
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services import pricing
from tongchou.settlement.services.facts import Facts, read_facts
from tongchou.settlement.tests.make import (
    AREA,
    at,
    bill_of,
    make_charge,
    make_county,
    reverse,
    settle,
)
from tongchou.sharing import services as sharing
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tests.make import make_link, make_owner

pytestmark = pytest.mark.django_db
DAY = "2025-03-01"


@pytest.fixture(autouse=True)
def place(db: None) -> Institution:
    """A county that lets a visit be settled as wholly the person's."""
    make_county()
    Area.objects.update(self_paid_visits=["outpatient"])
    return make_institution()


def visit(person: Person, place: Institution, yuan: str, *, day: str = DAY) -> Settlement:
    charge = make_charge(person, place, yuan, on=f"{day} 08:00", kind="outpatient")
    return settle(charge, when=f"{day} 09:00", use_account=True)


def pays(bill: Settlement) -> tuple[int, int, int]:
    return bill.person_pays, bill.account_pays, bill.linked_pays


def balances(*persons: Person) -> list[int]:
    return [funds.personal_balance(one.pk) for one in persons]


def test_a_childs_bill_is_paid_by_a_parents_account_and_given_back(place: Institution) -> None:
    parent, child = make_owner(10_000), make_person(scheme="resident")
    make_link(parent, child)
    bill = visit(child, place, "80.00")
    assert pays(bill) == (8000, 8000, 8000) and balances(parent) == [2000]
    move = AccountMove.objects.get(entry_id=bill.pk)
    assert (move.person_id, move.amount, move.for_person_id) == (parent.pk, -8000, child.pk)
    assert move.day == date(2025, 3, 1)
    twin = reverse(bill, when="2025-03-02 09:00")
    assert pays(twin) == (-8000, -8000, -8000) and balances(parent) == [10_000]
    back = AccountMove.objects.get(entry_id=twin.pk)
    assert (back.person_id, back.amount, back.for_person_id) == (parent.pk, 8000, child.pk)
    assert verify_books(AREA) == [] and not replay(AREA, 2025).differences


def test_the_own_account_first_then_in_the_order_of_the_links(place: Institution) -> None:
    person, first, second = make_owner(1000), make_owner(2000), make_owner(5000)
    make_link(second, person, relation="spouse", start=date(2025, 2, 1))
    make_link(first, person, relation="parent", start=date(2025, 1, 1))
    bill = visit(person, place, "60.00")
    assert pays(bill) == (6000, 6000, 5000)
    assert balances(person, first, second) == [0, 0, 2000]
    more = visit(person, place, "60.00")
    assert pays(more) == (6000, 2000, 2000) and balances(second) == [0]
    reverse(more, when="2025-03-02 09:00")
    assert balances(person, first, second) == [0, 0, 2000]
    reverse(bill, when="2025-03-02 10:00")
    assert balances(person, first, second) == [1000, 2000, 5000]


def test_the_money_goes_back_although_the_link_has_ended(place: Institution) -> None:
    link = make_link(make_owner(9000))
    bill = visit(link.member, place, "50.00")
    sharing.unlink(actor="test", link=link, end=date(2025, 3, 2), source="离婚")
    reverse(bill, when="2025-03-05 09:00")
    assert balances(link.owner) == [9000]


def test_a_link_pays_on_its_own_days_alone(place: Institution) -> None:
    link = make_link(make_owner(9000), start=date(2025, 3, 2))
    assert pays(visit(link.member, place, "10.00")) == (1000, 0, 0)
    assert pays(visit(link.member, place, "10.00", day="2025-03-02")) == (1000, 1000, 1000)
    assert pays(visit(link.member, place, "10.00", day="2025-03-03")) == (1000, 1000, 1000)
    with pytest.raises(Refused, match="2025-03-03 还用过"):
        sharing.unlink(actor="test", link=link, end=date(2025, 3, 3), source="x")
    with pytest.raises(Refused, match="不能更正"):
        sharing.strike(actor="test", link=link, reason="登错")
    sharing.unlink(actor="test", link=link, end=date(2025, 3, 4), source="离婚")
    assert pays(visit(link.member, place, "10.00", day="2025-03-04")) == (1000, 0, 0)


def test_whose_account_is_left_alone(place: Institution) -> None:
    struck, dead = make_link(make_owner(9000)), make_link(make_owner(9000))
    sharing.strike(actor="test", link=struck, reason="登错")
    people.record_death(actor="test", person=dead.owner, died_on=clock.today(), source="公安")
    for link in (struck, dead):
        assert pays(visit(link.member, place, "10.00")) == (1000, 0, 0)
    charge = make_charge(make_link().member, place, "10.00", on=f"{DAY} 08:00", kind="outpatient")
    assert pays(settle(charge, when=f"{DAY} 09:00")) == (1000, 0, 0)  # not asked for


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[int]:
    """Have `act` done once, after a bill was read and before it is written; count the reads."""
    reads = [0]

    def reading(**asked: Any) -> Facts:
        found = read_facts(**asked)
        reads[0] += 1
        if reads[0] == 2:  # the first opened the year
            act()
        return found

    monkeypatch.setattr(pricing, "read_facts", reading)
    return reads


def test_a_link_that_ends_while_the_bill_is_priced(
    place: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make_link(make_owner(9000))
    reads = between(
        monkeypatch,
        lambda: sharing.unlink(actor="test", link=link, end=date(2025, 2, 1), source="离婚"),
    )
    assert pays(visit(link.member, place, "10.00")) == (1000, 0, 0)
    assert reads == [3] and balances(link.owner) == [9000]


def test_an_account_that_is_emptied_while_the_bill_is_priced(
    place: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make_link(make_owner(9000))
    other = make_link(link.owner).member

    def spend() -> None:
        monkeypatch.undo()
        visit(other, place, "85.00")
        reads.append(0)

    reads = between(monkeypatch, spend)
    assert pays(visit(link.member, place, "10.00")) == (1000, 500, 500)
    assert balances(link.owner) == [0] and verify_books(AREA) == []


def test_a_quote_says_what_settling_does(place: Institution) -> None:
    link = make_link(make_owner(3000))
    charge = make_charge(link.member, place, "50.00", on=f"{DAY} 08:00", kind="outpatient")
    asked = bill_of(charge, when=f"{DAY} 09:00", use_account=True)
    told = pricing.quote(asked)
    assert (told.account_pays, told.linked_pays, told.cash_pays) == (3000, 3000, 2000)
    assert balances(link.owner) == [3000]
    assert pays(settle(charge, when=f"{DAY} 09:00", use_account=True)) == (5000, 3000, 3000)


def test_a_bill_from_before_there_were_lines_goes_back_to_its_person(place: Institution) -> None:
    person = make_owner(5000)
    bill = visit(person, place, "30.00")
    connection.check_constraints()
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute("delete from funds_accountmove where entry_id = %s", [bill.pk])
    reverse(bill, when="2025-03-02 09:00")
    assert balances(person) == [5000]


def test_the_part_of_relatives_is_a_part_of_what_accounts_pay(place: Institution) -> None:
    bill = visit(make_link(make_owner(500)).member, place, "10.00")
    names = [str(f.column) for f in Settlement._meta.concrete_fields]
    for kind, account, linked in (("settle", 500, 501), ("settle", 500, -1)):
        changes: dict[str, Any] = {"id": 7, "ordinal": 7, "account_pays": account}
        changes |= {"linked_pays": linked, "kind": f"'{kind}'"}
        told = ", ".join(str(changes.get(name, name)) for name in names)
        sql = (
            f"insert into settlement_settlement ({', '.join(names)}) "
            f"select {told} from settlement_settlement where id = {bill.pk}"
        )
        with pytest.raises(IntegrityError, match="settlement_linked_of_account"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)


def test_the_statement_and_the_paper_say_whose_money_it_was(place: Institution) -> None:
    bill = visit(make_link(make_owner(500)).member, place, "10.00")
    client = Client()
    client.force_login(make_user("clerk"))
    for page in ("statement", "print"):
        text = client.get(address(f"bills:{page}", args=[bill.pk])).content.decode()
        assert "其中个人账户 5.00，含家庭共济 5.00" in text
    text = client.get(address("bills:statement", args=[bill.pk])).content.decode()
    assert "其中 家庭共济支付" in text
    own = visit(make_owner(500), place, "10.00")
    text = client.get(address("bills:statement", args=[own.pk])).content.decode()
    assert "其中 家庭共济支付" not in text and "含家庭共济" not in text


Act = tuple[str, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["credit", "link", "unlink", "bill", "bill", "reverse"]),
        st.integers(0, 2),
        st.integers(1, 9000),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_the_lines_are_the_balances_are_the_fund(place: Institution, acts: list[Act]) -> None:
    """Whatever is done: sum of lines = balances = what 2001 owes, and nobody loses a fen."""
    with transaction.atomic():
        family = [make_owner(1000) for _n in range(3)]
        credited = 3000
        bills: list[Settlement] = []
        for act, who, fen in acts:
            credited += _do(act, family, who, fen, bills, place)
            standing = sum(one.account_pays for one in bills)
            lines = {one.pk: 0 for one in family}
            for person, amount in AccountMove.objects.values_list("person_id", "amount"):
                lines[person] = lines.get(person, 0) + amount
            held = balances(*family)
            assert [lines[one.pk] for one in family] == held and min(held) >= 0
            owed = Posting.objects.filter(account__code="2001").values_list("amount", flat=True)
            assert sum(held) == -sum(owed) == credited - standing
        connection.check_constraints()
        assert verify_books(AREA) == []
        for bill in reversed(bills):
            reverse(bill, when="2025-03-03 09:00")
        assert sum(balances(*family)) == credited
        transaction.set_rollback(True)


def _do(
    act: str, family: list[Person], who: int, fen: int, bills: list[Settlement], place: Institution
) -> int:
    """Do one act; return what it paid into the family's accounts. A refusal is an act too."""
    person, other = family[who], family[(who + 1 + fen % 2) % 3]
    if act == "credit":
        credit_personal_account(person_id=person.pk, area=AREA, fen=fen, actor="test")
        return fen
    if act == "bill":
        bills.append(visit(person, place, f"{fen // 100}.{fen % 100:02d}"))
    elif act == "reverse":
        mine = [one for one in bills if one.person_id == person.pk]
        if mine:
            reverse(mine[-1], when="2025-03-02 09:00")
            bills.remove(mine[-1])
    else:
        try:
            _link_or_not(act, person, other)
        except Refused:
            pass
    return 0


def _link_or_not(act: str, owner: Person, member: Person) -> None:
    live = AccountLink.objects.filter(owner=owner, member=member, end=None).first()
    with transaction.atomic():
        if act == "link":
            make_link(owner, member, relation="spouse")
        elif live is not None:
            sharing.unlink(actor="test", link=live, end=date(2025, 3, 1), source="x")


def test_what_is_left_on_a_merged_record_is_the_persons_own(place: Institution) -> None:
    """Nothing is moved: it is drawn where it is, given back there, and undone with the merge."""
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    keep, gone = (
        make_person(name="梁国强", scheme=scheme, id_no=make_id_number(birth=date(1970, 1, 1)))
        for scheme in ("employee", None)
    )
    for person, fen in ((keep, 30_00), (gone, 50_00)):
        credit_personal_account(person_id=person.pk, area=AREA, fen=fen, actor="test")
    relative = make_owner(name="邻居", fen=40_00)
    make_link(relative, keep)
    assert pays(visit(keep, place, "10")) == (10_00, 10_00, 0)
    merge = people.propose_merge(by=clerk, keep=keep, gone=gone, evidence="两本户口簿")
    with clock.frozen(at("2025-03-01 12:00")):
        merge = people.merge_records(by=reviewer, merge=merge)
    assert balances(keep) == [70_00]
    # Own money first, on either record; then the relative's.
    bill = visit(keep, place, "90", day="2025-03-02")
    assert pays(bill) == (90_00, 90_00, 20_00)
    assert dict(funds.moves_of(bill.pk)) == {
        keep.pk: -20_00, gone.pk: -50_00, relative.pk: -20_00,
    }  # fmt: skip
    assert balances(keep, relative) == [0, 20_00] and not verify_books(AREA)
    # Who undoes the merge is told what the other's account has paid meanwhile.
    assert any("付了 50.00 元" in words for words in left_behind(merge))
    client = Client()
    client.force_login(clerk)
    moved = client.get(address("sharing:moves"), {"person": keep.psn_no}).content.decode()
    assert moved.count("梁国强") >= 4  # the lines of both records
    reverse(bill, when="2025-03-03 09:00")
    assert not any("付了" in words for words in left_behind(merge))
    assert balances(keep, gone, relative) == [70_00, 50_00, 40_00] and not verify_books(AREA)
    people.undo_merge(by=reviewer, merge=merge, reason="是两个人")
    assert balances(keep, gone) == [20_00, 50_00]
    # No longer his: neither the window nor a statement by hand draws on it.
    assert pays(visit(keep, place, "90", day="2025-03-04")) == (90_00, 60_00, 40_00)
    assert balances(gone) == [50_00]
    sql = (
        "insert into funds_accountmove (person_id, entry_id, amount, at, day, for_person_id) "
        f"values ({gone.pk}, 9, -1, '2025-03-05 00:00:00', '2025-03-05', {keep.pk})"
    )
    with (
        pytest.raises(IntegrityError, match="account_move_by_link"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
